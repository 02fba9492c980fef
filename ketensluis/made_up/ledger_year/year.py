"""The whole year: which stories are told on which day, and the truth about all of them.

2024, from New Year's Day to the last of December, and then until the last answer. One weekend
the hub is down; for a week one Veilig Thuis answers nothing, and for another week one rejects
whatever it gets; the other faults come on days that the seed draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from ketensluis.made_up.draw import Draw
from ketensluis.made_up.ledger_year.almanac import FIRST, LAST, Standstill, clock_time
from ketensluis.made_up.ledger_year.faults import EVERYWHERE, region_rejects, silent_region
from ketensluis.made_up.ledger_year.ordinary import NEIGHBOUR, ORDINARY, Story
from ketensluis.made_up.ledger_year.script import Place, Script
from ketensluis.made_up.ledger_year.set_days import SET_DAYS
from ketensluis.made_up.ledger_year.totals import Police
from ketensluis.made_up.ledger_year.truth import Truth
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.regions import RegionMap

__all__ = ["DOWN", "Arrival", "LedgerYear"]

Arrival = tuple[datetime, LedgerEvent]
# Friday evening to Monday morning.
DOWN = Standstill(clock_time(date(2024, 9, 13), 18), clock_time(date(2024, 9, 16), 8))
_SILENT = "twente", date(2024, 6, 10), date(2024, 6, 14)
_REJECTING = "gelderland-zuid", date(2024, 2, 5), date(2024, 2, 9)
_SPARED = {NEIGHBOUR, _SILENT[0], _REJECTING[0]}
_DAY = timedelta(days=1)


class LedgerYear:
    """A year of ledger events; `truth` is complete when the last event was taken.

    Args:
        seed: the same seed makes the same year.
        regions: where it happens.
        per_day: ordinary incidents a day.
        each: how often each fault that has no day of its own is put in.
        days: how many days of the year, from its first.
    """

    def __init__(
        self, seed: int, regions: RegionMap, *, per_day: int, each: int, days: int = 366
    ) -> None:
        self.truth = Truth()
        self.incidents = 0
        self._draw = Draw(seed, "ledger-year")
        self._places = tuple(
            Place(row.unit, row.code, row.region)
            for periods in regions.periods.values()
            for row in periods
            if row.valid_from <= FIRST and (row.valid_until is None or row.valid_until > LAST)
        )
        self._per_day = per_day
        self._last = min(LAST, FIRST + (days - 1) * _DAY)
        self._drawn = self._fault_days(each)
        self._police = Police(self._draw, self.truth)

    def arrivals(self) -> Iterator[Arrival]:
        """The events in the order in which they come in."""
        waiting: list[tuple[datetime, int, LedgerEvent]] = []
        order = count()
        for script in self._scripts():
            while waiting and waiting[0][0] < script.registered_at:
                at, _, event = heappop(waiting)
                yield at, event
            for at, event in script.arrivals:
                heappush(waiting, (at, next(order), event))
        while waiting:
            at, _, event = heappop(waiting)
            yield at, event

    def _scripts(self) -> Iterator[Script]:
        day = FIRST
        while day <= self._last:
            todays = sorted(self._today(day), key=lambda each: each[0])
            for registered_at, fault, story, place in todays:
                yield self._told(registered_at, fault, story, place)
            day += _DAY
        self._police.count_up(self._last)

    def _today(self, day: date) -> Iterator[tuple[datetime, str | None, Story, Place]]:
        for _ in range(self._per_day):
            place = self._draw.pick(self._places)
            yield self._some_time(day), *self._by_region(place, day), place
        for name, begin, end in (_SILENT, _REJECTING):
            if begin <= day <= end:
                place = self._somewhere(name)
                yield self._some_time(day), *self._by_region(place, day), place
        for drawn in self._drawn.get(day, ()):
            yield self._some_time(day), drawn, EVERYWHERE[drawn], self._somewhere()
        for moment, fault, story in SET_DAYS.get(day, ()):
            yield moment, fault, story, self._somewhere()

    def _by_region(self, place: Place, day: date) -> tuple[str | None, Story]:
        if place.region == _SILENT[0] and _SILENT[1] <= day <= _SILENT[2]:
            return "silent_region", silent_region
        if place.region == _REJECTING[0] and _REJECTING[1] <= day <= _REJECTING[2]:
            return "region_rejects", region_rejects
        return None, self._draw.weighted(ORDINARY)

    def _told(
        self, registered_at: datetime, fault: str | None, story: Story, place: Place
    ) -> Script:
        self.incidents += 1
        incident_id = f"PL{self.incidents:04d}-2024{self.incidents:06d}"
        script = Script(incident_id, place, registered_at, self._draw, DOWN, fault)
        story(script)
        truth = self.truth
        if fault is None and any(not _in_standstill(each.since) for each in script.expected):
            raise AssertionError(f"{story.__name__} would alarm on an ordinary day: {incident_id}")
        truth.expected += script.expected
        truth.asked |= script.asked
        for recipient, stand in script.stands.items():
            truth.counts["registered"] += 1
            truth.counts.update(stand.lines)
            if fault is not None:
                truth.ends[incident_id, recipient] = stand.name
        for name in {fault, *(each.fault for each in script.expected)} - {None}:
            truth.faults[str(name)] += 1
        self._police.registers(script)
        return script

    def _fault_days(self, each: int) -> dict[date, list[str]]:
        """On which days which faults are put in; never in the days around the standstill."""
        found: dict[date, list[str]] = {}
        span = (self._last - FIRST).days
        for fault in EVERYWHERE:
            for _ in range(each):
                day = FIRST + self._draw.whole(0, span) * _DAY
                found.setdefault(day, []).append(fault)
        return found

    def _some_time(self, day: date) -> datetime:
        """Any second of the local day."""
        begin, end = clock_time(day, 0), clock_time(day + _DAY, 0)
        return begin + timedelta(seconds=int(self._draw.fraction() * (end - begin).total_seconds()))

    def _somewhere(self, region: str | None = None) -> Place:
        return self._draw.pick([
            each
            for each in self._places
            if (each.region == region if region else each.region not in _SPARED)
        ])  # fmt: skip


def _in_standstill(at: datetime) -> bool:
    """What the standstill delayed may still be heard of a while after it."""
    return DOWN.begin <= at <= DOWN.end + timedelta(days=60)
