"""Finds what has a form of its own: numbers of every kind, plates, mail, accounts."""

from __future__ import annotations

from ketensluis.redaction.masking.foreign_dates import FOREIGN_BIRTH
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.online import ONLINE
from ketensluis.redaction.masking.plates import (
    ANNOUNCED_PLATE,
    FOREIGN_PLATE,
    LOOSE_PLATE,
    LOOSE_PLATE_SIGN,
    PARTLY_READ_PLATE,
    SPACED_PLATE,
    WRITTEN_PLATE,
)
from ketensluis.redaction.masking.shapes import DIGITS, Form, pattern
from ketensluis.redaction.masking.staying import STAYING

__all__ = ["PATTERNS"]

_CLOSED = r"(?![\w]|[.,-]\d)"
# Before a digit as cheap as can be: what stands there, where a word or a number begins at all.
_APART = r"\b(?<![.,-])"
_BANKS = "abna|ingb|rabo|snsb|knab|bunq|asnb|trio|rbrb|fvlb|revo"
_BANK_SIGN = r"\d\d[ .-]?[^\W\d_]{4}"
_PORTS = "UK|ZK|TX|KW|SCH|GO|OD|ARM|BR|YE|TH|ST|HD|WR|IJM|HA|LO|WL|UQ|TS|BU|VD|HN|EH|SL"
# Two letters after four digits that are no postcode's.
_NO_LETTERS = "|".join(
    (
        *("en", "is", "in", "op", "om", "te", "we", "ze", "je", "ik", "al", "of", "na", "zo", "nu"),
        *("er", "de", "kg", "km", "cc", "ml", "mg", "uu", "gr", "cm", "tm", "bv", "mn", "zn", "dd"),
        *("jl", "ca", "dr", "mw", "vt", "so", "ex"),
    )
)
# First found, first served: a later pattern never reaches into an earlier one's place.
PATTERNS = (
    *ONLINE,
    pattern(
        DIGITS,
        Mark.BANK,
        Form(
            2,
            2,
            r"\b[a-z]{2} ?\d{2}[ .-]?(?!over|voor|naar|keer|jaar|uren|euro|maal|door)"
            r"(?:[a-z]{4})(?:[ .-]?[\dx*]{1,4}){1,6}"
            r"(?: ?[.\u2026]{1,3} ?\d{1,4})?(?!\w)",
            sign=_BANK_SIGN,
        ),
        Form(10, 4, r"\b[a-z]{2}\d{2}(?:[ -]?\d{4}){3,7}(?:[ -]?\d{1,3})?\b"),
        Form(2, 2, rf"\b[a-z]{{2}}\d{{2}}[ .-]?(?:{_BANKS})\b", sign=_BANK_SIGN),
    ),
    pattern(
        DIGITS,
        Mark.CASE,
        Form(5, 1, r"\bpl ?\d{4}(?: ?[-/ ] ?\d+){1,5}"),
        Form(5, 1, r"\b\d{4}-20\d{6,}(?:-\d+)?\b"),
        Form(5, 1, r"\b20\d{2}-\d{5,}(?:-\d+)?\b"),
        Form(4, 4, r"\bpl\d{4}-[\w-]+"),
    ),
    # An address on the internet.
    pattern(
        DIGITS,
        Mark.NUMBER,
        Form(4, 1, r"\b(?<![.,])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d)", sign=r"\d\.\d{1,3}\.\d"),
    ),
    pattern(DIGITS, Mark.CASE, Form(5, 4, r"\b(?:[a-z]{1,5}[/-])?(?:20)?\d\d/\d{4,}\b")),
    *STAYING,
    pattern(
        ("bsn", "burgerservicenummer", "sofi"),
        Mark.BSN,
        r"\b(?:bsn|burgerservicenummer|sofi(?:-?nummer)?)(?:[ -]?(?:nr|nummer))?\.?[ :=]*"
        r"(?:is |van [\w ]{0,20}?(?:is )?)?(?P<value>\d(?:[ .-]?\d){6,9})",
    ),
    pattern(
        DIGITS,
        Mark.PHONE,
        Form(
            10,
            1,
            r"(?<!\w)(?:(?:\((?:\+|00) ?\d{2}\)|(?:\+|00) ?\d{2}) ?(?:\(0\) ?)?"
            r"(?:[ .\-/]{0,3}\d){8,10})(?!\w)",
        ),
        Form(9, 1, r"(?<!\w)(?:\+|00) ?\d{2,3}(?:[ .\-/()~\u00b7\u2022\u2013|]*\d){7,11}(?!\w)"),
        Form(8, 2, r"(?<![\w.,-])(?:\(0\d{1,3}\)|0\d{1,3})(?:[ .\-/]{0,3}\d){6,8}(?!\d)"),
        # However it is grouped, but for two dates.
        Form(
            10,
            1,
            r"\b(?<![.,-])(?!\d\d?-\d\d?-\d|\d\d?/\d\d?/\d|\d\d?\.\d\d?\.\d)"
            r"0(?:[ .\-/()~\u00b7\u2022\u2013|]{0,4}\d){9}(?!\d)",
        ),
        Form(10, 2, r"\b(?<![.,-])06(?:[^\w\n]{0,4}\d){8}(?!\d)"),
        Form(
            2,
            2,
            r"\b(?<![.,-])06[ .,-]*[\dx*](?:[ .,\-\u2026]{0,5}[\dx*]){3,7}(?!\w)",
            sign="06",
        ),
        Form(10, 5, r"\b316\d{8}\b"),
        Form(9, 4, r"\b6[ .-]?\d{4}[ .-]?\d{4}\b"),
        # Digit by digit.
        Form(
            4,
            1,
            r"\b(?<![.,-])\d(?:[ ./-]{1,3}\d){3,11}(?![\w:]|[.,-]\d"
            r"| ?(?:uur|jaar|jr|maanden|keer)\b)",
            sign=r"\d[ ./-]{1,3}\d[ ./-]{1,3}\d",
        ),
    ),
    pattern(DIGITS, Mark.PLATE, Form(2, 1, WRITTEN_PLATE, hyphen=True), Form(3, 3, FOREIGN_PLATE)),
    pattern(("?", "*"), Mark.PLATE, PARTLY_READ_PLATE),
    pattern(DIGITS, Mark.BIRTH_DATE, Form(3, 2, FOREIGN_BIRTH)),
    pattern(("kenteken", "plaat"), Mark.PLATE, ANNOUNCED_PLATE),
    pattern(
        DIGITS,
        Mark.PLATE,
        Form(2, 1, SPACED_PLATE),
        Form(1, 1, LOOSE_PLATE, sign=LOOSE_PLATE_SIGN),
    ),
    pattern(
        DIGITS,
        Mark.ADDRESS,
        Form(4, 4, r"\b[1-9]\d{3} ?(?!sa|sd|ss)(?-i:[A-Z]{2})\b"),
        Form(4, 4, r"\b[1-9]\d{3}(?!uu|km|kg|ml|cc|gr|er|de|st|cm|mg)[a-z]{2}\b"),
        Form(4, 4, rf"\b[1-9]\d{{3}} (?!{_NO_LETTERS})[a-z]{{2}}\b"),
    ),
    pattern(
        DIGITS,
        Mark.BSN,
        Form(5, 1, rf"{_APART}\d{{9}}{_CLOSED}"),
        Form(5, 1, rf"{_APART}\d{{3}}[ .]\d{{3}}[ .]\d{{3}}{_CLOSED}(?! ?euro)"),
        Form(5, 1, rf"{_APART}\d{{4}}[. ]\d{{2}}[. ]\d{{3}}(?!\w)"),
    ),
    pattern(
        DIGITS,
        Mark.NUMBER,
        Form(5, 1, rf"\b(?<![.,€])\d{{1,4}}(?:[ .-]\d{{2,4}}){{2,}}{_CLOSED}"),
        Form(5, 1, r"\b(?<![.,€])(?=\d[\d ]{9})\d+(?: \d+){2,}(?![\w:]|[.,-]\d)"),
        Form(
            5,
            1,
            r"\b(?<![.,€])\d{5,}(?:[-. ]\d+)*(?!\w)"
            r"(?! ?(?:euro|km|kilometer|inwoners|volgers|keer))",
        ),
    ),
    pattern(
        DIGITS,
        Mark.NUMBER,
        Form(5, 5, r"\b[a-z]{1,3}[ -]?\d{5,}[a-z]?\d*\b"),
        # The letters of a port and the number of a boat.
        Form(1, 1, rf"\b(?-i:{_PORTS})[ -]\d{{1,3}}\b", sign=r"[A-Z]{2}[ -]\d"),
        Form(3, 3, r"\b[a-z]{1,4}-\d{3,}\b", hyphen=True, sign=r"[^\W\d_]-\d{3}"),
        Form(
            5,
            3,
            r"\b(?!om|op|en|in|de|is|van|tot|uur|ca|art|sr)[a-z]{1,3} \d{2,6}[-./]\d{3,}\b",
            sign=r"\d\d[-./]\d{3}",
        ),
        # Groups of letters and digits, one of the first of four digits or more: `HB/2024/0071`.
        Form(
            4,
            4,
            r"\b(?:\d{4}[/-][a-z\d]{1,8}|[a-z\d]{1,8}[/-](?=[a-z\d/-]{0,20}\d{4})[a-z\d]{1,8})"
            r"(?:[/-][a-z\d]{1,8}){1,4}\b",
            sign=r"\w[/-]\w",
        ),
        Form(3, 2, r"\b[a-z]{1,5}[/.-]\d{2,}[/.-]\d+\b", sign=r"[/.-]\d{2,}[/.-]\d"),
    ),
)
