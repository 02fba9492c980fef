"""Names by what is said of them: `roos (vrouw, 26)`, `A. en E. Wesselink`, and the same again."""

from __future__ import annotations

from ketensluis.redaction.masking.doubt import determined
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_told_persons"]

_MAY_NAME = Trait.DUAL | Trait.NAME | Trait.SURNAME | Trait.NAMESAKE
_COMMON = Trait.FUNCTION | Trait.ROLE | Trait.TITLE | Trait.MONTH | Trait.UNIT | Trait.MASS
_OLDEST = 110
_SHORTEST = 3


@call
def _opens(word: Written) -> bool:
    return word.word == "("


@call
def _role(word: Written) -> bool:
    return bool(word.traits & (Trait.ROLE | Trait.TITLE))


@call
def _and(word: Written) -> bool:
    return word.lower in {"en", "&"}


def judge_told_persons(tokens: Tokens, calls: Calls) -> None:
    """Settle them; to be called when all else is marked."""
    for at in calls[_opens]:
        if tokens[at - 1].mark is None and _person(tokens, at):
            settle(tokens, at - 1, at, Mark.NAME)
    for at in calls[_role]:
        if tokens[at + 1].mark is None and _called(tokens, at + 1):
            settle(tokens, at + 1, at + 2, Mark.NAME)
    for at in calls[_and]:
        _initials(tokens, at)
    _again(tokens)


def _person(tokens: Tokens, at: int) -> bool:
    """Whether an age or a role stands in the brackets at `at` after what may be a name."""
    name, first, second = tokens[at - 1], tokens[at + 1], tokens[at + 2]
    aged = first.word.isdigit() and int(first.word) < _OLDEST and second.word in {")", ","}
    told = aged or (first.traits & Trait.ROLE and second.word in {")", ","})
    common = name.traits & _COMMON or determined(tokens, at - 1)
    return bool(told and name.traits & _MAY_NAME and not common)


def _called(tokens: Tokens, at: int) -> bool:
    """`huisgenoot jet vond`, `baby fleur 9 maanden`, but not `moeder wil`."""
    token = tokens[at]
    other = _COMMON | Trait.VERB | Trait.CAPITAL | Trait.PREFIX | Trait.DETERMINER | Trait.THING
    return bool(token.traits & _MAY_NAME) and not token.traits & other and not token.opens


def _initials(tokens: Tokens, at: int) -> None:
    """`A. en E. Wesselink`: the initial of the one and the word between."""
    before, after = tokens[at - 1], tokens[at + 1]
    first = at - 2 if before.word == "." else at - 1
    letter = tokens[first].capital and len(tokens[first].word.rstrip(".")) == 1
    other = after.capital and len(after.word.rstrip(".")) == 1 and after.mark is Mark.NAME
    if letter and other:
        settle(tokens, first, at + 1, Mark.NAME)


def _again(tokens: Tokens) -> None:
    """What is a name once is one elsewhere, where no article makes it a word."""
    name = Mark.NAME
    seen = {token.lower for token in tokens if token.mark is name}
    if not seen:
        return
    for at in [at for at, token in enumerate(tokens) if token.mark is None and token.lower in seen]:
        token = tokens[at]
        plain = token.traits & (Trait.FUNCTION | Trait.CAPITAL) or len(token.word) < _SHORTEST
        may_be = not plain and (token.traits & _MAY_NAME or token.capital)
        if may_be and not determined(tokens, at):
            settle(tokens, at, at + 1, name)
