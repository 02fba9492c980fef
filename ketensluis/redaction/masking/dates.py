"""Tells dates of birth, which go, from dates of events, which stay."""

from __future__ import annotations

import re
from bisect import bisect_left

from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.patterns import find_dates
from ketensluis.redaction.masking.record import Record, read_date
from ketensluis.redaction.masking.spoken import is_date_word
from ketensluis.redaction.masking.tables import Trait
from ketensluis.redaction.masking.tokens import Sentence

__all__ = ["judge_dates"]

_BIRTH, _PREFIX, _ORDINARY = int(Trait.BIRTH), int(Trait.PREFIX), int(Trait.ORDINARY)
_CAPITAL, _NAME, _DUAL = int(Trait.CAPITAL), int(Trait.NAME), int(Trait.DUAL)
_PERSON = int(Trait.ROLE | Trait.TITLE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_REACH = 6
_LONG_AGO = 2004
_SINCE = frozenset("sinds vanaf sedert getrouwd gehuwd gescheiden in op d.d. dd".split())
_BETWEEN = frozenset("op de in te is : . , ( - van den het en jaar zijn haar datum wordt werd dd d.d. *".split())


def judge_dates(sentence: Sentence, spans: list[Span], record: Record) -> list[Span]:
    """`spans` and the dates of the text, each with a mark if it is of a birth, else without."""
    found = list(spans)
    for match in find_dates(sentence.text):
        start, end = match.span()
        if any(start < span.end and end > span.start and span.mark not in {Mark.NUMBER, Mark.PHONE, Mark.BSN, None} for span in found):
            continue
        if match["d4"] and _after_street(sentence, start):
            continue
        found = [span for span in found if not (start < span.end and end > span.start)]
        born = _is_birth(sentence, start, end, read_date(match), record)
        found.append(Span(start, end, Mark.BIRTH_DATE if born else None))
    return [*found, *_in_words(sentence), *_years(sentence)]


def _after_street(sentence: Sentence, start: int) -> bool:
    """Whether `12-3` is a house number, as a name stands right before it."""
    at = bisect_left(sentence.starts, start) - 1
    return at >= 0 and sentence.words[at][0].isalpha() and not sentence.traits[at] & _ORDINARY


def _years(sentence: Sentence) -> list[Span]:
    """A year of birth in brackets after a person: `Jan (1985)`."""
    return [
        Span(sentence.starts[at], sentence.ends[at], Mark.BIRTH_DATE)
        for at in range(2, len(sentence) - 1)
        if sentence.words[at - 1] == "("
        and sentence.words[at + 1] == ")"
        and _YEAR.fullmatch(sentence.words[at])
        and (_namelike(sentence, at - 2) or sentence.traits[at - 2] & _PERSON)
    ]


def _is_birth(sentence: Sentence, start: int, end: int, date: tuple[int, int, int], record: Record) -> bool:
    if date in record.births:
        return True
    first = bisect_left(sentence.starts, start)
    after = bisect_left(sentence.starts, end)
    if _after_birth(sentence, first) or any(
        sentence.lowers[i] in {"geboren", "geb", "jarig"} for i in range(after, min(after + 4, len(sentence)))
    ):
        return True
    before = sentence.words[first - 1] if first else ""
    if date[2] and before in {"(", ",", "*"} and first > 1 and _namelike(sentence, first - 2):
        return True
    return 0 < date[2] <= _LONG_AGO and not any(
        sentence.lowers[i] in _SINCE for i in range(max(first - 2, 0), first)
    )


def _namelike(sentence: Sentence, at: int) -> bool:
    traits = sentence.traits[at]
    return sentence.words[at][0].isupper() and (not traits & _ORDINARY or bool(traits & _DUAL))


def _after_birth(sentence: Sentence, first: int) -> bool:
    """Whether a word of birth stands shortly before, with nothing of weight between."""
    for back in range(first - 1, max(first - 1 - _REACH, -1), -1):
        if sentence.traits[back] & _BIRTH:
            return True
        lower = sentence.lowers[back]
        if lower in _BETWEEN:
            continue
        if sentence.words[back][0].isupper():
            continue
        return False
    return False


def _in_words(sentence: Sentence) -> list[Span]:
    """`geboren op de derde maart negentientachtig`, `geb. 85`, `jarig op twaalf mei`."""
    found = []
    for at, traits in enumerate(sentence.traits):
        if not traits & _BIRTH:
            continue
        target = at + 1
        while target < len(sentence) and target - at < _REACH and (sentence.lowers[target] in _BETWEEN and not is_date_word(sentence, target) or sentence.words[target] in "'’`"):
            target += 1
        end = target
        while end < len(sentence) and (is_date_word(sentence, end) or (end > target and sentence.lowers[end] in {"van", "en", "'", "’", "-", "/", "in", "het", "jaar"} and end + 1 < len(sentence) and is_date_word(sentence, end + 1))):
            end += 1
        if end > target:
            found.append(Span(sentence.starts[target], sentence.ends[end - 1], Mark.BIRTH_DATE))
    return found
