"""Finds dates with their day in digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["DATE", "find_dates"]

_MONTHS = "|".join(
    (
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september"),
        *("oktober", "november", "december", "jan", "febr?", "mrt", "apr", "jun", "jul", "aug"),
        *("sept?", "okt", "nov", "dec"),
    )
)
_APOSTROPHE = "['\u2019]?"
_NO_TIME = r"(?![\d:]|\.\d| ?(?:uur|u\b))"
DATE = re.compile(
    r"(?<![\w.,-])(?:"
    r"(?P<d>[0-3]?\d) ?(?P<s>[-/.]) ?(?P<m>[01]?\d) ?(?P=s) ?"
    + _APOSTROPHE
    + r"(?P<y>(?:1[89]|20)\d\d|\d\d)(?![\d\w]|[-/.]\d)"
    r"|(?P<y2>(?:19|20)\d\d)-(?P<m2>[01]\d)-(?P<d2>[0-3]\d)(?!\d)"
    r"|(?P<d3>[0-3]?\d)(?:e|ste|de)?[ -](?:van )?(?P<m3>"
    + _MONTHS
    + r")\b(?:\.?[ -]"
    + _APOSTROPHE
    + rf"(?P<y3>(?:1[89]|20)\d\d|\d\d{_NO_TIME}))?"
    r"|(?P<d4>[0-3]?\d)[-/](?P<m4>[01]?\d)(?![\w/-]|[.,]\d)"
    r")",
    re.IGNORECASE,
)


def find_dates(text: str, near: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Every date with a day in digits; `near` are the stretches around digits."""
    for start, end in near:
        yield from DATE.finditer(text, start, end)
