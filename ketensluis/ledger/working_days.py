"""Days that count: terms under the Algemene termijnenwet (Atw), in Dutch local time.

General holidays (art. 3(1)): New Year's Day, Easter Monday, Ascension Day, Whit Monday, both
days of Christmas, the day on which the King's birthday is celebrated, 5 May; Good Friday is
equated with them (art. 3(2)), and so are the days that a royal decree names (art. 3(3)),
which are data. That many employers work on 5 May or Good Friday makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

__all__ = ["AMSTERDAM", "Calendar", "end_of", "local_day"]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_SATURDAY = 5
_DAY = timedelta(days=1)
# (Atw art. 2) A term of at least this many days holds at least two that are working days.
_LEAST_DAYS, _LEAST_WORKING = 3, 2


class Calendar:
    """Which days are working days; `equated` are the days of royal decrees (Atw art. 3(3))."""

    def __init__(self, equated: Iterable[date] = ()) -> None:
        self.equated = frozenset(equated)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is not a Saturday, a Sunday, a general holiday or equated."""
        return (
            day.weekday() < _SATURDAY and day not in self.equated and day not in _holidays(day.year)
        )

    def next_working_day(self, day: date) -> date:
        """The day itself, or the first working day after it (Atw art. 1(1))."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def plus_working_days(
        self, day: date, count: int, still: AbstractSet[date] = frozenset()
    ) -> date:
        """The `count`-th working day after the day; the day itself does not count.

        `still` are days on which the term was paused: they do not count either.
        """
        for _ in range(count):
            day = self.next_working_day(day + _DAY)
            while day in still:
                day = self.next_working_day(day + _DAY)
        return day

    def plus_days(
        self,
        day: date,
        count: int,
        still: AbstractSet[date] = frozenset(),
        *,
        moves: bool = True,
    ) -> date:
        """The last day of a statutory term of `count` calendar days (Atw art. 1 and 2).

        Terms that are too long to move (Atw art. 4) end on the day itself.
        """
        last = day + count * _DAY if not still else _counted(day, count, still)
        if not moves:
            return last
        if count >= _LEAST_DAYS:
            last = max(last, self.plus_working_days(day, _LEAST_WORKING, still))
        return self.next_working_day(last)


def _counted(day: date, count: int, still: AbstractSet[date]) -> date:
    for _ in range(count):
        day += _DAY
        while day in still:
            day += _DAY
    return day


def local_day(at: datetime) -> date:
    """The date in the Netherlands at that moment."""
    return at.astimezone(AMSTERDAM).date()


def end_of(day: date) -> datetime:
    """The moment at which the local day is over: midnight after it, in UTC."""
    midnight = datetime.combine(day + _DAY, time.min, tzinfo=AMSTERDAM)
    return midnight.astimezone(ZoneInfo("UTC"))


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    """Public holidays of the year, with 5 May of every year (Atw art. 3(1))."""
    listed = holidays.country_holidays("NL", years=year, categories=("public", "optional"))
    return frozenset(listed)
