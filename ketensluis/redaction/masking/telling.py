"""What a word tells of those beside it: itself where it is telling, else its sort or its sign."""

from __future__ import annotations

from functools import cache

from ketensluis.redaction.masking.traits import Trait

__all__ = ["said_of", "sort_of", "stands_of"]

# The first of these that a word has is its sort.
_SORTS = tuple(
    (name.lower(), getattr(Trait, name))
    for name in (
        *("TITLE", "ROLE", "NAMING", "PREFIX", "DETERMINER", "VERB", "PLACE_BEFORE", "SPOT"),
        *("UNIT", "ORGANISATION", "THING", "FUNCTION", "DUAL", "COUNT", "PLURAL", "COMPOUND"),
        *("FREQUENT",),
    )
)
# A word beside another says something by itself if it is small, or one of these.
_TELLING = (
    Trait.FUNCTION
    | Trait.TITLE
    | Trait.ROLE
    | Trait.NAMING
    | Trait.PLACE_BEFORE
    | Trait.WORK
    | Trait.LIVING
)
_SIGNS = {"\n": "line", "": "edge"}


@cache  # there are a few thousand different traits at most
def sort_of(traits: int) -> str:
    """What a word is, in one word."""
    if not traits & Trait.ORDINARY:
        return "unknown"
    return next((name for name, bit in _SORTS if traits & bit), "ordinary")


def said_of(lower: str, traits: int) -> str:
    """The word itself where it is telling."""
    if not lower[:1].isalpha():
        return _sign(lower[:1])
    return lower if traits & _TELLING else "~"


def stands_of(word: str, traits: int) -> tuple[str, str]:
    """How a word that nobody marked stands beside another: without a capital, and with it."""
    if not word[:1].isalpha():
        return _sign(word[:1]), _sign(word[:1])
    return sort_of(traits), f"{sort_of(traits)} C"


def _sign(first: str) -> str:
    return "number" if first.isdigit() else _SIGNS.get(first, first)
