"""Finds numbers that are written in words: phone and document numbers, plates, dates of birth."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.tables import Trait
from ketensluis.redaction.masking.tokens import Sentence

__all__ = ["find_spoken", "is_count", "is_date_word"]

_UNITS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = (
    "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split()  # noqa: SIM905 - reads as the list it is
)
_TENS = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()  # noqa: SIM905 - idem


def _number_words() -> dict[str, int]:
    """Each number in words below a hundred, and how many digits it stands for."""
    words = dict.fromkeys(("één", "dubbel", "dubbele", "twee-en-", *_UNITS), 1)
    for word in (*_TEENS, *_TENS):
        words[word] = 2
    for ten in _TENS:
        for unit in (*_UNITS[1:], "één"):
            for joint in ("en", "ën"):
                words[unit + joint + ten] = 2
    return words


_WORDS = _number_words()
_LARGE = ("honderd", "duizend", "nulnul")
_NATO = frozenset(
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey whisky xray x-ray yankee zulu anton bernard cornelis dirk "
    "eduard ferdinand gerard hendrik izaak jan karel lodewijk maria nico otto pieter quotient rudolf simon teunis "
    "utrecht willem xantippe ypsilon zaandam".split()
)
_LEAST_DIGITS = 6
_LEAST_WORDS = 4
_GAPS = frozenset({",", "-", ".", "en", "dan", "/", "…"})
_ORDINALS = frozenset(
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende "
    "vijftiende zestiende zeventiende achttiende negentiende twintigste eenentwintigste tweeëntwintigste "
    "drieëntwintigste vierentwintigste vijfentwintigste zesentwintigste zevenentwintigste achtentwintigste "
    "negenentwintigste dertigste eenendertigste".split()
)


def is_count(lower: str) -> bool:
    """Whether the word is a number below a hundred, or digits."""
    return lower in _WORDS or lower.isdigit()


def is_date_word(sentence: Sentence, at: int) -> bool:
    """Whether the token can be a part of a date in words."""
    lower = sentence.lowers[at]
    return (
        lower in _WORDS
        or lower in _ORDINALS
        or lower in _LARGE
        or bool(sentence.traits[at] & Trait.MONTH)
        or lower.startswith(("negentien", "tweeduizend", "tweeduizen", "achttienhonderd"))
        or (lower.rstrip("e").removesuffix("st").removesuffix("d").isdigit())
    )


def find_spoken(sentence: Sentence) -> list[Span]:
    """Runs of numbers in words that together have six digits or more."""
    found = []
    lowers, count = sentence.lowers, len(sentence)
    at = 0
    while at < count:
        if lowers[at] not in _WORDS and lowers[at] not in _NATO:
            at += 1
            continue
        start = at
        while start and sentence.lowers[start - 1].isdigit():
            start -= 1
        end, digits, words, spelled = _run(sentence, start)
        if digits >= _LEAST_DIGITS and words >= _LEAST_WORDS:
            mark = Mark.PHONE if lowers[start] in {"nul", "0", "06"} else Mark.NUMBER
            found.append(Span(sentence.starts[start], sentence.ends[end], mark))
        elif spelled >= 2 and digits + spelled >= _LEAST_WORDS:  # noqa: PLR2004 - two spelled letters
            found.append(Span(sentence.starts[start], sentence.ends[end], Mark.PLATE))
        at = max(end, at) + 1
    return found


def _run(sentence: Sentence, start: int) -> tuple[int, int, int, int]:
    """The last token of the run from `start`, its digits, its words, its spelled letters."""
    end, digits, words, spelled = start, 0, 0, 0
    at, gap = start, 0
    while at < len(sentence) and gap < 3:  # noqa: PLR2004 - "12, en dan 34"
        lower = sentence.lowers[at]
        size = _WORDS.get(lower, len(lower) if lower.isdigit() else 0)
        if size:
            digits, words, end, gap = digits + size, words + 1, at, 0
        elif lower in _NATO or (len(lower) == 1 and lower.isalpha() and spelled):
            spelled, end, gap = spelled + 1, at, 0
        elif lower in _GAPS:
            gap += 1
        elif lower in _LARGE:
            end, gap = at, 0
        else:
            break
        at += 1
    return end, digits, words, spelled
