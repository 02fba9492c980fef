"""What stands around a word: titles, roles, lists and verbs that make a name of it."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import BEFORE, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = [
    "after_archaic",
    "after_name",
    "bare",
    "cue_before",
    "cued",
    "listed",
    "lives",
    "opens_as_name",
    "subject",
]

_ORDINARY, _DUAL, _SURNAME = Trait.ORDINARY, Trait.DUAL, Trait.SURNAME
_CAPITAL, _FREQUENT, _FUNCTION = Trait.CAPITAL, Trait.FREQUENT, Trait.FUNCTION
_VERB, _PREFIX, _MASS, _COUNTED = (
    Trait.VERB,
    Trait.PREFIX,
    Trait.MASS,
    Trait.COUNTED,
)
_TITLE, _NAMING, _ROLE = Trait.TITLE, Trait.NAMING, Trait.ROLE
_PERSON = _TITLE | _ROLE | _NAMING
_LISTING = frozenset({",", "en", "&", "/"})
_LISTED = frozenset({",", ".", "en", "&", "/", "(", ")", ""})
_FOREIGN_PREFIXES = frozenset(
    ("vd", "v.d.", "v/d", "el", "ait", "ould", "abu", "abou", "ibn", "bint", "abdel", "abd", "von")
)
# No surname has more of them before it.
_MOST_PREFIXES = 5
# How many words may stand between "woont" and the town.
_LIVING_REACH = 6


def cue_before(tokens: Tokens, at: int) -> tuple[int, bool]:
    """The traits of the word before, past prefixes and full stops; and whether a prefix stood."""
    left, prefixed = at - 1, False
    while not tokens[left].traits & _PERSON and at - left <= _MOST_PREFIXES:
        if tokens[left].traits & _PREFIX:
            prefixed = True
        elif not (tokens[left].word == "." and tokens[left - 1].traits & _TITLE):
            break
        left -= 1
    said = tokens[left].word == ":" or (
        tokens[left].lower == "is" and tokens[left - 1].traits & _NAMING
    )
    return tokens[left - 1 if said and left > BEFORE else left].traits, prefixed


def cued(tokens: Tokens, at: int) -> bool:
    """Whether a title, a role or a word of naming stands before a word with a capital."""
    cue, _ = cue_before(tokens, at)
    if cue & (_TITLE | _NAMING):
        return True
    return bool(cue & _ROLE) and not tokens[at].traits & _FREQUENT


def lives(tokens: Tokens, at: int) -> bool:
    """Whether a word of living somewhere stands shortly before."""
    return any(
        token.traits & Trait.LIVING for token in tokens[max(at - _LIVING_REACH, BEFORE) : at]
    )


def bare(tokens: Tokens, at: int) -> bool:
    """Whether a noun that needs an article stands without one, as a subject or an object."""
    before, after = tokens[at - 1], tokens[at + 1]
    if before.traits & Trait.AGAINST:
        return True
    return bool(
        (tokens[at].opens or before.traits & Trait.BARE)
        and (after.traits & (_VERB | _PREFIX) or not after.wordlike)
    )


def listed(tokens: Tokens, at: int) -> bool:
    """In a list of names: `kim, roos en storm`."""
    after = tokens[at + 1]
    return bool(
        tokens[at - 1].lower in _LISTING
        and tokens[at - 2].mark is Mark.NAME
        and (after.word in _LISTED or after.traits & _VERB or tokens[at - 1].word == "/")
    )


def after_archaic(tokens: Tokens, at: int) -> bool:
    """After `van der`, `van den` or `vd`, which only names still use."""
    if tokens[at - 1].lower in _FOREIGN_PREFIXES:
        return True
    if tokens[at - 1].lower == "den":
        return True
    return tokens[at - 1].lower == "der" and tokens[at - 2].lower == "van"


def after_name(tokens: Tokens, at: int) -> bool:
    """Right after a name that is not listed off by a comma: given name and surname."""
    left = at - 1
    while at - left <= _MOST_PREFIXES and (
        tokens[left].traits & _PREFIX or tokens[left].lower in {"v", "d"}
    ):
        left -= 1
    return tokens[left].mark is Mark.NAME


def subject(tokens: Tokens, at: int) -> bool:
    """Whether a verb follows, or a sign that closes the subject."""
    after = tokens[at + 1]
    return bool(after.traits & _VERB) or after.word in {".", ",", "(", "", "en", "/"}


def opens_as_name(tokens: Tokens, at: int) -> bool:
    """Whether an ordinary word at the head of a sentence stands there as a name."""
    traits, after = tokens[at].traits, tokens[at + 1]
    if (
        not traits & _DUAL
        or (traits & _FUNCTION and not traits & _SURNAME)
        or after.word in {":", ""}
    ):
        return False
    if traits & _SURNAME and not traits & _MASS:
        if traits & _VERB:
            return bool(after.traits & _VERB) or after.word in {",", "("}
        closed = not after.word[0].islower() or after.traits & (_VERB | _FUNCTION | _PREFIX)
        return bool(closed or traits & _COUNTED or not traits & _FREQUENT)
    if after.traits & _VERB:
        return not traits & _MASS
    if after.word in {"en", "&"}:
        return tokens[at + 2].capital and not tokens[at + 2].traits & _CAPITAL
    return after.word == "(" or (after.capital and not after.traits & _ORDINARY)
