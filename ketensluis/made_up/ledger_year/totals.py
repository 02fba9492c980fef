"""The police's own count of each unit and day, with faults in it, and what is true of them."""

from __future__ import annotations

from datetime import date, timedelta

from ketensluis.made_up.draw import Draw
from ketensluis.made_up.ledger_year.almanac import FIRST, clock_time, day_of
from ketensluis.made_up.ledger_year.script import Script
from ketensluis.made_up.ledger_year.truth import DayOfUnit, Truth
from ketensluis.model.messages import ControlTotal

__all__ = ["Police"]

_DAY = timedelta(days=1)
_UNLABELLED = {"not_required", "undecided"}
# Every so many unit-days on which something was registered, one fault, in turn.
_EVERY = 41


class Police:
    """Keeps what each unit registered, and at the end counts it up, not always rightly."""

    def __init__(self, draw: Draw, truth: Truth) -> None:
        self._draw = draw
        self._truth = truth
        self._days: dict[tuple[str, date], list[Script]] = {}

    def registers(self, script: Script) -> None:
        """An incident of its unit, on the local day of its first registration."""
        key = script.place.unit, day_of(script.registered_at)
        self._days.setdefault(key, []).append(script)

    def count_up(self, last: date) -> None:
        """Send a total for every unit and day up to the last, the quiet days included."""
        units = sorted({unit for unit, _ in self._days})
        turn = 0
        for number in range((last - FIRST).days + 1):
            for unit in units:
                day = FIRST + number * _DAY
                turn += (unit, day) in self._days
                faulty = turn % _EVERY == 0 and (unit, day) in self._days and day != last
                self._count(unit, day, _FAULTS[turn // _EVERY % len(_FAULTS)] if faulty else None)

    def _count(self, unit: str, day: date, fault: str | None) -> None:
        scripts = self._days.get((unit, day), [])
        listed = {each.incident_id for each in scripts}
        labelled = sum(each.counted_as_hg for each in scripts)
        true = self._truth.days.setdefault((unit, day), DayOfUnit())
        true.late_labels = sum(_labelled_later(each) for each in scripts)
        if fault == "never_arrived":
            lost = {f"{unit}-{day}-{number}" for number in (1, 2)}
            listed, true.missing = listed | lost, lost
        elif fault == "quarantined":
            refused = {f"{unit}-{day}-refused"}
            listed, true.quarantined = listed | refused, refused
            self._truth.quarantined |= refused
        elif fault == "not_counted":
            left_out = self._draw.pick(scripts)
            listed, true.surplus = listed - {left_out.incident_id}, {left_out.incident_id}
            labelled -= left_out.counted_as_hg
            true.late_labels += left_out.counted_as_hg
        elif fault == "counted_elsewhere":
            moved = self._draw.pick(scripts)
            listed -= {moved.incident_id}
            labelled -= moved.counted_as_hg
            true.late_labels += moved.counted_as_hg
            true.elsewhere = {moved.incident_id}
            self._moved(unit, day + _DAY, moved)
        elif fault == "no_total":
            true.no_total = True
            true.fault, true.late_labels = fault, 0
            self._truth.faults[fault] += 1
            return
        elif fault == "replaced":
            self._send(unit, day, listed | {f"{unit}-{day}-wrong"}, labelled, hour=5)
        if fault:
            true.fault = fault
            self._truth.faults[fault] += 1
        self._send(unit, day, listed | true.moved, labelled, hour=6)

    def _moved(self, unit: str, day: date, script: Script) -> None:
        """Listed a day too late: the next day explains it."""
        self._truth.days[unit, day] = DayOfUnit("counted_elsewhere", moved={script.incident_id})

    def _send(self, unit: str, day: date, listed: set[str], labelled: int, hour: int) -> None:
        self._truth.totals.append(
            ControlTotal(
                unit=unit,
                day=day,
                incidents=len(listed),
                hg=labelled,
                incident_ids=tuple(sorted(listed)),
                counted_at=clock_time(day + _DAY, hour),
            )
        )


def _labelled_later(script: Script) -> bool:
    found = {stand.name for stand in script.stands.values()}
    return not script.counted_as_hg and not found <= _UNLABELLED


_FAULTS = (
    "never_arrived", "quarantined", "not_counted", "counted_elsewhere", "no_total", "replaced",
)  # fmt: skip
