"""Finds what has a form of its own: numbers of every kind, plates, mail, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ketensluis.redaction.masking.marks import Mark, Span
from ketensluis.redaction.masking.plates import (
    ANNOUNCED_PLATE,
    LOOSE_PLATE,
    SPACED_PLATE,
    WRITTEN_PLATE,
)
from ketensluis.redaction.masking.stretches import near_digits, near_dots

__all__ = ["find_patterns"]


class _Pattern(NamedTuple):
    needs: tuple[str, ...]
    """A cheap test: one of these occurs in lower case, or else the pattern cannot."""
    mark: Mark | None
    expression: re.Pattern[str]


# The pattern needs a digit, and is looked for near digits only.
_DIGITS = ("0-9",)
# Idem, near at least so many of them.
_LONG, _LEAST_DIGITS = ("0-9", "long"), 5
# Idem, with words before it that say what it is.
_ANNOUNCED = ("0-9", "announced")
_FAR = 45
# Idem, of full stops inside a word.
_DOTS = (".",)


def _pattern(needs: tuple[str, ...], mark: Mark | None, *forms: str) -> _Pattern:
    return _Pattern(needs, mark, re.compile("|".join(forms), re.IGNORECASE))


_TOP = "(?:nl|com|org|net|eu|be|de|info|nu|tk|me|io|fr|pl|co[.]uk|tv|gg|site|online|shop)"
_AT = r"(?:apenstaart(?:je)?|\(at\)|\[at\]|at)"
_DOT = r"(?: ?(?:punt(?:je)?|dot|\(punt\)) ?|\.)"
_PROVIDERS = "gmail|hotmail|outlook|icloud|ziggo|kpnmail|yahoo|protonmail|proton"
_CLOSED = r"(?![\w]|[.,-]\d)"
_APART = r"(?<![\w.,-])"
_HOUR, _MINUTE = r"(?:[01]?\d|2[0-4])", r"[0-5]\d"
_BANKS = "abna|ingb|rabo|snsb|knab|bunq|asnb|trio|rbrb|fvlb|revo"
_PORTS = "UK|ZK|TX|KW|SCH|GO|OD|ARM|BR|YE|TH|ST|HD|WR|IJM|HA|LO|WL|UQ|TS|BU|VD|HN|EH|SL"
_CODES = "sr|sv|bw|wvsr|wvw|wwm|wvsv|awb|ow|apv"
# Two letters after four digits that are no postcode's.
_NO_LETTERS = "|".join(
    (
        *("en", "is", "in", "op", "om", "te", "we", "ze", "je", "ik", "al", "of", "na", "zo", "nu"),
        *("er", "de", "kg", "km", "cc", "ml", "mg", "uu", "gr", "cm", "tm", "bv", "mn", "zn", "dd"),
        *("jl", "ca", "dr", "mw", "vt", "so", "ex"),
    )
)
# First found, first served: a later pattern never reaches into an earlier one's place.
_PATTERNS = (
    _pattern(
        ("@",),
        Mark.EMAIL,
        r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+",
        r"[\w.+-]{1,64} ?@ ?[\w-]{1,64}(?: ?\. ?[\w-]{1,64})*\.? ?" + _TOP + r"\b",
    ),
    _pattern(("@",), Mark.ACCOUNT, r"@ ?[\w.]{1,64}\w"),
    _pattern(
        ("apenstaart", "(at)", "[at]", "punt"),
        Mark.EMAIL,
        rf"\b[\w.-]{{1,64}}(?:{_DOT}[\w-]{{1,64}}){{0,4}} ?{_AT} ?"
        rf"[\w-]{{1,64}}(?:{_DOT}[\w-]{{1,64}}){{0,4}}?{_DOT}{_TOP}\b",
    ),
    _pattern(
        tuple(_PROVIDERS.split("|")),
        Mark.EMAIL,
        r"\b[\w.-]{1,64}(?: (?:punt|streepje|underscore) [\w-]{1,64}){0,4} "
        r"(?:at|bij|apenstaart(?:je)?) "
        rf"(?:{_PROVIDERS})(?:{_DOT}| )(?:com|nl|net|me)\b",
    ),
    _pattern(
        ("www",),
        Mark.WEBSITE,
        rf"\bwww(?:{_DOT}[\w-]{{1,64}}){{1,5}}",
    ),
    _pattern(
        ("http", "www.", ".nl", ".com", ".org", ".net", ".eu", ".be", ".de", ".info"),
        Mark.WEBSITE,
        r"https?://\S{0,500}[\w/]",
        r"\bwww\.\S{0,500}[\w/]",
        r"(?<![\w@.])(?!bol\.com|marktplaats\.nl|booking\.com)[\w-]{1,64}(?:\.[\w-]{1,64}){0,4}"
        r"\.(?:nl|com|org|net|eu|be|de|info)\b(?:/[^\s,)]{0,500}\w)?",
    ),
    _pattern(("_",), Mark.ACCOUNT, r"(?<![\w@])[\w.-]{0,64}\w_[\w.-]{0,64}\w", r"(?<!\w)_\w+"),
    _pattern(
        _DOTS,
        Mark.ACCOUNT,
        r"(?<![\w.@/])(?=[\w.]{0,64}[a-z])(?=[\w.]{0,64}\d)[a-z0-9]{2,}(?:\.[a-z0-9]{2,})+(?![\w/])",
        r"(?<![\w.@/])[a-z]{2,}(?:\.[a-z]{2,}){2,}(?![\w/])",
    ),
    _pattern(
        _DIGITS,
        Mark.BANK,
        r"\b[a-z]{2} ?\d{2}[ .-]?(?!over|voor|naar|keer|jaar|uren|euro|maal|door)"
        r"(?:[a-z]{4})(?:[ .-]?[\dx*]{1,4}){1,6}"
        r"(?: ?[.\u2026]{1,3} ?\d{1,4})?(?!\w)",
        r"\b[a-z]{2}\d{2}(?:[ -]?\d{4}){3,7}(?:[ -]?\d{1,3})?\b",
        rf"\b[a-z]{{2}}\d{{2}}[ .-]?(?:{_BANKS})\b",
    ),
    _pattern(
        _LONG,
        Mark.CASE,
        r"\bpl ?\d{4}(?: ?[-/ ] ?\d+){1,5}",
        r"\b\d{4}-20\d{6,}(?:-\d+)?\b",
        r"\b20\d{2}-\d{5,}(?:-\d+)?\b",
        r"\bpl\d{4}-[\w-]+",
    ),
    # An address on the internet.
    _pattern(_DIGITS, Mark.NUMBER, r"(?<![\w.,])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)"),
    _pattern(_LONG, Mark.CASE, r"\b(?:[a-z]{1,5}[/-])?(?:20)?\d\d/\d{4,}\b"),
    # Articles of law stay; so do numbers that everyone may call.
    _pattern(
        _DIGITS,
        None,
        r"\b(?:art(?:ikel(?:en)?|ikels|\.)?|lid|sub|aanhef) ?\d+[a-z]{0,3}(?::\d+[a-z]?)?"
        rf"(?: ?(?:lid|sub|jo\.?|juncto|en|/|,) ?\d+[a-z]{{0,3}}(?::\d+)?)*(?: ?(?:{_CODES})\b)?",
        rf"\b\d{{2,3}}[a-z]{{0,3}}(?: lid \d+)? ?(?:{_CODES})\b\.?",
        r"(?<!\d)(?<!\d[ .-])(?<!nummer )(?<!nr )(?<!nr[.] )"
        r"(?:0900[- ]?8844|112|144|113|0800[- ]?(?:2000|0113|7000)|088[- ]?0?113)"
        r"(?![\w-]|[.,]\d| \d{2,3}\b)",
    ),
    _pattern(
        _DIGITS,
        None,
        r"(?:€|\$|£|eur) ?\d+(?:[.,]\d+)*(?:,-+)?",
        r"\b\d+(?:[.,]\d+)*(?:,-+)? ?(?:euro?|€|cent)\b",
    ),
    _pattern(
        _DIGITS,
        None,
        rf"(?<![\w.,:-]){_HOUR}[:.]{_MINUTE}(?:[:.]{_MINUTE})?(?: ?(?:uur|u|h)\b)?"
        r"(?![\w]|[:.,-]\d)",
        rf"(?<![\w.,:-]){_HOUR}[0-5]?\d? ?(?:uur|u|hrs)\b(?!-)",
        rf"\b{_HOUR}[uh]{_MINUTE}\b",
        r"\b(?:om|omstreeks|rond|vanaf|tot|tegen|circa|ca\.?|ong\.?|tussen) (?:[01]\d|2[0-4])"
        rf"{_MINUTE}(?! ?[a-z]{{2}}\b(?<!en)(?<!is)(?<!tot))(?![\w-])",
    ),
    _pattern(
        _ANNOUNCED,
        Mark.BSN,
        r"\b(?:bsn|burgerservicenummer|sofi(?:-?nummer)?)(?:[ -]?(?:nr|nummer))?\.?[ :=]*"
        r"(?:is |van [\w ]{0,20}?(?:is )?)?(?P<value>\d(?:[ .-]?\d){6,9})",
    ),
    _pattern(
        _DIGITS,
        Mark.PHONE,
        r"(?<!\w)(?:(?:\((?:\+|00) ?\d{2}\)|(?:\+|00) ?\d{2}) ?(?:\(0\) ?)?"
        r"(?:[ .\-/]{0,3}\d){8,10})(?!\w)",
        r"(?<!\w)(?:\+|00) ?\d{2,3}(?:[ .\-/()]*\d){7,11}(?!\w)",
        r"(?<![\w.,-])(?:\(0\d{1,3}\)|0\d{1,3})(?:[ .\-/]{0,3}\d){6,8}(?!\d)",
        # However it is grouped, but for two dates.
        r"(?<![\w.,-])(?!\d\d?-\d\d?-\d|\d\d?/\d\d?/\d|\d\d?\.\d\d?\.\d)"
        r"0(?:[ .\-/()]{0,4}\d){9}(?!\d)",
        r"(?<![\w.,-])06(?:[^\w\n]{0,4}\d){8}(?!\d)",
        r"(?<![\w.,-])06[ .,-]*[\dx*](?:[ .,\-\u2026]{0,5}[\dx*]){3,7}(?!\w)",
        r"\b316\d{8}\b",
        r"\b6[ .-]?\d{4}[ .-]?\d{4}\b",
        # Digit by digit.
        r"(?<![\w.,-])\d(?:[ ./-]{1,3}\d){3,11}(?![\w:]|[.,-]\d| ?(?:uur|jaar|jr|maanden|keer)\b)",
    ),
    _pattern(_DIGITS, Mark.PLATE, WRITTEN_PLATE),
    _pattern(_ANNOUNCED, Mark.PLATE, ANNOUNCED_PLATE),
    _pattern(_DIGITS, Mark.PLATE, SPACED_PLATE, LOOSE_PLATE),
    _pattern(
        _DIGITS,
        Mark.ADDRESS,
        r"\b[1-9]\d{3} ?(?!sa|sd|ss)(?-i:[A-Z]{2})\b",
        r"\b[1-9]\d{3}(?!uu|km|kg|ml|cc|gr|er|de|st|cm|mg)[a-z]{2}\b",
        rf"\b[1-9]\d{{3}} (?!{_NO_LETTERS})[a-z]{{2}}\b",
    ),
    _pattern(
        _LONG,
        Mark.BSN,
        rf"{_APART}\d{{9}}{_CLOSED}",
        rf"{_APART}\d{{3}}[ .]\d{{3}}[ .]\d{{3}}{_CLOSED}(?! ?euro)",
        rf"{_APART}\d{{4}}[. ]\d{{2}}[. ]\d{{3}}(?!\w)",
    ),
    _pattern(
        _LONG,
        Mark.NUMBER,
        rf"(?<![\w.,€])\d{{1,4}}(?:[ .-]\d{{2,4}}){{2,}}{_CLOSED}",
        r"(?<![\w.,€])(?=\d[\d ]{9})\d+(?: \d+){2,}(?![\w:]|[.,-]\d)",
        r"(?<![\w.,€])\d{5,}(?:[-. ]\d+)*(?!\w)(?! ?(?:euro|km|kilometer|inwoners|volgers|keer))",
    ),
    _pattern(
        _DIGITS,
        Mark.NUMBER,
        r"\b[a-z]{1,3}[ -]?\d{5,}[a-z]?\d*\b",
        # The letters of a port and the number of a boat.
        rf"\b(?-i:{_PORTS})[ -]\d{{1,3}}\b",
        r"\b[a-z]{1,4}-\d{3,}\b",
        r"\b(?!om|op|en|in|de|is|van|tot|uur|ca|art|sr)[a-z]{1,3} \d{2,6}[-./]\d{3,}\b",
        # Groups of letters and digits, one of the first of four digits or more: `HB/2024/0071`.
        r"\b(?:\d{4}[/-][a-z\d]{1,8}|[a-z\d]{1,8}[/-](?=[a-z\d/-]{0,20}\d{4})[a-z\d]{1,8})"
        r"(?:[/-][a-z\d]{1,8}){1,4}\b",
        r"\b[a-z]{1,5}[/.-]\d{2,}[/.-]\d+\b",
    ),
)


_DIGIT = re.compile(r"\d")


def find_patterns(text: str) -> Iterator[Span]:
    """Spans in the order of their certainty; one without a mark stays as it is."""
    near, far = near_digits(text), near_digits(text, _FAR)
    long = [at for at in near if len(_DIGIT.findall(text, *at)) >= _LEAST_DIGITS]
    lower = text.lower()
    for needs, mark, expression in _PATTERNS:
        if needs is _DIGITS:
            ranges = near
        elif needs is _ANNOUNCED:
            ranges = far
        elif needs is _LONG:
            ranges = long
        elif needs is _DOTS:
            ranges = near_dots(text)
        elif any(need in lower for need in needs):
            ranges = [(0, len(text))]
        else:
            continue
        group = "value" if "value" in expression.groupindex else 0
        for start, end in ranges:
            for match in expression.finditer(text, start, end):
                yield Span(match.start(group), match.end(group), mark)
