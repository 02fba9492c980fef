"""When a clock stood still: the holds of a case, each from its decision to its end."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ketensluis.ledger.working_days import local_day
from ketensluis.model.ledger import Case

__all__ = ["Pause", "days_of", "pauses"]


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch of time that a clock does not count; without an end it is still going on."""

    start: datetime
    end: datetime | None


def pauses(case: Case, reasons: Container[str]) -> tuple[Pause, ...]:
    """The holds of the case for one of these reasons, oldest first; they never overlap.

    A hold ends with the next decision, and at the latest at the time that it names: what was
    held and is not decided anew runs again.
    """
    decided = [rung for rung in case.rungs if rung.name in {"decided", "held"}]
    found = []
    for position, rung in enumerate(decided):
        if rung.name != "held" or rung.code not in reasons:
            continue
        if rung.note is None:
            end = case.hold_until
        else:
            later = (each for each in decided[position + 1 :] if each.evidence != rung.evidence)
            end = next((each.at for each in later if each.name == "decided"), rung.at)
        found.append(Pause(rung.at, end))
    return tuple(found)


def days_of(paused: tuple[Pause, ...]) -> frozenset[date]:
    """The local days that do not count: from the day of the start to the day before the end.

    (choice) The day on which a clock runs again counts, the day on which it stops does not.
    """
    days: set[date] = set()
    for pause in paused:
        day = local_day(pause.start)
        while pause.end is not None and day < local_day(pause.end):
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)
