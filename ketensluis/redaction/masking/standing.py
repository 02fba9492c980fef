"""Ordinary words in lower case that stand where only a name can stand."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import STAYS, Verdict

__all__ = ["hers", "stands_as_name"]

_ORDINARY, _FREQUENT, _FUNCTION = Trait.ORDINARY, Trait.FREQUENT, Trait.FUNCTION
_VERB, _TITLE, _ROLE, _PREFIX = Trait.VERB, Trait.TITLE, Trait.ROLE, Trait.PREFIX
_NOUNS = Trait.NOUN | Trait.COUNT | Trait.PLURAL
# Ends of verbs and participles in notes: `mw overstuur`, `mw huilde` apart.
_VERBAL = ("de", "te", "en", "end", "ig", "lijk", "erd", "uur")
_POLITE = frozenset(
    (
        "dhr",
        "dhr.",
        "meneer",
        "mevrouw",
        "mw",
        "mw.",
        "mevr",
        "mevr.",
        "dr",
        "dr.",
        "mr",
        "mr.",
        "heer",
    )
)
_CALLING = frozenset(
    ("heet", "heette", "genaamd", "achternaam", "voornaam", "roepnaam", "naam", "naam:")
)
# What may stand before `pluis genoemd`.
_WHO_IS = frozenset(("wel", "ook", "soms", "vaak", "wordt", "werd", "hem", "haar", "mij", "altijd"))
_SIGNING = frozenset({"gr", "gr.", "groet", "groeten", "groetjes", "mvg", "grt", "grtz", "greetz"})


def stands_as_name(tokens: Tokens, at: int) -> bool:
    """After a given name, a title or a role, as the subject of what people do, or as it is said."""
    return (
        (tokens[at - 1].mark is Mark.NAME and _after_given(tokens, at))
        or _titled(tokens, at)
        or (tokens[at].opens and _acting(tokens, at))
        or _called(tokens, at)
    )


def hers(tokens: Tokens, at: int) -> Verdict:
    """`op dr kin`: after `dr` for `haar` a part of the body or a thing, and no name."""
    thing = tokens[at].traits & (Trait.THING | Trait.SPOT)
    return STAYS if thing and tokens[at - 1].lower in {"dr", "d'r"} else None


def _called(tokens: Tokens, at: int) -> bool:
    """`vrouw heet vlak.`, `kind van goedkoop op`, `volgens koppen ligt`, `gr fabriek`."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    small = _FUNCTION | _PREFIX | _ROLE | _TITLE | Trait.CAPITAL | Trait.NUMERAL
    if token.traits & small:
        return False
    closed = not after.wordlike
    nicknamed = after.lower == "genoemd" and before.lower in _WHO_IS
    signed = before.lower in _SIGNING and not tokens[at + 2].wordlike
    if (closed and before.lower in _CALLING) or nicknamed or signed:
        return True
    if after.lower in {"heet", "heette"} and tokens[at + 2].word != ":":
        return not token.traits & (_VERB | Trait.DETERMINER)
    if before.traits & Trait.AGAINST and before.lower not in {"tegen", "door"}:
        return bool(after.traits & _VERB)
    ended = closed or after.traits & (_VERB | _PREFIX | _FUNCTION)
    return bool(before.lower == "van" and tokens[at - 2].traits & _ROLE and ended)


def _after_given(tokens: Tokens, at: int) -> bool:
    """`jalisa knop:`, `aalt huis om`: a noun right after a name is its surname."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if not before.word[:1].isalpha():
        return False
    nouns = Trait.COUNT | Trait.COMPOUND | Trait.NOUN_OR_VERB
    usual = Trait.THING | Trait.SPOT | _ROLE | _TITLE | _VERB | Trait.CAPITAL | Trait.UNIT
    closed = not after.wordlike or after.traits & (_FUNCTION | _VERB | _PREFIX)
    return bool(token.traits & nouns and not token.traits & (usual | _FUNCTION) and closed)


def _verbal(word: str, traits: int) -> bool:
    """A word that is no noun and ends as finite verbs do: `bewaart`."""
    noun = Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.CAPITAL
    return word.endswith(("t", "de", "te", "den", "ten")) and not traits & noun


def _subject(token: Token, after: Token, *, titled: bool) -> bool:
    """A noun, or an adjective with its ending, that a verb follows."""
    noun = token.traits & (Trait.COUNT | Trait.PLURAL)
    if titled and noun and _verbal(after.lower, after.traits):
        return True
    ending = token.lower.endswith("e") and not token.lower.endswith(("de", "te"))
    attributive = ending and not token.traits & (_FUNCTION | Trait.NUMBERED)
    nounlike = noun or token.traits & Trait.NOUN_OR_VERB or attributive
    return bool(after.traits & _VERB and nounlike)


def _titled(tokens: Tokens, at: int) -> bool:
    """`mw prent belt`: no verb and no frequent word, and the subject ends with it."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if before.word == "." and tokens[at - 2].traits & _TITLE and not token.opens:
        before = tokens[at - 2]
    title = tokens[at - 2 if tokens[at - 2].word != "." else at - 3]
    if before.lower == "van" and title.lower in _POLITE:
        return not token.traits & (_FUNCTION | _ROLE | _TITLE)
    titled = before.traits & (_TITLE | Trait.ALWAYS_NAMED)
    word = _VERB | _PREFIX | _ROLE | _TITLE | Trait.CAPITAL | Trait.DETERMINER
    if token.traits & word or not (titled or before.traits & _ROLE):
        return False
    if _subject(token, after, titled=bool(titled)):
        return True
    if after.lower in {"en", ","} and not tokens[at + 2].traits & (_ORDINARY | Trait.TITLE):
        return tokens[at + 2].word[:1].isalpha() and not token.traits & _FUNCTION
    small = _FUNCTION | _PREFIX if titled else 0
    closed = not after.wordlike or after.traits & (_VERB | small)
    if titled and token.traits & (Trait.COUNT | Trait.PLURAL | Trait.COMPOUND):
        return bool(closed)
    noun = before.traits & Trait.ALWAYS_NAMED or token.traits & _NOUNS
    seldom = not token.traits & _FREQUENT and not token.lower.endswith(_VERBAL)
    return bool(noun and closed and seldom)


def _acting(tokens: Tokens, at: int) -> bool:
    """`poes slaat hem`: a noun without its article at the head, that does what people do."""
    token, after = tokens[at], tokens[at + 1]
    someone = token.traits & (Trait.NOUN | _FREQUENT | _ROLE | _TITLE | Trait.CAPITAL) == Trait.NOUN
    return someone and bool(after.traits & Trait.ANIMATE)
