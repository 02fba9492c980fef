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
    r"|(?:\d{1,2}|een|één|twee|drie|vier|vijf)-?(?:hoog|hg)",
    re.IGNORECASE,
)
_FLOORS = frozenset(("een", "één", "twee", "drie", "vier", "vijf", "zes", "i", "ii", "iii"))
_LONGEST_ADDITION = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_NUMBER = 3
_QUARTERS = frozenset({"noord", "oost", "zuid", "west", "boven", "beneden", "achter"})
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

    So do the numbers `12 t/m 14`.
    """
    end = _one_number(tokens, at)
    through = "".join(token.word for token in tokens[end : end + 3]).lower() == "t/m"
    return _one_number(tokens, end + 3) if end > at and through else end


def _one_number(tokens: Tokens, at: int) -> int:
    number = at
    if tokens[at].lower in _QUARTERS and tokens[at + 1].numeric:
        number += 1
    elif tokens[at].traits & _NUMBERED:
        number += 2 if tokens[at + 1].word == "." else 1
    token, after = tokens[number], tokens[number + 1]
    taken = token.settled and token.mark is not Mark.ADDRESS
    if not _HOUSE.fullmatch(token.word) or (taken and token.word not in _CALLED):
        return at
    counts = after.traits & _COUNTING and after.lower not in {"en", "tot", "hoog"}
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
    return number + (2 if _ADDITION.fullmatch(after.word.rstrip(".")) else 1)
