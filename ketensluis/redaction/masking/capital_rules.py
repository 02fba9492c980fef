"""The rules for words with a capital, in the order in which they are asked."""

from __future__ import annotations

from ketensluis.redaction.masking.context import cued, opens_as_name
from ketensluis.redaction.masking.doubt import namesake
from ketensluis.redaction.masking.initials import letter
from ketensluis.redaction.masking.lone import USUAL
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import (
    HYPHENED,
    SHORT,
    STAYS,
    STRANGE,
    UPPER,
    Rules,
    Verdict,
    kind,
    month,
    unknown,
)

__all__ = ["CAPITAL_RULES", "opening"]

_NAME, _DUAL = Trait.NAME, Trait.DUAL
_CAPITAL = Trait.CAPITAL
_TITLE, _ROLE = Trait.TITLE, Trait.ROLE
_PREFIX = Trait.PREFIX
_PLACE, _FUNCTION = Trait.PLACE, Trait.FUNCTION
_MONTH = Trait.MONTH
_GREETINGS = frozenset({"dag", "hoi", "beste", "lieve", "hallo", "liefs", "groeten", "groet"})
_OPENER = Trait.OPENER | Trait.DETERMINER | Trait.VERB
# No sentence ends with one of these, so that a capital after it is no forgotten full stop.
_GOING_ON = frozenset(("de", "het", "bij", "op", "naar", "van", "in", "te", "aan", "uit"))


def _upper(tokens: Tokens, at: int) -> Verdict:
    """A word wholly in capitals: an abbreviation, or a word that is shouted."""
    token = tokens[at]
    if not token.word.isupper() or len(token.word) == 1:
        return None
    after = tokens[at + 1]
    if "." in token.word and after.capital and not after.traits & (_FUNCTION | _CAPITAL):
        return Mark.NAME
    if "." in token.word and token.opens:
        return STAYS
    if token.traits & (_DUAL | _PLACE | _MONTH):
        return None
    shouted = token.traits & (_CAPITAL | _FUNCTION) or not cued(tokens, at)
    return STAYS if shouted else Mark.NAME


def _hyphenated(tokens: Tokens, at: int) -> Verdict:
    """`Bos-Visser` is a name, `ID-kaart` is not."""
    head, hyphen, tail = tokens[at].word.partition("-")
    if not hyphen or tokens[at].traits & _CAPITAL:
        return None
    if tail[:1].isupper() and not tokens[at].word.isupper():
        return kind(tokens, at)
    return STAYS if head.isupper() and tail.islower() and not tokens[at].opens else None


def opening(tokens: Tokens, at: int) -> Verdict:
    """At the head of a sentence the capital says nothing."""
    if not tokens[at].opens:
        return None
    if tokens[at].lower in _GREETINGS and tokens[at + 1].capital:
        return STAYS
    if opens_as_name(tokens, at) or _lone_subject(tokens, at):
        return Mark.NAME
    return STAYS


def _introduces(tokens: Tokens, at: int) -> bool:
    """What comes after `Verlaat,`: `mijn ex`, `vrouw`, `J.W.`, `26 jaar`."""
    token = tokens[at]
    owned = token.lower in {"mijn", "zijn", "haar", "hun", "de", "een", "voluit", "geboren", "geb"}
    return owned or token.numeric or "." in token.word or bool(token.traits & (_ROLE | _TITLE))


def _lone_subject(tokens: Tokens, at: int) -> bool:
    """`Hengst zag`, `Poes (7)`: a noun that needs an article, with a verb or a sign after it."""
    after = tokens[at + 1]
    acts = after.traits & Trait.VERB or after.capital
    closed = acts or after.word in {"(", ","}
    if tokens[at].traits & Trait.LONE:
        return bool(closed)
    rare = not tokens[at].traits & (Trait.FREQUENT | Trait.VERB | USUAL)
    if after.word == "," and rare and _introduces(tokens, at + 2):
        return True
    given = after.capital and not after.traits & Trait.ORDINARY and after.word[:1].isalpha()
    if given and rare and not tokens[at].traits & _PREFIX:
        return True
    if tokens[at - 1].word == ":" and after.word in {".", ""} and rare:
        return True
    compound = tokens[at].traits & (Trait.COMPOUND | Trait.PLURAL | USUAL) == Trait.COMPOUND
    if compound and after.traits & Trait.VERB:
        return True
    usual = tokens[at].traits & (Trait.COUNT | USUAL)
    return bool(usual & ~Trait.FREQUENT == Trait.COUNT and acts)


def _in_sentence(tokens: Tokens, at: int) -> Verdict:
    """A capital in mid-sentence: a name, but for roles, institutions and forgotten full stops."""
    token = tokens[at]
    if token.traits & (_TITLE | _ROLE):
        named = tokens[at - 1].traits & Trait.ALWAYS_NAMED and not token.traits & _TITLE
        return Mark.NAME if named else STAYS
    if tokens[at - 1].word == "te" and not token.traits & _FUNCTION:
        return kind(tokens, at)
    related = token.traits & _CAPITAL and tokens[at - 1].traits & _PREFIX
    if not token.traits & _PREFIX and not related and cued(tokens, at):
        return Mark.NAME
    if token.traits & (_CAPITAL | _PREFIX):
        return STAYS
    if token.traits & (_FUNCTION | _DUAL | _NAME | _PLACE) == _FUNCTION:
        begins = token.traits & _OPENER and tokens[at - 1].word not in _GOING_ON
        return STAYS if begins else kind(tokens, at)
    return kind(tokens, at)


CAPITAL_RULES = Rules(
    (letter, SHORT),
    (month, Trait.MONTH),
    (namesake, Trait.NAMESAKE),
    (unknown, STRANGE | Trait.FOREIGN | Trait.NO_VOWEL | Trait.GUESSED),
    (_hyphenated, HYPHENED),
    (_upper, UPPER),
    (opening, 0),
    (_in_sentence, 0),
)
