"""Words in lower case that may be someone's name: in doubt, and without an article, they go."""

from __future__ import annotations

from ketensluis.redaction.masking.fragments import among_foreign
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import STAYS, Verdict

__all__ = [
    "determined",
    "elsewhere",
    "guessed",
    "in_doubt",
    "lone",
    "lone_subject",
    "namesake",
    "undetermined",
]

_DUAL, _FREQUENT, _FUNCTION = Trait.DUAL, Trait.FREQUENT, Trait.FUNCTION
_SURNAME, _COUNTED, _MASS = Trait.SURNAME, Trait.COUNTED, Trait.MASS
_VERB, _PREFIX = Trait.VERB, Trait.PREFIX
_DETERMINER = Trait.DETERMINER
_SHORT_GUESS = 5
# Of whom a language is told rather than a name.
_TEACHING = frozenset(
    {"tolk", "tolken", "docent", "docente", "leraar", "lerares", "studente", "student"}
)
_SEEN = frozenset({"zag", "zagen", "hoorde", "hoorden"})
_OTHER_NOUN = Trait.ROLE | Trait.TITLE | Trait.COUNT
# How many words may stand between an article and its noun.
_REACH = 3


def elsewhere(tokens: Tokens, at: int) -> Verdict:
    """`çok iyi ama şimdi`: a word of ours that is one of another language there."""
    return STAYS if among_foreign(tokens, at) else None


def in_doubt(tokens: Tokens, at: int) -> Verdict:
    """A word that is also a name, where nothing shows that it is the word."""
    traits = tokens[at].traits
    if not traits & _DUAL:
        return Mark.NAME if _known_as(tokens, at) else None
    if _de_name(tokens, at) or _known_as(tokens, at):
        return Mark.NAME
    if traits & _VERB:
        named = _subject(tokens, at) or _given(tokens, at) or _someone(tokens, at)
    elif traits & (_FREQUENT | Trait.THING) and (not traits & _COUNTED or traits & _MASS):
        acts = tokens[at].opens and not traits & _MASS and tokens[at + 1].traits & _VERB
        named = bool(traits & _SURNAME) and (bool(acts) or _someone(tokens, at))
    else:
        return None
    return Mark.NAME if named else None


def undetermined(tokens: Tokens, at: int) -> Verdict:
    """A seldom word that is also a name, without an article."""
    traits = tokens[at].traits
    frequent = traits & (_FREQUENT | Trait.THING) and (not traits & _COUNTED or traits & _MASS)
    if traits & (_DUAL | _VERB) != _DUAL or frequent or determined(tokens, at):
        return None
    return Mark.NAME


def lone_subject(tokens: Tokens, at: int) -> Verdict:
    """`poes slaat hem`, `gesproken met poes`: a noun without its article, as a person stands."""
    acts = tokens[at].opens and tokens[at + 1].traits & _VERB
    stands = acts or tokens[at - 1].traits & Trait.PERSON_BEFORE or tokens[at - 1].lower in _SEEN
    return lone(tokens, at) if stands else None


def lone(tokens: Tokens, at: int) -> Verdict:
    """`ik zag poes lopen`: a noun that needs an article and has none."""
    token = tokens[at]
    if not token.traits & Trait.LONE or determined(tokens, at):
        return None
    before = tokens[at - 1]
    verbal = token.traits & Trait.NOUN_OR_VERB and before.lower in {"ik", "je", "jij", "u", "k"}
    if verbal or before.numeric or before.lower == "als" or before.traits & Trait.ORGANISATION:
        return None
    return Mark.NAME


def guessed(tokens: Tokens, at: int) -> Verdict:
    """`burak zei`, `ik zag burak`: a guess at a misspelling where a name stands as well."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if not token.traits & Trait.GUESSED or determined(tokens, at):
        return None
    if token.traits & Trait.COUNT or len(token.lower) <= _SHORT_GUESS:
        return Mark.NAME
    heads = Trait.TITLE | Trait.ROLE | Trait.NAMING | Trait.PERSON_BEFORE
    listed = before.lower in {"en", ",", "&", "/"} and tokens[at - 2].mark is Mark.NAME
    led = (
        before.traits & heads
        or token.opens
        or before.word in {'"', ":"}
        or listed
        or before.mark is Mark.NAME
    )
    closed = not after.wordlike or after.traits & (_VERB | _FUNCTION | _PREFIX)
    return Mark.NAME if led and closed else None


def _known_as(tokens: Tokens, at: int) -> bool:
    """`bekend als kleine,`: a nickname."""
    nick = tokens[at].traits & Trait.NICK and not tokens[at + 1].wordlike
    called = any(token.traits & Trait.NAMING for token in tokens[at - 4 : at - 1])
    named = called and tokens[at - 1].lower == "de"
    return bool(nick) and (named or tokens[at - 2].lower == "bekend")


def _subject(tokens: Tokens, at: int) -> bool:
    """`wil heeft`: a verb with another right after it is no verb."""
    heads = Trait.PERSON_BEFORE | Trait.TITLE
    head = tokens[at].opens or tokens[at - 1].traits & heads
    return bool(head and tokens[at + 1].traits & _VERB)


def namesake(tokens: Tokens, at: int) -> Verdict:
    """`Frans belde`, `met India`: a language or a brand that acts as someone."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if not token.traits & Trait.NAMESAKE or before.traits & Trait.DETERMINER:
        return None
    acts = after.traits & _VERB and not before.traits & (_PREFIX | _VERB)
    if before.traits & Trait.ROLE and before.lower not in _TEACHING:
        return Mark.NAME
    if after.lower == "en" and token.opens and not tokens[at + 2].traits & Trait.ORDINARY:
        return Mark.NAME
    return Mark.NAME if acts or _someone(tokens, at) else None


def _given(tokens: Tokens, at: int) -> bool:
    """`de moeder, wil lammers, ziet`: before an unrecognised word that a sign closes."""
    after = tokens[at + 1]
    surname = after.word[:1].isalpha() and not after.traits & Trait.ORDINARY
    surname = surname and not tokens[at].traits & Trait.NAMING
    return surname and tokens[at - 1].word == "," and not tokens[at + 2].wordlike


def _someone(tokens: Tokens, at: int) -> bool:
    """`met wil.`, `volgens wit had`: where no adjective and no verb can stand."""
    before, after = tokens[at - 1], tokens[at + 1]
    if before.traits & Trait.NAMING or tokens[at - 2].traits & Trait.NAMING:
        return before.lower not in {"is", "als"} and not after.wordlike
    if before.traits & Trait.ROLE and after.traits & _VERB:
        return True
    alone = before.word == ":" or after.word == "("
    if alone and tokens[at].traits & _VERB:
        return not after.wordlike
    if before.word == "," == after.word:
        return not (tokens[at - 2].traits | tokens[at + 2].traits) & Trait.CAPITAL
    closed = not after.wordlike or after.traits & (_VERB | Trait.SPOT_BEFORE)
    return bool(before.traits & Trait.PERSON_BEFORE and closed)


def _de_name(tokens: Tokens, at: int) -> bool:
    """`bij de groot`, `de boer wil`: what after "de" is a surname rather than a noun."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if before.lower != "de" or not token.traits & Trait.DE_NAME:
        return False
    closed = not after.wordlike or after.traits & (_VERB | _PREFIX | _FUNCTION)
    if token.traits & Trait.BARE_ADJECTIVE:
        return True
    head = tokens[at - 2]
    return bool(closed and (before.opens or head.traits & (Trait.PERSON_BEFORE | Trait.BARE)))


def determined(tokens: Tokens, at: int) -> bool:
    """Whether an article or the like stands before the word, perhaps with adjectives between."""
    for left in range(at - 1, at - 1 - _REACH, -1):
        token = tokens[left]
        if token.traits & _OTHER_NOUN and not token.traits & _DETERMINER:
            return False
        known_as = token.lower == "als" and tokens[left - 1].lower == "bekend"
        if (token.traits & _DETERMINER and not known_as) or token.numeric:
            return not (token.traits & Trait.TITLE or tokens[left - 1].traits & Trait.NAMING)
        if not token.wordlike or token.traits & (_VERB | _FUNCTION) or tokens[left + 1].opens:
            return False
    return False
