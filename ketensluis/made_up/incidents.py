"""A day, or a national year, of made-up incidents in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from itertools import count as count_from
from operator import itemgetter

from ketensluis.made_up.casts import CASTS
from ketensluis.made_up.draw import Draw, Weighted
from ketensluis.made_up.ordinary import ordinary, ordinary_not_hg
from ketensluis.made_up.people import make_dossier
from ketensluis.made_up.places import UNIT_NUMBERS, Places
from ketensluis.made_up.registration import MadeUp, Registered, write_down
from ketensluis.made_up.scenes import Story
from ketensluis.made_up.stories_lasting import LASTING_STORIES
from ketensluis.made_up.stories_partner import PARTNER_STORIES
from ketensluis.model.incident import Incident
from ketensluis.model.local_time import AMSTERDAM, local_date
from ketensluis.model.regions import RegionMap

__all__ = ["DAY", "STORIES", "incidents", "made_up", "national_year"]

DAY = date(2026, 3, 2)
STORIES = PARTNER_STORIES + LASTING_STORIES
_FROM_STORIES = 0.12  # of registrations
_NOT_HG = 0.30
_REPEATED = 0.005
_OVERTAKEN = 0.1  # of amended versions, the share that arrives before the one it replaces
# Most is reported in the evening; a guess.
_HOURS = Weighted((hour, 1 + (3 if 17 <= hour <= 23 else 1.5 if hour >= 9 else 0))  # noqa: PLR2004
                  for hour in range(24))  # fmt: skip
_DAY_LENGTH = timedelta(days=1)
_BEHIND = timedelta(seconds=1)
_YEAR = 2025
_YEAR_COUNT = 71_000


# A registration under way: the time of its next record, a tie-breaker, the rest, the record.
_Waiting = tuple[datetime, int, Iterator[MadeUp], MadeUp]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A dossier that begins: when, its number, and how many registrations it has."""

    at: datetime
    number: int
    first: int
    story: int | None


def incidents(count: int, seed: int, regions: RegionMap, *, day: date = DAY) -> Iterator[Incident]:
    """The incidents of `made_up`, without what was meant by them."""
    return (one.incident for one in made_up(count, seed, regions, day=day))


def made_up(count: int, seed: int, regions: RegionMap, *, day: date = DAY) -> Iterator[MadeUp]:
    """A day's registrations with their later versions, in order of arrival.

    Args:
        count: the number of registrations; amended and withdrawn versions and repeated
            deliveries come on top, and some of these arrive after midnight.
        seed: the same seed gives the same incidents.
        regions: the map from which places are drawn.
        day: the local day on which all are registered; stories are pressed into it.
    """
    start = _midnight(day)
    end = _midnight(day + _DAY_LENGTH)
    return _Generator(count, seed, regions, start, end, always_hg=False).records()


def national_year(seed: int, regions: RegionMap, *, count: int = _YEAR_COUNT) -> Iterator[MadeUp]:
    """The domestic-violence incidents of 2025, at the pace of the stories.

    The count is that of 2019 (70,887), rounded. All are HG and nearly all labelled at once;
    some steps of the stories are labelled later or never. Memory holds what is under way.
    """
    start = _midnight(date(_YEAR, 1, 1))
    end = _midnight(date(_YEAR + 1, 1, 1))
    return _Generator(count, seed, regions, start, end, always_hg=True).records()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


class _Generator:
    """Plans dossiers over a period, and merges their records by time."""

    def __init__(
        self,
        count: int,
        seed: int,
        regions: RegionMap,
        start: datetime,
        end: datetime,
        *,
        always_hg: bool,
    ) -> None:
        self._count = count
        self._seed = seed
        self._start = start
        self._end = end
        self._always_hg = always_hg
        self._places = Places(regions, local_date(start))
        self._draw = Draw(seed, "plan")
        self._id_offset = self._draw.whole(0, 899_999)

    def records(self) -> Iterator[MadeUp]:
        """Every record, in order of arrival."""
        waiting: list[_Waiting] = []
        ticket = count_from()
        for planned in self._plan():
            while waiting and waiting[0][0] < planned.at:
                yield from self._next(waiting, ticket)
            for records in self._registrations(planned):
                first = next(records)
                heapq.heappush(waiting, (first.at, next(ticket), records, first))
        while waiting:
            yield from self._next(waiting, ticket)

    def _next(self, waiting: list[_Waiting], ticket: Iterator[int]) -> Iterator[MadeUp]:
        """The earliest record; sometimes it is delivered twice, or overtaken by the next."""
        _, _, records, record = heapq.heappop(waiting)
        following = next(records, None)
        if following is not None:
            in_order = not (record.intended.overtaken or following.intended.overtaken)
            if in_order and self._draw.chance(_OVERTAKEN):
                meant = replace(record.intended, overtaken=True)
                overtaken = replace(record, at=following.at + _BEHIND, intended=meant)
                records = chain((overtaken,), records)
                heapq.heappush(waiting, (following.at, next(ticket), records, following))
                return
            heapq.heappush(waiting, (following.at, next(ticket), records, following))
        yield record
        if self._draw.chance(_REPEATED):
            yield replace(record, intended=replace(record.intended, repeated=True))

    def _plan(self) -> list[_Planned]:
        """Stories in turn, as far as their share of the count goes, and ordinary incidents."""
        chosen: list[int | None] = []
        left = self._count
        room = int(self._count * _FROM_STORIES)
        for turn in count_from():
            size = len(STORIES[turn % len(STORIES)].steps)
            if room < size:
                break
            chosen.append(turn % len(STORIES))
            room -= size
            left -= size
        chosen += [None] * left
        starts = sorted(((self._begin(story), story) for story in chosen), key=itemgetter(0))
        planned: list[_Planned] = []
        first = 0
        for number, (at, story) in enumerate(starts):
            planned.append(_Planned(at, number, first, story))
            first += 1 if story is None else len(STORIES[story].steps)
        return planned

    def _begin(self, story: int | None) -> datetime:
        """When a dossier begins: a story early enough to end, if need be at a faster pace."""
        if story is not None:
            length = sum(step.after for step in STORIES[story].steps) * _DAY_LENGTH
            room = max(self._end - self._start - length - _DAY_LENGTH, timedelta())
            return self._start + max(room, (self._end - self._start) / 3) * self._draw.fraction()
        days = round((self._end - self._start) / _DAY_LENGTH)  # a day may have 23 or 25 hours
        offset = timedelta(
            days=self._draw.whole(0, days - 1),
            hours=self._draw.weighted(_HOURS),
            seconds=self._draw.whole(0, 3_599),
        )
        return min(self._start + offset, self._end - timedelta(seconds=1))

    def _registrations(self, planned: _Planned) -> Iterator[Iterator[MadeUp]]:
        draw = Draw(self._seed, planned.number)
        story = self._story(draw, planned)
        on = local_date(planned.at)
        dossier = make_dossier(draw, CASTS[story.cast], self._places, on, planned.number)
        total = sum(step.after for step in story.steps)
        pace = _DAY_LENGTH
        if self._end - planned.at < (total + 1) * _DAY_LENGTH:
            pace = (self._end - planned.at) * (0.9 / (total + 1))
        at = planned.at
        for number, step in enumerate(story.steps, start=planned.first):
            at = (at + step.after * pace).replace(microsecond=0)
            unit = UNIT_NUMBERS.get(dossier.municipality.unit, "9900")
            serial = (self._id_offset + number) % 1_000_000
            incident_id = f"PL{unit}-{local_date(at).year}{serial:06d}"
            yield write_down(draw, Registered(story.name, step, dossier, incident_id, at, pace))

    def _story(self, draw: Draw, planned: _Planned) -> Story:
        if planned.story is not None:
            return STORIES[planned.story]
        if not self._always_hg and draw.chance(_NOT_HG):
            return ordinary_not_hg(draw)
        return ordinary(draw, always_labelled=self._always_hg)
