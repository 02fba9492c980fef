"""How long a clock runs: one term, in one unit, counted as the law counts that unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ketensluis.ledger.pauses import Pause, days_of
from ketensluis.ledger.working_days import AMSTERDAM, Calendar, end_of, local_day

__all__ = ["Notice", "Term", "due", "order_end"]

_Positive = Annotated[int, Field(ge=1)]
# (Atw art. 4) Longer terms do not move when they end on a Saturday, Sunday or holiday.
_MOST_DAYS, _MOST_WEEKS = 90, 12
# (Wth art. 2(1) and 9(1)) A restraining order lasts ten days, extended at most four weeks.
_RESTRAINING_MOST = 28


class Term(BaseModel):
    """A length of time in exactly one unit.

    - `minutes`, `hours`: elapsed time; Saturdays and holidays count (Atw art. 4(a)).
    - `days`, `weeks`: a statutory term, over at the end of its last day; if that is a
      Saturday, Sunday or holiday, of the next working day (Atw art. 1(1)).
    - `working_days`: over at the end of the last of them.
    - `restraining_days`: a restraining order (huisverbod) by the clock on the wall, at most
      28 in total; it is not extended over weekends (choice, after Wth art. 2(1) and 9(1):
      the order itself says until when it holds).
    The day on which a term starts does not count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: _Positive | None = None
    hours: _Positive | None = None
    days: _Positive | None = None
    working_days: _Positive | None = None
    weeks: _Positive | None = None
    restraining_days: Annotated[int, Field(ge=1, le=_RESTRAINING_MOST)] | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len(self.model_fields_set) != 1 or None in self.model_dump(exclude_unset=True).values():
            raise ValueError("a term has exactly one unit")
        return self


class Notice(BaseModel):
    """Elapsed time before or after a deadline, for a warning or an escalation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: Annotated[int, Field(ge=0)] = 0
    hours: Annotated[int, Field(ge=0)] = 0
    days: Annotated[int, Field(ge=0)] = 0

    @property
    def length(self) -> timedelta:
        """The same as a time difference."""
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


def due(
    term: Term, start: datetime, calendar: Calendar, paused: tuple[Pause, ...] = ()
) -> datetime | None:
    """The moment from which the term is over, in UTC; before it there is still time.

    None while it stands still and nobody knows until when. A term that was over before the
    pause began is over. A restraining order knows no pause.
    """
    ended = tuple(
        Pause(max(pause.start, start), pause.end)
        for pause in paused
        if pause.end is not None and pause.end > start
    )
    over = _over(term, start, calendar, ended)
    if any(pause.end is None and pause.start < over for pause in paused):
        return None
    return over


def order_end(imposed_at: datetime, until: datetime) -> datetime:
    """Until when a restraining order holds that says so itself: at most 28 days in total."""
    return min(until, _on_the_wall(imposed_at, _RESTRAINING_MOST))


def _over(term: Term, start: datetime, calendar: Calendar, paused: tuple[Pause, ...]) -> datetime:
    elapsed = timedelta(minutes=term.minutes or 0, hours=term.hours or 0)
    if elapsed:
        return _elapsed(start, elapsed, paused)
    if term.restraining_days is not None:
        return _on_the_wall(start, term.restraining_days)
    day = local_day(start)
    still = days_of(paused)
    if term.working_days is not None:
        return end_of(calendar.plus_working_days(day, term.working_days, still))
    count, most = (
        (term.days, _MOST_DAYS) if term.days is not None else (_days(term), _MOST_WEEKS * 7)
    )
    return end_of(calendar.plus_days(day, count, still, moves=count <= most))


def _elapsed(start: datetime, length: timedelta, paused: tuple[Pause, ...]) -> datetime:
    over = start + length
    for pause in paused:
        if pause.end is not None and pause.start < over:
            over += pause.end - pause.start
    return over


def _on_the_wall(start: datetime, days: int) -> datetime:
    """The same time on the wall so many days later: no weekend or holiday moves it."""
    return (start.astimezone(AMSTERDAM) + timedelta(days=days)).astimezone(UTC)


def _days(term: Term) -> int:
    return 7 * (term.weeks or 0)
