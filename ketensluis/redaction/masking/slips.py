"""The forms that are one slip of the pen away from a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["restored", "slips"]

_SHORTEST_MISSPELT = 5
# Hardly a Dutch word ends so, and many a given name does.
_FOREIGN_ENDS = frozenset("aiouyxqczv")
# By how often they occur in Dutch.
_LETTERS = "etnaiordlsgkmuhvpbjcwzf"

# Endings of which the vowel is left out: `opgegvn`, `tijdljk`; hardly a name has such.
_LEFT_OUT = ((re.compile("(?<=[bdfgkpstvz])n$"), "en"), (re.compile("ljk"), "lijk"))
_LEAST_LETTERS = 4


def restored(word: str) -> str:
    """A word with the vowels that are left out by haste."""
    if len(word) >= _LEAST_LETTERS and word.isalpha():
        for left_out, whole in _LEFT_OUT:
            word = left_out.sub(whole, word)
    return word


def slips(word: str) -> Iterator[str]:
    """Forms with a letter less, more, changed or swapped; of short words less and swapped only."""
    if len(word) < _SHORTEST_MISSPELT or not word.isalpha() or word[-1] in _FOREIGN_ENDS:
        return
    for at in range(1, len(word)):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
    if len(word) <= _SHORTEST_MISSPELT:
        return
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
