"""The numbers in words below a hundred, and how many digits each stands for."""

from __future__ import annotations

__all__ = ["NUMERALS"]

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
