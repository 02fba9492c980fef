"""Tells the number of a house, with its additions, from a count, an amount or a year."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["HEADS", "house_number", "is_house"]

_NUMBERED = Trait.NUMBERED
_COUNTING = Trait.UNIT | Trait.MONTH
_HOUSE = re.compile(r"\d{1,4}[a-z]{0,2}(?:-(?:\d{1,3}|[a-z]|i{1,3}|iv|hs|bis))?", re.IGNORECASE)
_ADDITION = re.compile(
    r"[a-h]|i{1,3}|iv|bis|hs|huis|hoog|zw|rd|zwart|rood|wit|boven|beneden"
    r"|bv|bg|pt|parterre|sous|souterrain|links|rechts"
    r"|(?:\d{1,2}|een|één|twee|drie|vier|vijf)-?(?:hoog|hg)",
    re.IGNORECASE,
)
# Parts of a house too, but only where nothing goes on after them.
_SIDES = frozenset(("achter", "voor", "boven", "beneden", "midden", "achterhuis", "voorhuis"))
_THROUGH = (["t", "/", "m"], ["tm"], ["tot", "en", "met"], ["tot"], ["en"], ["of"], ["&"], ["+"])
# A boat lies opposite a house: `Amsteldijk t/o 14`.
_OPPOSITE = ["t", "/", "o"]
_RANGES = frozenset("-/\u2013")
_FLOORS = frozenset(("een", "één", "twee", "drie", "vier", "vijf", "zes", "i", "ii", "iii"))
_LONGEST_ADDITION = 3
# The number itself and two additions: `122 bis a`.
_MOST_ADDITIONS = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_NUMBER = 3
_QUARTERS = frozenset(
    ("noord", "oost", "zuid", "west", "boven", "beneden", "achter", "t.o.", "to", "oz", "wz", "nz")
)
_BOXES = frozenset({"bus", "app", "appartement", "toren", "unit"})
# What stands before a street.
HEADS = Trait.SPOT_BEFORE | Trait.PLACE_BEFORE | Trait.LIVING
# What goes on after its number.
_GOING_ON = Trait.PREFIX | Trait.FUNCTION | Trait.VERB | Trait.PLACE_BEFORE
# Numbers that everyone may call; after a street they are the house's.
_CALLED = frozenset({"112", "113", "144"})


def is_house(tokens: Tokens, at: int) -> bool:
    """Whether the number at `at` is rather of a house than a count, an amount or a year."""
    number, end = tokens[at], house_number(tokens, at)
    after, called = tokens[end], bool(number.traits & _NUMBERED)
    if end == at or not (number.numeric or called) or _YEAR.fullmatch(number.word):
        return False
    if not called and len(number.word.partition("-")[0]) > _LONGEST_NUMBER:
        return bool(tokens[at - 2].traits & HEADS)
    if not after.wordlike:
        decimal = tokens[end + 1].numeric and tokens[end + 1].start == after.end
        return not (decimal and after.word in {".", ","})
    counted = after.lower.endswith(("en", "s", "e")) or number.word.endswith("e")
    return bool(after.traits & _GOING_ON) or not counted


def house_number(tokens: Tokens, at: int) -> int:
    """Where a house number with its additions that begins at `at` ends; `at` if there is none.

    So do the numbers `12 t/m 14` and `12 en 14`.
    """
    end = _one_number(tokens, at)
    return _further(tokens, end) if end > at else end


def _further(tokens: Tokens, end: int) -> int:
    """Where `12 t/m 14`, `12 en 14`, `1 - 88` or `700 / 4.12` ends, whose first ends at `end`."""
    ahead = [token.lower for token in tokens[end : end + 3]]
    size = next((len(link) for link in _THROUGH if ahead[: len(link)] == link), 0)
    if not size and tokens[end].word in _RANGES:
        size = 1
    number, after = tokens[end + size], tokens[end + size + 1]
    if not size or not number.numeric:
        return end
    if after.start == number.end and tokens[end + size + 2].numeric:
        # A door on the fourth floor, or an amount.
        return end + size + 3 if tokens[end].word == "/" and after.word == "." else end
    taken = number.settled and number.mark is not Mark.ADDRESS
    if taken or (size == 1 and (after.wordlike or not _HOUSE.fullmatch(number.word))):
        return end
    return max(_one_number(tokens, end + size), end)


def _one_number(tokens: Tokens, at: int) -> int:
    number = at
    if [token.lower for token in tokens[at : at + 3]] == _OPPOSITE and tokens[at + 3].numeric:
        number += 3
    elif tokens[at].lower in _QUARTERS and tokens[at + 1].numeric:
        number += 1
    elif tokens[at].traits & _NUMBERED:
        number += 2 if tokens[at + 1].word == "." else 1
    token, after = tokens[number], tokens[number + 1]
    taken = token.settled and token.mark is not Mark.ADDRESS
    if not _HOUSE.fullmatch(token.word) or (taken and token.word not in _CALLED):
        return at
    counts = after.traits & _COUNTING and after.lower not in {"en", "tot", "hoog", "of", "\u00e0"}
    if counts and token.word.isdigit():
        return at
    addition = tokens[number + 2]
    if after.word in {"-", "/"} and addition.start == after.end:
        return number + (3 if len(addition.word) <= _LONGEST_ADDITION else 1)
    if after.lower in _BOXES and addition.numeric:
        return number + 3
    if addition.lower == "hoog" and (
        after.numeric or after.traits & Trait.ORDINAL or after.lower in _FLOORS
    ):
        return number + 3
    end = number + 1
    while end < number + _MOST_ADDITIONS and _added(tokens, end, first=end == number + 1):
        end += 1
    return end


def _added(tokens: Tokens, at: int, *, first: bool) -> bool:
    """Whether a floor, a side or a letter of the house stands there."""
    if tokens[at].lower in _SIDES:
        return not first or not tokens[at + 1].wordlike
    return bool(_ADDITION.fullmatch(tokens[at].word.rstrip(".")))
