"""How a figure is written, and what a neighbour of one is: words for the clues."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from ketensluis.redaction.masking.figures import figurelike
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.telling import sort_of
from ketensluis.redaction.masking.tokens import Token
from ketensluis.redaction.masking.traits import Trait

__all__ = ["PLACES", "Sight", "Sighted", "named", "said", "shape", "sight_of", "size", "value"]

_WORDS = Trait.NUMERAL | Trait.ORDINAL
# Marks that say where something is.
PLACES = frozenset(
    {
        *(Mark.PLACE, Mark.ORGANISATION, Mark.ADDRESS, Mark.SCHOOL, Mark.CARE, Mark.VENUE),
        *(Mark.COMPANY, Mark.CLUB, Mark.SHELTER),
    }
)
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_LONGEST_CODE, _MANY, _MOST_DIGITS, _YEAR_DIGITS = 7, 5, 12, 4
# From the largest on: below which a number is called so.
_VALUES = ((100, "score"), (60, "minute"), (32, "day"), (25, "hour"), (13, "month"), (4, "few"))
# A bound on memory, never on correctness.
_REMEMBERED = 10_000
_FIRST_BIRTH, _LAST_BIRTH, _LAST_YEAR = 1920, 2009, 2030

Sight = tuple[str, str, int]
"""What is seen of a neighbour: the word, its sort, its traits."""
Sighted = Callable[[Token], Sight]


def size(token: Token) -> str:
    """The kind of figure: so many digits, a word, a month, a letter, a code."""
    return _size(token.word, token.traits)


@lru_cache(_REMEMBERED)
def _size(word: str, traits: int) -> str:
    if word.isdigit():
        return f"d{min(len(word), _MANY)}"
    if traits & _WORDS:
        return "word"
    if traits & Trait.MONTH:
        return "month"
    return "letter" if len(word) == 1 else "code"


def shape(token: Token) -> str:
    """A nine for each digit, and an A or an a for each letter."""
    return _shape(token.word, token.traits)


@lru_cache(_REMEMBERED)
def _shape(word: str, traits: int) -> str:
    kind = _size(word, traits)
    if kind in {"word", "month"}:
        return "ordinal" if traits & Trait.ORDINAL else kind
    if kind == "code" and len(word) > _LONGEST_CODE:
        return kind
    lead = "0" if word[0] == "0" and len(word) > 1 else ""
    if kind == "d5":
        return f"{lead}9{len(word) if len(word) <= _MOST_DIGITS else '+'}"
    return lead + _LETTER.sub(_case, _DIGIT.sub("9", word))


def _case(letter: re.Match[str]) -> str:
    return "A" if letter[0].isupper() else "a"


def value(token: Token) -> str:
    """What a number may be by its size: an hour, a day, a minute, a year."""
    word = token.word
    if not word.isdigit() or len(word) > _YEAR_DIGITS:
        return token.lower if token.traits & (_WORDS | Trait.MONTH) else "-"
    number = int(word)
    if len(word) == _YEAR_DIGITS:
        if _FIRST_BIRTH <= number <= _LAST_YEAR:
            return "year of birth" if number <= _LAST_BIRTH else "year"
        return "thousand" if number % 50 else "thousands"
    if number < _VALUES[-1][0]:
        return word
    name = "hundred"
    for least, called in _VALUES:
        name = called if number < least else name
    return name if number % 10 else f"round {name}"


def named(token: Token) -> bool:
    """Whether a token is masked as a name: what other figures are is told otherwise."""
    if token.mark is None or figurelike(token):
        return False
    return token.capital or not token.traits & Trait.ORDINARY or bool(token.traits & Trait.DUAL)


def _sort(token: Token) -> str:
    """A neighbour's sort, or that it is a masked name."""
    first = token.word[:1]
    if not first.isalnum():
        return "line" if first == "\n" else first or "edge"
    if named(token):
        return "name" if token.mark is Mark.NAME else "place" if token.mark in PLACES else "other"
    if first.isdigit():
        return "figure"
    capital = token.capital and not token.opens
    return sort_of(token.traits) + (" C" if capital else "")


def said(token: Token) -> str:
    """A neighbour's word, unless it is a name or a figure."""
    first = token.word[:1]
    if not first:
        return "edge"
    if figurelike(token):
        return "figure"
    if not first.isalpha():
        return "line" if first == "\n" else first
    return "~" if not token.traits & Trait.ORDINARY or named(token) else token.lower


def sight_of(token: Token) -> Sight:
    """What is seen of a neighbour."""
    return said(token), _sort(token), token.traits if token.word[:1].isalpha() else 0
