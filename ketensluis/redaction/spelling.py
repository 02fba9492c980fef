"""Spellings made alike: what reads the same to a person is the same here, however it is coded.

Unicode has many ways to write one word: composed or not (`é`), full-width digits, characters
of no width, ligatures (`ĳ`). Whoever compares without this compares bytes, not names.
"""

from __future__ import annotations

import unicodedata

__all__ = ["key", "plain"]


def key(text: str | None) -> str:
    """A value without case, accents, spaces and punctuation, so that its spellings are equal."""
    if not text:
        return ""
    if not text.isascii():
        text = plain(text)
    return "".join(filter(str.isalnum, text.casefold()))


def plain(text: str) -> str:
    """A text in ordinary digits and letters, without accents and without what has no width."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join([char for char in apart if unicodedata.category(char) not in {"Mn", "Cf"}])
