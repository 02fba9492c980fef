"""The case conference's list on paper and in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from services.worklist.answers import ConferenceLine
from services.worklist.conferences import Conference

__all__ = ["as_csv"]

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(conference: Conference) -> str:
    """The list as CSV (RFC 4180), times in RFC 3339 UTC, several codes separated by a space."""
    text = io.StringIO()
    names = list(ConferenceLine.model_fields)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    for line in conference.lines:
        writer.writerow([_cell(getattr(line, name)) for name in names])
    return text.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(timespec="seconds").replace("+00:00", "Z")
        case tuple():
            return _harmless(" ".join(map(str, value)))
        case _:
            return _harmless(str(value))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
