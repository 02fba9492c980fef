"""The numbers in words below a hundred, and how many digits each stands for."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Written, call

__all__ = ["NUMERALS", "digits_of", "number"]

_UNITS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = (
    *("tien", "elf", "twaalf", "dertien", "veertien"),
    *("vijftien", "zestien", "zeventien", "achttien", "negentien"),
)

_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")


def _number_words() -> dict[str, int]:
    """Each number in words below a hundred, and how many digits it stands for."""
    words = dict.fromkeys(("één", "dubbel", "dubbele", *_UNITS), 1)
    for word in (*_TEENS, *_TENS, *(f"dubbel{unit}" for unit in _UNITS)):
        words[word] = 2
    for ten in _TENS:
        for unit in (*_UNITS[1:], "één"):
            for joint in ("en", "ën"):
                words[unit + joint + ten] = 2
    return words


NUMERALS = _number_words()
_GLUED = re.compile(rf"(?:{'|'.join(sorted(NUMERALS, key=len, reverse=True))}){{2,8}}")
_ONE = re.compile("|".join(sorted(NUMERALS, key=len, reverse=True)))
# `twee drieën`, `06 en dan vier nullen`.
_PLURALS = frozenset(
    ("nullen", "enen", "tweeën", "drieën", "vieren", "vijven", "zessen", "zevens", "achten")
)
_HEADS = frozenset([*"0123456789o", *(word[0] for word in NUMERALS)])
_STREAKS = frozenset(("streep", "streepje", "spatie"))
_MISREAD = re.compile(r"o\d{1,9}")


@call
def number(word: Written) -> bool:
    """Whether a number may begin at a word: digits, or a numeral."""
    return word.numeric or bool(word.traits & Trait.NUMERAL)


def digits_of(lower: str) -> int:
    """How many digits a word in lower case stands for: `12`, `zesnul`, `075-nul`, `o6`; else 0."""
    if lower.isdigit():
        return len(lower)
    size = NUMERALS.get(lower, 1 if lower in _PLURALS else 0)
    if size or lower[:1] not in _HEADS:
        return size
    if "-" in lower:
        sizes = [digits_of(part) for part in lower.split("-") if part not in _STREAKS]
        size = sum(sizes) if all(sizes) else 0
    elif _MISREAD.fullmatch(lower):
        size = len(lower)
    elif _GLUED.fullmatch(lower):
        size = sum(NUMERALS[one] for one in _ONE.findall(lower))
    return size
