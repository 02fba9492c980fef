"""Spreads what was found: to the same name elsewhere, and to the words beside it."""

from __future__ import annotations

from ketensluis.redaction.masking.doubt import determined
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["spread_names"]

_DUAL, _SURNAME, _PREFIX = Trait.DUAL, Trait.SURNAME, Trait.PREFIX
_CAPITAL, _FUNCTION, _MONTH = Trait.CAPITAL, Trait.FUNCTION, Trait.MONTH
_SPEAKING = Trait.VERB | Trait.DETERMINER | Trait.PREFIX
_TITLE, _ROLE = Trait.TITLE, Trait.ROLE
# What in lower case may be a name again.
_MAY_NAME = _DUAL | Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB | Trait.GUESSED | Trait.COMPOUND
_MAY_BE_SEEN = _MAY_NAME | Trait.NAMESAKE
_WEEKDAYS = frozenset(
    ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
)


def spread_names(tokens: Tokens) -> None:
    """Mark what is the same name again, and the words with a capital beside a name."""
    seen = _seen(tokens)
    inner = range(BEFORE, len(tokens) - AFTER)
    for at in inner:
        token = tokens[at]
        if (
            token.mark is None
            and not token.settled
            and (token.capital or (token.traits & _MAY_BE_SEEN and _may_be_seen(token, seen)))
        ):
            _again(tokens, at, seen)
    capitals = [at for at in inner if tokens[at].capital and not tokens[at].opens]
    for at in (*capitals, *reversed(capitals)):
        token = tokens[at]
        if token.mark is None and not token.settled:
            token.mark = _between(tokens, at) or _beside(tokens, at)
            token.doubt = token.mark is not None


def _seen(tokens: Tokens) -> set[str]:
    """Names of this text: those with a capital, and those in lower case with their prefix."""
    found = set()
    name = Mark.NAME
    for at in [at for at, token in enumerate(tokens) if token.mark is name and not token.settled]:
        token, before = tokens[at], tokens[at - 1]
        if token.capital or token.traits & _MAY_BE_SEEN:
            found.add(token.lower)
        if not token.capital and before.traits & _PREFIX:
            found.add(f"{before.lower} {token.lower}")
    return found


def _may_be_seen(token: Token, seen: set[str]) -> bool:
    """Whether a word in lower case was a name elsewhere, by itself or with its prefix."""
    lower = token.lower
    return lower in seen or lower.removesuffix("'s") in seen or bool(token.traits & _SURNAME)


def _again(tokens: Tokens, at: int, seen: set[str]) -> None:
    """A word that was a name elsewhere in the text is one here too."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    day = token.lower in _WEEKDAYS and token.capital and not token.opens and not after.numeric
    if day and before.capital and before.mark is Mark.NAME:
        token.mark = Mark.NAME
        seen.add(token.lower)
    language = token.traits & Trait.NAMESAKE and (token.capital or not before.traits & _SPEAKING)
    if ((day and token.capital) or language) and token.lower in seen:
        token.mark = Mark.NAME
        return
    common = token.traits & (_FUNCTION | _CAPITAL | _PREFIX)
    dual = bool(token.traits & _DUAL)
    if common and not dual:
        return
    known = token.lower.removesuffix("'s") in seen
    if known and token.traits & _MAY_NAME and not token.capital:
        free = not determined(tokens, at) and not token.traits & (_FUNCTION | Trait.MASS)
        token.mark = Mark.NAME if free else None
    if token.capital and (known or (dual and after.mark is Mark.NAME and after.capital)):
        token.mark = Mark.NAME
    elif token.traits & _SURNAME and f"{before.lower} {token.lower}" in seen:
        token.mark = before.mark = Mark.NAME


def _between(tokens: Tokens, at: int) -> Mark | None:
    """Whatever stands with a capital between two names is a part of them."""
    between = tokens[at - 1].mark is Mark.NAME and tokens[at + 1].mark is Mark.NAME
    between = between and not tokens[at].traits & Trait.VERB
    return Mark.NAME if between else None


def _beside(tokens: Tokens, at: int) -> Mark | None:
    """A word with a capital beside a masked one, or after `De` with one, is part of that name."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if _chained(before, token):
        return before.mark
    if token.traits & (_TITLE | _MONTH) or (token.word.isupper() and len(token.word) > 1):
        return None
    following = before.capital and before.mark is not None
    if token.traits & _ROLE:
        named = following and before.mark is Mark.NAME
        led = after.capital and not before.mark
        return Mark.NAME if named else after.mark if led else None
    if before.capital and before.traits & _PREFIX and not token.traits & (_CAPITAL | _PREFIX):
        return Mark.NAME
    if token.traits & (_CAPITAL | _PREFIX | _FUNCTION) and not token.traits & _DUAL:
        return None
    return before.mark if following else after.mark if after.capital else None


def _chained(before: Token, token: Token) -> bool:
    """`SAIGON BANH MI`: in capitals right after a marked one, and no common word."""
    chained = before.word.isupper() and before.mark is not None and token.word.isupper()
    common = _FUNCTION | _CAPITAL | _TITLE | _ROLE | Trait.VERB
    return chained and not token.traits & common
