"""Finds numbers that are written in words: phone and document numbers, plates."""

from __future__ import annotations

from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.numerals import NUMERALS
from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["find_spoken", "is_date_word"]

_WORDS = NUMERALS
_LARGE = frozenset({"honderd", "duizend", "nulnul"})
_CENTURIES = ("negentien", "tweeduizend", "achttienhonderd")
_GAPS = frozenset(
    (",", "-", ".", "en", "dan", "/", "\u2026", "keer", "maal", "x", "de", "streepje", "spatie")
)
_SPELLING = Trait.SPELLING
_DATED = Trait.ORDINAL | Trait.MONTH
# How far digits may stand before the first number in words.
_FAR_LEFT = 6
_LEAST_SPELLED = 4
_LEAST_DIGITS = 6
# Of a part of a number: `drie drie eenentwintig`.
_LEAST_PART = 4
_LEAST_WORDS = 4
_LEAST_LETTERS = 2
_LONGEST_GAP = 2
_PLATE_LINKS = frozenset(
    ("is", "van", "iets", "met", "begint", "eindigt", "op", ":", "nummer", "was", "nr", "de")
)
_PLATE_GAPS = frozenset({"-", ".", ",", "en", "van", "iets", "met", "dan", "nog"})
_PLATES = ("kenteken", "nummerplaat", "nummerbord")
# What may be said after a number of what stands before it: `met nul zes ervoor`.
_BEFORE_IT = frozenset({"ervoor", "vooraan", "vooraf", "voorop"})
_MOST_LINKS = 5
_LEAST_PIECES = 2
_LONGEST_PIECE = 3


def is_date_word(token: Token) -> bool:
    """Whether the token can be a part of a date in words or digits."""
    lower = token.lower
    return bool(
        lower in _WORDS
        or lower in _LARGE
        or token.traits & _DATED
        or lower.startswith(_CENTURIES)
        or lower.rstrip("e").removesuffix("st").removesuffix("d").isdigit()
    )


@call
def _begins(word: Written) -> bool:
    """Where a number in words is, also `075-nul`, or a word that spells a letter."""
    lower = word.lower
    mixed = "-" in lower and _size(lower) and not word.word.replace("-", "").isdigit()
    return lower in _WORDS or bool(word.traits & _SPELLING or mixed)


@call
def _plate(word: Written) -> bool:
    return word.lower.startswith(_PLATES) or word.lower == "plaat"


@call
def _single(word: Written) -> bool:
    return bool(word.look & Look.SINGLE)


def find_spoken(tokens: Tokens, calls: Calls) -> list[Span]:
    """Runs of numbers in words that together have six digits or more, and spelled plates."""
    found = []
    past = 0
    for at in calls[_begins]:
        if at < past:
            continue
        start = _run_start(tokens, at)
        end, digits, words, letters = _run(tokens, start)
        mark = _mark(tokens[start].lower, digits, words, letters)
        if mark is not None:
            end = _said_before(tokens, end)
            found.append(Span(tokens[start].start, tokens[end].end, mark))
        past = max(end, at) + 1
    found += _announced_plates(tokens, calls[_plate])
    return found + _spelled_names(tokens, calls[_single])


def _said_before(tokens: Tokens, end: int) -> int:
    """The last token of `acht acht met nul zes ervoor`, whose number ends at `end`."""
    last = end + 2
    while _size(tokens[last].lower):
        last += 1
    said = last > end + 2 and tokens[end + 1].lower == "met" and tokens[end + 2].lower != "een"
    return last if said and tokens[last].lower in _BEFORE_IT else end


def _spelled_names(tokens: Tokens, singles: list[int]) -> list[Span]:
    """`C-e-e-s`, `k o w a l`: letter by letter."""
    found, past = [], 0
    for at in singles:
        word, end = tokens[at].word, at + 1
        if at < past:
            continue
        if len(word) == 1:
            while word.isalpha() and len(tokens[end].word) == 1 and tokens[end].word.isalpha():
                end += 1
            long = end - at >= _LEAST_SPELLED
        else:
            parts = word.split("-")
            long = len(parts) >= _LEAST_SPELLED - 1 and all(
                len(part) == 1 and part.isalpha() for part in parts
            )
        if long:
            found.append(Span(tokens[at].start, tokens[end - 1].end, Mark.NAME))
        past = end
    return found


def _run_start(tokens: Tokens, at: int) -> int:
    """Where digits begin that lead up to the word at `at`, with small words between."""
    start = left = at
    while at - left <= _FAR_LEFT and (
        tokens[left - 1].word.isdigit() or start - left < _LONGEST_GAP
    ):
        left -= 1
        if tokens[left].word.isdigit():
            start = left
        elif tokens[left].lower not in _GAPS:
            break
    return start


def _size(lower: str) -> int:
    """How many digits a number in digits or words stands for, also `075-nul`; else 0."""
    if "-" not in lower:
        return _WORDS.get(lower) or (len(lower) if lower.isdigit() else 0)
    sizes = [_WORDS.get(part, len(part) if part.isdigit() else 0) for part in lower.split("-")]
    return sum(sizes) if all(sizes) else 0


def _announced_plates(tokens: Tokens, plates: list[int]) -> list[Span]:
    """`kenteken k acht nul nul v b`: after such a word letters and numbers need no alphabet."""
    found = []
    for at in plates:
        start = at + 1
        while tokens[start].lower in _PLATE_LINKS and start < at + _MOST_LINKS:
            start += 1
        end, pieces, last = start, 0, start
        while _plate_piece(tokens[end]) or (end > start and tokens[end].lower in _PLATE_GAPS):
            article = tokens[end].lower == "een" and not _plate_piece(tokens[end + 1])
            if tokens[end].lower not in _PLATE_GAPS and not article:
                pieces, last = pieces + 1, end
            end += 1
        if pieces >= _LEAST_PIECES:
            found.append(Span(tokens[start].start, tokens[last].end, Mark.PLATE))
    return found


def _plate_piece(token: Token) -> bool:
    """A letter, a word that spells one, a few digits, a number in words, or `tv`."""
    lower = token.lower.replace(".", "")
    short = len(lower) <= _LONGEST_PIECE and lower.isalnum() and lower.isascii()
    letters = short and (len(lower) == 1 or not set(lower) & set("aeiou"))
    spelled = bool(token.traits & _SPELLING) or lower in _WORDS
    return spelled or letters or (short and lower.isdigit()) or (len(lower) == 1 and short)


def _mark(first: str, digits: int, words: int, letters: int) -> Mark | None:
    phone = first.startswith(("nul", "0"))
    if digits >= _LEAST_DIGITS and words >= _LEAST_WORDS - phone:
        return Mark.PHONE if phone else Mark.NUMBER
    if digits >= _LEAST_PART and words >= _LEAST_PART - 1 and not letters:
        return Mark.NUMBER
    spelled = letters >= _LEAST_LETTERS and digits + letters >= _LEAST_WORDS
    return Mark.PLATE if spelled else None


def _run(tokens: Tokens, start: int) -> tuple[int, int, int, int]:
    """The last token of the run from `start`, its digits, its words, its spelled letters."""
    end, digits, words, letters = start, 0, 0, 0
    at, gap = start, 0
    while gap <= _LONGEST_GAP:
        token = tokens[at]
        size = _size(token.lower)
        letter = token.traits & _SPELLING or (len(token.lower) == 1 and token.lower.isalpha())
        if size:
            digits, words = digits + size, words + 1 + token.lower.count("-")
        elif letter and (letters or token.traits & _SPELLING):
            letters += 1
        elif token.lower in _GAPS:
            gap += 1
        elif token.lower not in _LARGE:
            break
        if token.lower not in _GAPS:
            end, gap = at, 0
        at += 1
    return end, digits, words, letters
