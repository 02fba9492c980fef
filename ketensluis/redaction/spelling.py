"""Spellings made alike: what reads the same to a person is the same here, however it is coded.

Unicode has many ways to write one word: composed or not (`é`), full-width digits, characters
of no width, ligatures (`ĳ`). Whoever compares without this compares bytes, not names.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["key", "legible", "plain"]

_WIDE = re.compile("[\uff01-\uff5e]+")  # full-width forms of ASCII, in the same order
_TO_ASCII = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
# Unicode's category Cf as far as it occurs between letters: nobody sees it.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0001-\U000e007f]"
)


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


def legible(text: str) -> str:
    """The same text as it is read, in composed form: for the masking, which knows words by it.

    Only what nobody sees changes: how accents are coded, what has no width, full-width forms.
    """
    if text.isascii():
        return text
    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return _WIDE.sub(lambda found: found[0].translate(_TO_ASCII), seen)
