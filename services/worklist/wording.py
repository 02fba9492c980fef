"""How codes and times read on a page."""

from __future__ import annotations

from datetime import date, datetime

from ketensluis.model.local_time import AMSTERDAM

__all__ = ["day", "minute", "words"]


def words(code: str) -> str:
    """A code as words: `safety_assessment` is *safety assessment*."""
    return code.replace("_", " ")


def minute(at: datetime | None) -> str:
    """The time in the Netherlands, to the minute; a dash where there is none."""
    return "–" if at is None else at.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")  # noqa: RUF001 - a dash


def day(on: date | None) -> str:
    """The date; a dash where there is none."""
    return "–" if on is None else on.strftime("%d-%m-%Y")  # noqa: RUF001 - a dash
