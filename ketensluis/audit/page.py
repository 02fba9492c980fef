"""The report as a page that a person reads, in one file without scripts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ketensluis.audit.findings import MEANINGS
from ketensluis.audit.report import Report

__all__ = ["as_page"]

_LOCAL = ZoneInfo("Europe/Amsterdam")
_MOST_SHOWN = 50


def _minute(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(_LOCAL).strftime("%d-%m-%Y %H:%M")


def _number(count: int) -> str:
    return f"{count:,}"


_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_pages.filters |= {"minute": _minute, "number": _number}


def as_page(report: Report) -> str:
    """The page; of each kind of finding it shows the first fifty, the JSON report has all."""
    return _pages.get_template("page.html").render(
        report=report, meanings=MEANINGS, most=_MOST_SHOWN
    )
