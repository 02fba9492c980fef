"""Tells dates of birth, which go, from dates of events, which stay."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter

from ketensluis.redaction.masking.births_in_words import (
    BETWEEN,
    LONG_AGO,
    REACH,
    SINCE,
    births_in_words,
)
from ketensluis.redaction.masking.calendar_dates import find_dates
from ketensluis.redaction.masking.marks import Cover, Mark, Span
from ketensluis.redaction.masking.record import Record, read_date
from ketensluis.redaction.masking.tokens import BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls

__all__ = ["judge_dates"]

_BIRTH, _ORDINARY, _DUAL = Trait.BIRTH, Trait.ORDINARY, Trait.DUAL
_PERSON = Trait.ROLE | Trait.TITLE
_BECOMING = frozenset(("wordt", "word", "werd", "worden"))
_STREETS = ("straat", "str", "laan", "kade", "plein")
# What may come shortly after a date of birth: `op 3 mei geboren`, `viert 12 mei haar verjaardag`.
_BORN = frozenset(("geboren", "geb", "jarig", "verjaardag", "verjaart", "wereld"))
# A pattern that sees one of these in a date has seen wrong.
_WEAK = frozenset({Mark.NUMBER, Mark.BSN, None})
_starts = attrgetter("start")


def judge_dates(
    tokens: Tokens, calls: Calls, text: str, cover: Cover, record: Record
) -> list[Span]:
    """The spans of `cover` and the dates; a date has a mark if it is of a birth, else none."""
    for match in find_dates(text, cover.near):
        start, end = match.span()
        met = cover.met(start, end)
        full = bool(match["y"] or match["y2"] or match["m3"])
        if not all(_gives_way(span, start, end, full=full) for span in met):
            continue
        first = bisect_left(tokens, start, BEFORE, key=_starts)
        if match["d4"] and _after_street(tokens[first - 1]):
            continue
        after = bisect_left(tokens, end, BEFORE, key=_starts)
        if match["m3"] and tokens[after].lower.endswith(_STREETS):
            # `2e jan steenstraat`.
            continue
        if match["d4"] and match["d4"] == "06" and tokens[after].traits & Trait.NUMERAL:
            # `06-1 twee 3 vier`: a telephone number.
            continue
        date = read_date(match)
        born = date in record.births or _is_birth(tokens, first, after, date[2])
        cover.put(Span(start, end, Mark.BIRTH_DATE if born else None))
    return [*cover.spans(), *births_in_words(tokens, calls)]


def _gives_way(span: Span, start: int, end: int, *, full: bool) -> bool:
    """Whether a date that is full, or holds all of the span, is the better reading."""
    inside = start <= span.start and span.end <= end
    if span.mark is Mark.PHONE:
        return inside and full
    return span.mark in _WEAK and (inside or full)


def _is_birth(tokens: Tokens, first: int, after: int, year: int) -> bool:
    """Whether the date from `first` up to `after` is said, or is likely, to be of a birth."""
    said = any(token.lower in _BORN for token in tokens[after : after + 4])
    if said or _after_birth(tokens, first) or _birthday(tokens, first, after):
        return True
    before, verb = tokens[first - 1], tokens[first - 2]
    if before.lower in {"wordt", "werd", "word"} and (year or _ages(tokens, after)):
        return True
    if year and before.word in {"(", ",", "*"} and _namelike(verb):
        return True
    if (year or verb.lower in {"is", "ben"}) and _is_someones(tokens, first):
        return True
    since = any(token.lower in SINCE for token in tokens[first - 2 : first])
    return 0 < year <= LONG_AGO and not since


def _birthday(tokens: Tokens, first: int, after: int) -> bool:
    """`13 juni wordt hij twaalf`, `18 geworden op 13 juni`, `bevallen op 13 juni`."""
    ahead = tokens[after : after + 3]
    becomes = next((i for i, token in enumerate(ahead, after) if token.lower in _BECOMING), 0)
    if becomes and (_ages(tokens, becomes + 1) or _ages(tokens, becomes + 2)):
        return True
    before = first - 2 if tokens[first - 1].lower in {"op", "was", "rond"} else first - 1
    became = tokens[before].lower == "geworden" and _ages(tokens, before - 1)
    return became or tokens[before].lower in {"bevallen", "uitgerekend", "verjaardag"}


def _ages(tokens: Tokens, at: int) -> bool:
    """`wordt 12 mei 18`: the age that someone reaches on a date."""
    age, after = tokens[at], tokens[at + 1]
    said = age.word.isdigit() or age.traits & Trait.NUMERAL
    return bool(said) and not (after.traits & Trait.UNIT and not after.lower.startswith("jaar"))


def _is_someones(tokens: Tokens, first: int) -> bool:
    """`Omar is echt 7-10-2007`: a full date that someone is."""
    verb = first - 1 if tokens[first - 1].lower in {"is", "ben"} else first - 2
    someone = tokens[verb - 1]
    if tokens[first - 1].lower == "van" and tokens[first - 2].traits & Trait.ROLE:
        # `dochter van 03-04-'19`.
        return True
    if tokens[first - 1].lower == "van" and tokens[first - 2].lower in {"is", "ben"}:
        # `de baby is van 3 jan`, `de baby heet Noor en is van 3 jan`.
        verb, someone = first - 2, tokens[first - 3]
        if someone.lower in {"en", "hij", "zij"}:
            someone = next(
                (t for t in tokens[first - 7 : first - 3] if t.traits & _PERSON), someone
            )
    person = someone.lower in {"hij", "zij", "ze", "ik"} or bool(someone.traits & _PERSON)
    return tokens[verb].lower in {"is", "ben"} and (person or _namelike(someone))


def _namelike(token: Token) -> bool:
    return token.capital and (not token.traits & _ORDINARY or bool(token.traits & _DUAL))


def _after_birth(tokens: Tokens, first: int) -> bool:
    """Whether a word of birth stands shortly before, with nothing of weight between."""
    for token in reversed(tokens[max(first - REACH, 0) : first]):
        if token.traits & _BIRTH:
            return True
        if token.lower not in BETWEEN and not token.capital:
            return False
    return False


def _after_street(before: Token) -> bool:
    """Whether `12-3` is a house number, as a name stands right before it."""
    seldom = before.traits & (Trait.RARE | _DUAL) and not before.traits & Trait.FREQUENT
    return before.word[:1].isalpha() and bool(seldom or not before.traits & _ORDINARY)
