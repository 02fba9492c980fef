"""Tells how a text is written as a whole: in capitals, without them, or as it was dictated."""

from __future__ import annotations

import re

__all__ = ["CARELESS", "DICTATED", "PLAIN", "SHOUTED", "base", "style_of"]

PLAIN, SHOUTED = "", "shouted"
"""As most are, and wholly in capitals."""
CARELESS = "lower careless"
"""How a word in lower case is written where hardly any has a capital: names neither."""
DICTATED = "lower dictated"
"""Idem in a text that was spoken: names come in pieces that are words, numbers in words."""

_WHOLE_UPPER = 0.6
# Of so many letters one may be a capital where there are said to be none.
_HARDLY_ANY, _LEAST_LETTERS = 100, 60
_SAMPLE = 200
_UPPER = bytes([*range(0x41, 0x5B), *range(0xC0, 0xDF)])
_LOWER = bytes([*range(0x61, 0x7B), *range(0xDF, 0x100)])
_DIGIT = re.compile("[0-9]")
_SHORTEST_DICTATED, _LEAST_SAID = 150, 3
_SAID = re.compile(
    r"\b(?:nul|twee|drie|vier|vijf|zes|zeven|acht|negen|punt|komma|streepje|spatie|underscore"
    r"|apenstaart(?:je)?|hoofdletter|dictaat|dicteer|inspreken|aanhalingstekens|opname|ik spel"
    r"|spelt?|nieuwe regel|vraagteken"
    r"|[a-z]{2,5}[eë]n(?:twin|der|veer|vijf|zes|zeven|tach|negen)tig)\b"
)


def _cases(text: str) -> tuple[int, int]:
    """How many letters are capitals, and how many are not, by the text's beginning and its end."""
    sample = text if len(text) <= 2 * _SAMPLE else text[:_SAMPLE] + text[-_SAMPLE:]
    letters = sample.encode("latin-1", "replace")
    return (
        len(letters) - len(letters.translate(None, _UPPER)),
        len(letters) - len(letters.translate(None, _LOWER)),
    )


def style_of(text: str) -> str:
    """One of `SHOUTED`, `DICTATED`, `CARELESS` and `PLAIN`."""
    upper, lower = _cases(text)
    if upper > _WHOLE_UPPER * (upper + lower):
        return SHOUTED
    if len(text) >= _SHORTEST_DICTATED and _DIGIT.search(text) is None:
        said = _SAID.finditer(text)
        if all(next(said, None) for _ in range(_LEAST_SAID)):
            return DICTATED
    return CARELESS if lower >= _LEAST_LETTERS and upper * _HARDLY_ANY < lower else PLAIN


def base(written: str) -> str:
    """How a word is written, whatever the style of its text."""
    return written.partition(" ")[0]
