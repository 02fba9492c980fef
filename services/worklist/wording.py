"""How codes and times read on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from ketensluis.model.local_time import AMSTERDAM

__all__ = ["day", "minute", "roles_in_words", "words"]

_TIMES = {1: "once", 2: "twice"}


def words(code: str) -> str:
    """A code as words: `safety_assessment` is *safety assessment*."""
    return code.replace("_", " ")


def minute(at: datetime | None) -> str:
    """The time in the Netherlands, to the minute; a dash where there is none."""
    return "–" if at is None else at.astimezone(AMSTERDAM).strftime("%d-%m-%Y %H:%M")  # noqa: RUF001 - a dash


def day(on: date | None) -> str:
    """The date; a dash where there is none."""
    return "–" if on is None else on.strftime("%d-%m-%Y")  # noqa: RUF001 - a dash


def roles_in_words(
    number: int, counts: Iterable[tuple[str, int]], changed_on: Sequence[date]
) -> str:
    """`person 1: victim 3 times, suspect once; role changed on 02-03-2026`."""
    roles = ", ".join(
        f"{words(role)} {_TIMES.get(count, f'{count} times')}" for role, count in counts
    )
    changed = f"; role changed on {' and '.join(map(day, changed_on))}" if changed_on else ""
    return f"person {number}: {roles}{changed}"
