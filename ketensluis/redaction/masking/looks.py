"""What can be seen of a word as it is written: worked out once for each, then remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ketensluis.redaction.masking.calm import is_calm, is_restless, is_uneasy
from ketensluis.redaction.masking.lexicon import Lexicon
from ketensluis.redaction.masking.telling import said_of, stands_of
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Call, Written

__all__ = ["Forms", "Look"]

_ENDS = frozenset(".!?\u2026:;\n\u2022*>|")
_OPENERS = frozenset("\"'\u201c\u201d\u2018\u2019\u201e\u00ab(-\u2013\u2014[")
_CURLY = {ord("\u2019"): "'", ord("`"): "'", ord("\u00b4"): "'"}
_IN_WORDS = Trait.NUMERAL | Trait.ORDINAL
# Articles and openings rather than numbers.
_SMALL = frozenset(("een", "eerste"))
_ROMAN = re.compile("[IVX]{2,}")
_SHORT = len("a.")
# A bound on memory, never on correctness.
_REMEMBERED = 100_000


class Look:
    """Bits of how a word is written."""

    LETTERS: Final = 1 << 0
    """A letter is its first or second sign, so that it is judged as a word."""
    CALM: Final = 1 << 1
    """An ordinary word in lower case that is nothing else."""
    NAMELIKE: Final = 1 << 2
    """Letters only, but for an apostrophe, or a hyphen between two capitals: `Kok-So`."""
    SINGLE: Final = 1 << 3
    """One letter or digit, perhaps with a hyphen after it: `C-e-e-s`."""
    ENDS: Final = 1 << 4
    """A sentence begins after it."""
    OPENS: Final = 1 << 5
    """A sign that stands before the first word of a sentence."""
    FIGURE: Final = 1 << 6
    """A number in digits or words, a code, a Roman number, or a capital by itself."""
    RESTLESS: Final = 1 << 7
    """No word after it stays without further ado."""
    UNEASY: Final = 1 << 8
    """Only a small word after it stays without further ado."""
    SHORT: Final = 1 << 9
    """Two signs or less: a letter with its full stop."""
    HYPHENED: Final = 1 << 10
    UPPER: Final = 1 << 11
    """Wholly in capitals, and more than one."""


class Forms(dict[str, Written]):
    """Every word that was met, as it was written; safe to share between threads."""

    def __init__(self, lexicon: Lexicon, calls: Iterable[Call]) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._calls = tuple(calls)

    def __missing__(self, word: str) -> Written:
        lower = word.lower().translate(_CURLY)
        verbal = word[0].isalnum() or (lower[0] == "'" and len(word) > 1)
        traits = self._lexicon.traits(lower) if verbal else 0
        look = _look(word, lower, traits)
        found = Written(
            *(word, lower, traits, word[0].isupper(), word[0].isdigit(), look),
            said=said_of(lower, traits),
            stands=stands_of(word, traits),
        )
        found.calls = tuple(call for call in self._calls if call(found))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = found
        return found


def _look(word: str, lower: str, traits: int) -> int:
    seen = (
        (word[0].isalpha() or word[1:2].isalpha(), Look.LETTERS),
        (is_calm(word, traits), Look.CALM),
        (_namelike(word), Look.NAMELIKE),
        (word[0].isalnum() and word[1:2] in {"", "-"}, Look.SINGLE),
        (word[0] in _ENDS, Look.ENDS),
        (word[0] in _OPENERS and len(word) == 1, Look.OPENS),
        (_figure(word, lower, traits), Look.FIGURE),
        (is_restless(lower, traits), Look.RESTLESS),
        (is_uneasy(traits), Look.UNEASY),
        (len(lower) <= _SHORT, Look.SHORT),
        ("-" in word, Look.HYPHENED),
        (word.isupper() and len(word) > 1, Look.UPPER),
    )
    return sum(bit for true, bit in seen if true)


def _figure(word: str, lower: str, traits: int) -> bool:
    if traits & _IN_WORDS:
        return lower not in _SMALL
    if len(word) == 1:
        return word.isdigit() or (word.isupper() and word != "U")
    return any(map(str.isdigit, word)) or bool(_ROMAN.fullmatch(word))


def _namelike(word: str) -> bool:
    if word.isalpha():
        return True
    return word.replace("'", "").isalpha() or (word.istitle() and word.replace("-", "").isalpha())
