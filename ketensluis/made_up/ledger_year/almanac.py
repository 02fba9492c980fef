"""The days of 2024 and of the first half of 2025 in the Netherlands, written out by hand.

2024 has a leap day, Good Friday before the change to summer time on Easter Sunday, and a
King's Day on a Saturday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = [
    "FIRST",
    "LAST",
    "QUIET",
    "Standstill",
    "clock_time",
    "day_of",
    "days_on",
    "over",
    "weeks",
    "working",
]

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
# By then the last clock of the year has said all that it has to say.
QUIET = datetime(2025, 5, 1, tzinfo=UTC)

_HERE = ZoneInfo("Europe/Amsterdam")
_FREE = {
    date(2024, 1, 1): "New Year's Day",
    date(2024, 3, 29): "Good Friday",
    date(2024, 4, 1): "Easter Monday",
    date(2024, 4, 27): "King's Day",
    date(2024, 5, 5): "Liberation Day",
    date(2024, 5, 9): "Ascension Day",
    date(2024, 5, 20): "Whit Monday",
    date(2024, 12, 25): "Christmas",
    date(2024, 12, 26): "second day of Christmas",
    date(2025, 1, 1): "New Year's Day",
    date(2025, 4, 18): "Good Friday",
    date(2025, 4, 21): "Easter Monday",
    date(2025, 4, 26): "King's Day",
    date(2025, 5, 5): "Liberation Day",
}
_DAY = timedelta(days=1)


class Standstill:
    """A stretch of time in which the hub is down: what comes waits, and nobody looks."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin = begin
        self.end = end

    def up(self, at: datetime) -> datetime:
        """The first moment from then on at which the hub is there."""
        return self.end if self.begin <= at < self.end else at


def clock_time(day: date, hours: float) -> datetime:
    """So many hours after midnight by the clock on the wall, in UTC."""
    wall = datetime.combine(day, time.min, tzinfo=_HERE) + timedelta(hours=hours)
    return wall.astimezone(UTC)


def day_of(at: datetime) -> date:
    """The local date."""
    return at.astimezone(_HERE).date()


def working(day: date, count: int) -> date:
    """The `count`-th working day after the day; with 0 the day itself or the next working one."""
    for number in range(max(count, 1)):
        if count or number:
            day += _DAY
        while day.weekday() in {5, 6} or day in _FREE:
            day += _DAY
    return day


def over(day: date) -> datetime:
    """The moment at which the local day is over."""
    return clock_time(day + _DAY, 0)


def weeks(day: date, count: int) -> datetime:
    """When a term of so many weeks from that day is over; it ends on a working day."""
    return over(working(day + timedelta(weeks=count), 0))


def days_on(at: datetime, count: int) -> datetime:
    """The same time on the wall so many days later."""
    return (at.astimezone(_HERE) + count * _DAY).astimezone(UTC)
