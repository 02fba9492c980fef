"""Cuts a text down to where a pattern can be, so that it is not looked for elsewhere."""

from __future__ import annotations

import re

__all__ = ["MOST", "Size", "near_digits", "near_dots", "runs_in", "size_of"]

_DOTTED = re.compile(r"\.[a-z0-9]", re.IGNORECASE)
_NUMERIC = re.compile(r"\d+(?:[^\d\n]{1,12}\d+)*")
# How far a pattern may reach before its first and after its last digit.
_REACH = 14
_RUN = re.compile(r"\d+")
# How many digits a stretch has, and how many of them side by side, both up to `MOST`, as no form
# of a pattern asks for more; and whether there is a hyphen.
Size = tuple[int, int, bool]
MOST: Size = (10, 5, True)


def near_dots(text: str) -> list[tuple[int, int]]:
    """The stretches between white space that hold a full stop with something right after it."""
    found: list[tuple[int, int]] = []
    for match in _DOTTED.finditer(text):
        at = match.start()
        if found and at < found[-1][1]:
            continue
        after = text.find(" ", at)
        found.append((text.rfind(" ", 0, at) + 1, len(text) if after < 0 else after))
    return found


def near_digits(text: str, reach: int = _REACH) -> list[tuple[int, int]]:
    """The stretches around digits, cut at white space: elsewhere no number can be."""
    found: list[tuple[int, int]] = []
    for match in _NUMERIC.finditer(text):
        start, end = match.span()
        before = text.rfind(" ", 0, max(start - reach, 0)) + 1
        after = text.find(" ", end + _REACH)
        stop = len(text) if after < 0 else after
        if found and before <= found[-1][1]:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((before, stop))
    return found


def runs_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where digits stand side by side in a stretch."""
    return [match.span() for match in _RUN.finditer(text, start, end)]


def size_of(text: str, start: int, end: int, runs: list[tuple[int, int]]) -> Size:
    """The size of a stretch with these runs of digits."""
    sizes = [after - first for first, after in runs]
    hyphen = text.find("-", start, end) >= 0
    return min(sum(sizes), MOST[0]), min(max(sizes, default=0), MOST[1]), hyphen
