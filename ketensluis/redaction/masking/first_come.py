"""Lays down what the patterns find: the first that comes has its place."""

from __future__ import annotations

from dataclasses import dataclass

from ketensluis.redaction.masking.marks import Cover, Mark, Span
from ketensluis.redaction.masking.online import DOTS
from ketensluis.redaction.masking.patterns import PATTERNS
from ketensluis.redaction.masking.shapes import DIGITS, Pattern
from ketensluis.redaction.masking.stretches import (
    MOST,
    Size,
    near_digits,
    near_dots,
    runs_in,
    size_of,
)

__all__ = ["first_come"]

# How far before its digits a pattern may begin that has a word which says what it is.
_FAR = 45


@dataclass(slots=True)
class _Near:
    """A stretch around digits; `taken` is whose its digits are, once none of them is free."""

    start: int
    end: int
    size: Size
    runs: list[tuple[int, int]]
    taken: set[Mark | None] | None = None


def first_come(text: str) -> Cover:
    """The patterns' spans: none reaches into an earlier one, unless it holds all of it.

    They are looked for in the order of their certainty. Where every digit has an owner, a
    pattern with digits and another mark than the owners' would only reach into theirs: it is
    not looked for.
    """
    cover = Cover(len(text), near_digits(text))
    near = [_near(text, start, end) for start, end in cover.near]
    lower, dots = text.lower(), near_dots(text)
    for one in PATTERNS:
        if one.needs is DIGITS:
            _among_digits(text, one, near, cover)
        elif one.needs is DOTS:
            _among(text, one, dots, near, cover)
        else:
            for need in one.needs:
                if need in lower:
                    whole = near_digits(text, _FAR) if one.group else [(0, len(text))]
                    _among(text, one, whole, near, cover)
                    break
    return cover


def _among(
    text: str, one: Pattern, stretches: list[tuple[int, int]], near: list[_Near], cover: Cover
) -> None:
    """Look for a pattern that needs no digits, or more than these."""
    found, sought = False, one.fitting[MOST]
    if sought is not None:
        for start, end in stretches:
            for match in sought.within(text, start, end):
                found |= _put(cover, Span(*match.span(one.group), one.mark))
    if found:
        _take(near, cover)


def _among_digits(text: str, one: Pattern, near: list[_Near], cover: Cover) -> None:
    found, mark, fitting = False, one.mark, one.fitting
    for stretch in near:
        taken = stretch.taken
        if taken is None or mark in taken:
            sought = fitting[stretch.size]
            if sought is not None:
                for match in sought.within(text, stretch.start, stretch.end):
                    found |= _put(cover, Span(*match.span(one.group), mark))
    if found:
        _take(near, cover)


def _take(near: list[_Near], cover: Cover) -> None:
    """Say of each stretch whether its digits are all taken by now, and by whom."""
    for stretch in near:
        if stretch.taken is None:
            stretch.taken = cover.owners(stretch.runs)


def _near(text: str, start: int, end: int) -> _Near:
    runs = runs_in(text, start, end)
    return _Near(start, end, size_of(text, start, end, runs), runs)


def _put(cover: Cover, span: Span) -> bool:
    met = cover.met(span.start, span.end)
    if met and not (len(met) == 1 and _holds(span, met[0])):
        return False
    cover.put(span)
    return True


def _holds(span: Span, other: Span) -> bool:
    return span.mark is other.mark and span.start <= other.start and other.end <= span.end
