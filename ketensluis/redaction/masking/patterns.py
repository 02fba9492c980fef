"""Finds what has a form of its own: numbers of every kind, dates, plates, mail, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ketensluis.redaction.masking.marks import Mark, Span

__all__ = ["DATE", "find_dates", "find_patterns"]

_MONTHS = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    r"jan|febr?|mrt|apr|jun|jul|aug|sept?|okt|nov|dec)"
)
DATE = re.compile(
    r"(?<![\w.,-])(?:"
    r"(?P<d>[0-3]?\d) ?(?P<s>[-/.]) ?(?P<m>[01]?\d) ?(?P=s) ?['’]?(?P<y>(?:1[89]|20)\d\d|\d\d)(?![\d\w]|[-/.]\d)"
    r"|(?P<y2>(?:19|20)\d\d)-(?P<m2>[01]\d)-(?P<d2>[0-3]\d)(?!\d)"
    r"|(?P<d3>[0-3]?\d)(?:e|ste|de)?[ -](?:van )?(?P<m3>" + _MONTHS + r")\b(?:\.?[ -]['’]?(?P<y3>(?:1[89]|20)\d\d|\d\d(?![\d:.]| ?(?:uur|u\b))))?"
    r"|(?P<d4>[0-3]?\d)[-/](?P<m4>[01]?\d)(?![\w/-]|[.,]\d)"
    r")",
    re.IGNORECASE,
)


class _Pattern(NamedTuple):
    needs: str
    """A cheap test: one of these occurs in lower case, or else the pattern cannot."""
    mark: Mark | None
    expression: re.Pattern[str]


def _pattern(needs: str, mark: Mark | None, expression: str) -> _Pattern:
    return _Pattern(needs, mark, re.compile(expression, re.IGNORECASE))


_DIGITS = "0-9"
_NUMERIC = re.compile(r"\d+(?:[^\d\n]{1,12}\d+)*")
# How far a pattern may reach before its first and after its last digit.
_BEFORE = 45
_AFTER = 25
_TOP = r"(?:nl|com|org|net|eu|be|de|info|nu|tk|me|io|fr|pl|co\.uk|tv|gg|site|online|shop)"
_V = "a-z"  # any letter
_C = "bcdfghjklmnpqrstvwxyz"
# The side codes of Dutch plates since 1951, of three groups; then Belgian and German ones.
_SIDE_CODES = (
    "{L}{L}-{D}{D}-{D}{D}|{D}{D}-{D}{D}-{L}{L}|{D}{D}-{L}{L}-{D}{D}|{L}{L}-{D}{D}-{L}{L}|{L}{L}-{L}{L}-{D}{D}|"
    "{D}{D}-{L}{L}-{L}{L}|{D}{D}-{L}{L}{L}-{D}|{D}-{L}{L}{L}-{D}{D}|{L}{L}-{D}{D}{D}-{L}|{L}-{D}{D}{D}-{L}{L}|"
    "{L}{L}{L}-{D}{D}-{L}|{L}-{D}{D}-{L}{L}{L}|{D}-{L}{L}-{D}{D}{D}|{D}{D}{D}-{L}{L}-{D}|{D}-{L}{L}{L}-{D}{D}{D}|"
    "{L}{L}{L}-{D}{D}{D}|{L}{L}-{L}{L}-{D}{D}{D}{D}?|{L}{L}-{D}{D}{D}-{L}{L}"
)


def _plate(letter: str, between: str) -> str:
    return _SIDE_CODES.format(L=f"[{letter}]", D=r"\d").replace("-", between)


_SPOKEN_AT = r"(?:apenstaart(?:je)?|\(at\)|\[at\]|at)"
_DOT = r"(?: ?(?:punt|dot|\(punt\)) ?|\.)"
# First found, first served: a later pattern never reaches into an earlier one's place.
_PATTERNS = (
    _pattern("@", Mark.EMAIL, r"[\w.+-]+ ?@ ?[\w-]+(?: ?\. ?[\w-]+)*\.? ?" + _TOP + r"\b"),
    _pattern("@", Mark.EMAIL, r"[\w.+-]+@[\w.-]+\w"),
    _pattern("@", Mark.ACCOUNT, r"@ ?[\w.]+\w"),
    _pattern(
        "apenstaart (at) [at] punt",
        Mark.EMAIL,
        rf"\b[\w.-]+(?:{_DOT}[\w-]+)* ?{_SPOKEN_AT} ?[\w-]+(?:{_DOT}[\w-]+)*?{_DOT}{_TOP}\b",
    ),
    _pattern(
        "http www. .nl .com .org .net .eu .be .de .info",
        Mark.WEBSITE,
        rf"(?:https?://\S*[\w/]|\bwww\.\S*[\w/]|(?<![\w@.])(?!bol\.com|marktplaats\.nl|booking\.com)[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org|net|eu|be|de|info)\b(?:/[^\s,)]*\w)?)",
    ),
    _pattern("_", Mark.ACCOUNT, r"(?<![\w@])[\w.-]*\w_[\w.-]*\w|(?<!\w)_\w+"),
    _pattern(".", Mark.ACCOUNT, r"(?<![\w.@/])(?=[\w.]*[a-z])(?=[\w.]*\d)[a-z0-9]{2,}(?:\.[a-z0-9]{2,})+(?![\w/])|(?<![\w.@/])[a-z]{2,}(?:\.[a-z]{2,}){2,}(?![\w/])"),
    _pattern(
        _DIGITS,
        Mark.BANK,
        r"\b[a-z]{2} ?\d{2}[ .-]?(?:[a-z]{4})(?:[ .-]?[\dx*]{1,4}){1,6}(?![\w])|\b[a-z]{2}\d{2}(?:[ -]?\d{4}){3,7}(?:[ -]?\d{1,3})?\b"
        r"|\b[a-z]{2}\d{2}[ .-]?(?:abna|ingb|rabo|snsb|knab|bunq|asnb|trio|rbrb|fvlb|revo|revolut)\b",
    ),
    _pattern(
        _DIGITS,
        Mark.CASE,
        r"\bpl ?\d{4}[ -/]?\d[\d-]*\d|\b\d{4}-20\d{6,}(?:-\d+)?\b|\b20\d{2}-\d{5,}(?:-\d+)?\b|\bpl\d{4}-[\w-]+",
    ),
    _pattern(_DIGITS, Mark.NUMBER, r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)"),
    _pattern(_DIGITS, Mark.CASE, r"\b(?:20)?\d\d/\d{4,}\b"),
    # Articles of law stay; so do police numbers that everyone may call.
    _pattern(
        _DIGITS,
        None,
        r"\b(?:art(?:ikel(?:en)?|ikels|\.)?|lid|sub|aanhef) ?\d+[a-z]{0,3}(?::\d+[a-z]?)?(?: ?(?:lid|sub|jo\.?|juncto|en|/|,) ?\d+[a-z]{0,3}(?::\d+)?)*"
        r"|\b\d{2,3}[a-z]{0,3}(?: lid \d+)? ?(?:sr|sv|bw|wvsr|wvw|wwm|wvsv|awb|ow|apv)\b\.?"
        r"|(?<!\d)(?:0900[- ]?8844|112|144|113|0800[- ]?2000|0800[- ]?0113|0800[- ]?7000|088[- ]?0?113)(?![\w-]|[.,]\d)",
    ),
    _pattern(_DIGITS, None, r"(?:€|\$|£|eur) ?\d+(?:[.,]\d+)*(?:,-+)?|\b\d+(?:[.,]\d+)*(?:,-+)? ?(?:euro?|€|cent)\b"),
    _pattern(
        _DIGITS,
        None,
        r"(?<![\w.,:-])(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d)?(?: ?(?:uur|u|h)\b)?(?![\w]|[:.,-]\d)"
        r"|(?<![\w.,:-])(?:[01]?\d|2[0-4])[0-5]?\d? ?(?:uur|u|hrs)\b(?!-)|\b(?:[01]?\d|2[0-4])[uh][0-5]\d\b"
        r"|\b(?:om|omstreeks|rond|vanaf|tot|tegen|circa|ca\.?|ong\.?|tussen) (?:[01]\d|2[0-4])[0-5]\d(?! ?[a-z]{2}\b(?<!en)(?<!is)(?<!tot))(?![\w-])",
    ),
    _pattern(_DIGITS, Mark.BSN, r"\b(?:bsn|burgerservicenummer|sofinummer|sofi-nummer|sofi)(?:[ -]?(?:nr|nummer))?\.?[ :=]*(?:is |van [\w ]{0,20}?(?:is )?)?(?P<value>\d(?:[ .-]?\d){6,9})"),
    _pattern(
        _DIGITS,
        Mark.PHONE,
        r"(?<![\w])(?:\+|00) ?\d{2,3}[ .\-/()]*(?:\d[ .\-/()]*){7,11}(?<=\d)(?!\w)"
        r"|(?<![\w.,])\(?0\d{1,3}\)?(?:[ .\-/]{0,3}\d){6,8}(?!\d)(?<!\d{16})"
        r"|\b06[ .-]*(?:[\dx*][ .\-]?){4,8}(?![\w])|\b316\d{8}\b|\b6[ .-]?\d{4}[ .-]?\d{4}\b",
    ),
    _pattern(_DIGITS, Mark.PLATE, rf"\b(?:{_plate(_V, '-')})\b|\b(?-i:[A-Z]{{1,3}}[ -][A-Z]{{0,2}} ?\d{{3,4}} ?[A-Z]{{1,2}})\b"),
    _pattern(_DIGITS, Mark.PLATE, rf"\b(?:kenteken|kentekennummer|kentekenplaat|gekentekend|plaat)(?: (?:nr\.?|met|is|was|van|begint|nummer|nummers))?[ :]*(?P<value>(?:{_plate(_V, '[ .-]?')}|[{_V}\d]{{1,3}}(?:[ -](?!om|in|op|en|is)[{_V}]?\d[{_V}\d]{{0,3}}){{1,2}}|(?=\w*\d)[{_V}\d]{{5,8}}|(?-i:[A-Z]{{1,3}}[ -]\d{{1,4}}[ -][A-Z]{{1,2}})))\b"),
    _pattern(_DIGITS, Mark.PLATE, rf"\b(?:{_plate(_C, '[ .]?')})\b"),
    _pattern(_DIGITS, Mark.ADDRESS, r"\b[1-9]\d{3} ?(?!sa|sd|ss)[A-Z]{2}\b(?-i:(?<=[A-Z]{2}))|\b[1-9]\d{3}(?!uu|km|kg|ml|cc|gr|er|de|st|cm|mg)[a-z]{2}\b|\b[1-9]\d{3} (?!en|is|in|op|om|te|we|ze|je|ik|al|of|na|zo|nu|er|de|kg|km|cc|ml|mg|uu|gr|cm|tm|bv|we|mn|zn|dd|jl|ca|dr|mw|vt|so|ex)[a-z]{2}\b"),
    _pattern(_DIGITS, Mark.BSN, r"(?<![\w.,-])\d{9}(?![\w]|[.,-]\d)|(?<![\w.,-])\d{3}[ .]\d{3}[ .]\d{3}(?![\w]|[.,-]\d)(?! ?euro)|(?<![\w.,-])\d{4}[. ]\d{2}[. ]\d{3}(?![\w])"),
    _pattern(_DIGITS, Mark.NUMBER, r"(?<![\w.,€])\d{1,4}(?:[ .-]\d{2,4}){2,}(?![\w]|[.,-]\d)|(?<![\w.,€])\d{5,}(?:[-. ]\d+)*(?![\w])(?! ?(?:euro|km|kilometer|inwoners|volgers|keer))"),
    _pattern(_DIGITS, Mark.NUMBER, r"\b[a-z]{1,3}[ -]?\d{5,}[a-z]?\d*\b|\b[a-z]{1,4}-\d{3,}\b"),
)


def find_patterns(text: str) -> Iterator[Span]:
    """Spans in the order of their certainty; one without a mark stays as it is."""
    windows = _windows(text)
    lower = text.lower()
    for pattern in _PATTERNS:
        if pattern.needs == _DIGITS:
            ranges = windows
        elif any(need in lower for need in pattern.needs.split()):
            ranges = [(0, len(text))]
        else:
            continue
        for start, end in ranges:
            for match in pattern.expression.finditer(text, start, end):
                group = "value" if "value" in pattern.expression.groupindex else 0
                yield Span(match.start(group), match.end(group), pattern.mark)


def find_dates(text: str) -> Iterator[re.Match[str]]:
    """Every date with a day in digits."""
    for start, end in _windows(text):
        yield from DATE.finditer(text, start, end)


def _windows(text: str) -> list[tuple[int, int]]:
    """The stretches around digits, cut at white space: elsewhere no number can be."""
    found: list[tuple[int, int]] = []
    for match in _NUMERIC.finditer(text):
        start, end = match.span()
        before = text.rfind(" ", 0, max(start - _BEFORE, 0)) + 1
        after = text.find(" ", end + _AFTER)
        stop = len(text) if after < 0 else after
        if found and before <= found[-1][1]:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((before, stop))
    return found
