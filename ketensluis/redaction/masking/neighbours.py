"""Spreads what was found: to the same name elsewhere, to the words beside it, to its prefixes."""

from __future__ import annotations

from itertools import pairwise

from ketensluis.redaction.masking.doubt import determined
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["absorb_prefixes", "spread_names"]

_DUAL, _SURNAME, _PREFIX = Trait.DUAL, Trait.SURNAME, Trait.PREFIX
_CAPITAL, _FUNCTION, _MONTH = Trait.CAPITAL, Trait.FUNCTION, Trait.MONTH
_TITLE, _ROLE = Trait.TITLE, Trait.ROLE
_TAKING = frozenset({Mark.NAME, Mark.ADDRESS, Mark.PLACE, Mark.ORGANISATION})
# These are hardly anything else than the beginning of a name.
_ARCHAIC = frozenset(
    (
        "den",
        "der",
        "ter",
        "ten",
        "el",
        "ait",
        "ibn",
        "bin",
        "vd",
        "v.d.",
        "abu",
        "abd",
        "'t",
        "ould",
        "sint",
        "st",
    )
)
_LEADING = frozenset({"Op", "In", "Uit"})
_OPENING = frozenset(("de", "van", "el", "al", "ait", "ben", "den", "ter", "ten", "la"))


def spread_names(tokens: Tokens) -> None:
    """Mark what is the same name again, and the words with a capital beside a name."""
    seen = _seen(tokens)
    inner = range(BEFORE, len(tokens) - AFTER)
    for at in inner:
        token = tokens[at]
        if token.mark is None and not token.settled and (token.capital or token.traits & _DUAL):
            _again(tokens, at, seen)
    for at in (*inner, *reversed(inner)):
        token = tokens[at]
        if token.capital and token.mark is None and not token.settled and not token.opens:
            token.mark = _between(tokens, at) or _beside(tokens, at)


def _seen(tokens: Tokens) -> set[str]:
    """Names of this text: those with a capital, and those in lower case with their prefix."""
    found = set()
    for before, token in pairwise(tokens):
        if token.mark is not Mark.NAME or token.settled:
            continue
        if token.capital or token.traits & _DUAL:
            found.add(token.lower)
        if token.capital:
            continue
        if before.traits & _PREFIX:
            found.add(f"{before.lower} {token.lower}")
    return found


def _again(tokens: Tokens, at: int, seen: set[str]) -> None:
    """A word that was a name elsewhere in the text is one here too."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    common = token.traits & (_FUNCTION | _CAPITAL | _PREFIX)
    dual = bool(token.traits & _DUAL)
    if common and not dual:
        return
    known = token.lower.removesuffix("'s") in seen
    if known and dual and not token.capital:
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
    following = before.capital and before.mark is not None
    if token.traits & (_TITLE | _MONTH) or (token.word.isupper() and len(token.word) > 1):
        return None
    if token.traits & _ROLE:
        return Mark.NAME if following and before.mark is Mark.NAME else None
    if before.capital and before.traits & _PREFIX and not token.traits & (_CAPITAL | _PREFIX):
        return Mark.NAME
    if token.traits & (_CAPITAL | _PREFIX | _FUNCTION) and not token.traits & _DUAL:
        return None
    if following:
        return before.mark
    return after.mark if after.capital else None


def absorb_prefixes(tokens: Tokens) -> None:
    """Take each prefix into the name after it, from the last to the first."""
    for at in range(len(tokens) - AFTER - 1, BEFORE - 1, -1):
        token = tokens[at]
        before = tokens[at - 1]
        if token.mark is Mark.NAME and before.word in _LEADING and not before.opens:
            before.mark = Mark.NAME
        elif token.traits & Trait.NICK and token.mark is None and tokens[at + 1].mark is Mark.NAME:
            token.mark = None if before.traits & Trait.DETERMINER or token.settled else Mark.NAME
        elif token.traits & _PREFIX and token.mark is None and _belongs(tokens, at):
            token.mark = tokens[at + 1].mark


def _belongs(tokens: Tokens, at: int) -> bool:
    """Whether a prefix is part of the name after it: `El`, `van der`, `De`."""
    token, after = tokens[at], tokens[at + 1]
    if after.mark not in _TAKING or (after.mark is Mark.ADDRESS and after.numeric):
        return False
    if token.lower in _ARCHAIC and after.mark is not Mark.ORGANISATION:
        return True
    if token.lower == "van" and after.lower in {"der", "den"}:
        return True
    return _with_capital(token, after) or _after_person(tokens[at - 1], token, after)


def _with_capital(token: Token, after: Token) -> bool:
    """In mid-sentence a capital is enough; at its head it must be a usual one before a name."""
    if not token.opens:
        return token.capital
    if token.word == "van":
        return after.mark is Mark.ADDRESS
    return token.capital and token.lower in _OPENING and after.capital and after.mark is Mark.NAME


def _after_person(before: Token, token: Token, after: Token) -> bool:
    """Right after a given name, a title or a role."""
    if before.mark is Mark.NAME and before.word != ",":
        return token.lower != "te"
    introduced = before.traits & (_TITLE | _ROLE) and after.mark is Mark.NAME
    return bool(introduced) and token.lower not in {"te", "het"}
