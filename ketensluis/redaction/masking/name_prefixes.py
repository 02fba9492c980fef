"""Tells whether a prefix such as `El`, `van der` or `De` is a part of the name after it."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["prefix"]

_TITLE, _ROLE, _PREFIX = Trait.TITLE, Trait.ROLE, Trait.PREFIX
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
        "it",
    )
)
_OPENING = frozenset(("de", "van", "el", "al", "ait", "ben", "den", "ter", "ten", "la"))


def prefix(tokens: Tokens, at: int) -> Mark | None:
    """A prefix that is part of the name after it: `El`, `van der`, `De`."""
    taken = tokens[at].traits & _PREFIX and _belongs(tokens, at)
    return tokens[at + 1].mark if taken else None


def _belongs(tokens: Tokens, at: int) -> bool:
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
        return token.lower != "te" and not (token.lower == "in" and after.mark is Mark.PLACE)
    introduced = before.traits & (_TITLE | _ROLE) and after.mark is Mark.NAME
    # `moeder van Stijn` has no surname "van Stijn".
    owner = token.word == "van" and not before.traits & _TITLE and len(after.lower.strip(".")) > 1
    return bool(introduced) and not owner and token.lower not in {"te", "het"}
