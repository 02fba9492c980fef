"""Numbers that point to nobody, and stay: articles of law, amounts, times, whom all may call."""

from __future__ import annotations

from ketensluis.redaction.masking.shapes import DIGITS, Form, pattern

__all__ = ["STAYING"]

_HOUR, _MINUTE = r"(?:[01]?\d|2[0-4])", r"[0-5]\d"
_HOUR_SIGN = r"\d ?[uUhH]"


def _after(what: str) -> str:
    """That the digit which was just read stands right after that, or with a space between."""
    return rf"(?:(?<=(?:{what})\d)|(?<=(?:{what}) \d))"


_CODES = "sr|sv|bw|wvsr|wvw|wwm|wvsv|awb|ow|apv"
STAYING = (
    pattern(
        DIGITS,
        None,
        Form(
            1,
            1,
            r"\b(?:art(?:ikel(?:en)?|ikels|\.)?|lid|sub|aanhef) ?\d+[a-z]{0,3}(?::\d+[a-z]?)?"
            rf"(?: ?(?:lid|sub|jo\.?|juncto|en|/|,) ?\d+[a-z]{{0,3}}(?::\d+)?)*"
            rf"(?: ?(?:{_CODES})\b)?",
            sign=r"\d" + _after(r"[rR][tT]|[tT]\.|[eE][lLnN]|[lL][sS]|[iI][dD]|[uU][bB]|[eE][fF]"),
        ),
        Form(
            2,
            2,
            rf"\b\d{{2,3}}[a-z]{{0,3}}(?: lid \d+)? ?(?:{_CODES})\b\.?",
            sign=r"\d[^\W\d_]{0,3} ?(?:[sS][rRvV]|[bBoO][wW]|[wW][vVwW]|[aA][wWpP])",
        ),
        Form(
            3,
            3,
            r"(?=[01])(?<!\d)(?<!\d[ .-])(?<!nummer )(?<!nr )(?<!nr[.] )"
            r"(?:0900[- ]?8844|112|144|113|0800[- ]?(?:2000|0113|7000)|088[- ]?0?113)"
            r"(?![\w-]|[.,]\d| \d{2,3}\b)",
            sign=r"\d(?:(?<=1)(?:1[234]|44)|(?<=0)[89])",
        ),
    ),
    pattern(
        DIGITS,
        None,
        Form(
            1,
            1,
            r"(?:€|\$|£|eur) ?\d+(?:[.,]\d+)*(?:,-+)?",
            sign=rf"\d(?:{_after('[€$£]')}|{_after('[uU][rR]')})",
        ),
        Form(
            1,
            1,
            r"\b\d+(?:[.,]\d+)*(?:,-+)? ?(?:euro?|€|cent)\b",
            sign=r"\d(?:,-+)? ?(?:€|[eE][uU][rR]|[cC][eE][nN])",
        ),
        # With cents and without its sign: `een rekening van 246,75`.
        Form(
            3,
            1,
            r"(?<![\d.,/-])(?<!\d )[1-9]\d{0,3}(?:\.\d{3})*,\d\d(?![\w/-]|[.,]\d| \d)",
            sign=r"\d,\d\d",
        ),
    ),
    pattern(
        DIGITS,
        None,
        Form(
            3,
            2,
            rf"\b(?<![.,:-]){_HOUR}[:.]{_MINUTE}(?:[:.]{_MINUTE})?(?: ?(?:uur|u|h)\b)?"
            r"(?![\w]|[:.,-]\d)",
            sign=r"\d[:.]\d",
        ),
        Form(1, 1, rf"\b(?<![.,:-]){_HOUR}[0-5]?\d? ?(?:uur|u|hrs)\b(?!-)", sign=_HOUR_SIGN),
        Form(3, 2, rf"\b{_HOUR}[uh]{_MINUTE}\b", sign=_HOUR_SIGN),
        Form(
            4,
            4,
            r"\b(?:om|omstreeks|rond|vanaf|tot|tegen|circa|ca\.?|ong\.?|tussen|mld|melding|tp|dan|weer"
            r"|afspraak|afspr|agg|sinds|sedert) (?:[01]\d|2[0-4])"
            rf"{_MINUTE}(?! ?[a-z]{{2}}\b(?<!en)(?<!is)(?<!tot))(?![\w-])",
            sign=r"\d\d\d\d",
        ),
        # At the head of a line, as logs have it: `0425 vrouw belt`.
        Form(
            4,
            4,
            rf"(?:(?<=\n)|\A)(?:[01]\d|2[0-3]){_MINUTE}(?= [^\W\d_]{{2}})(?! (?:[a-z]{{2}}) ?\d)",
            sign=r"\d\d\d\d",
        ),
    ),
)
