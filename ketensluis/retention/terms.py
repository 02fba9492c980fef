"""How long something is kept: one length of time in one unit, over at the end of a local day."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ketensluis.ledger.working_days import end_of, local_day

__all__ = ["KeepFor"]

_Positive = Annotated[int, Field(ge=1, le=1_000)]
_MONTHS = 12
_MOST_DAYS = 366 * 1_000  # no term is longer


class KeepFor(BaseModel):
    """A length of time in exactly one unit: `days`, `weeks`, `months` or `years`.

    The day on which it starts does not count, and it is over when its last day is. A month or
    year that lacks the day ends on its own last day. Nothing moves for weekends: keeping a day
    longer is what these terms are there to prevent (choice).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: _Positive | None = None
    weeks: _Positive | None = None
    months: _Positive | None = None
    years: _Positive | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len(self.model_fields_set) != 1 or None in self.model_dump(exclude_unset=True).values():
            raise ValueError("a term has exactly one unit")
        return self

    def __str__(self) -> str:
        ((unit, number),) = self.model_dump(exclude_none=True).items()
        return f"{number} {unit.removesuffix('s') if number == 1 else unit}"

    def over(self, start: datetime) -> datetime:
        """The moment from which the term is over, in UTC."""
        day = local_day(start)
        if self.days is not None or self.weeks is not None:
            return end_of(day + timedelta(days=self.days or 0, weeks=self.weeks or 0))
        return end_of(_months_on(day, (self.months or 0) + _MONTHS * (self.years or 0)))

    def over_before(self, now: datetime) -> datetime:
        """What started before this moment is over by now, and nothing that started later."""
        today = local_day(now)
        days = bisect_left(
            range(_MOST_DAYS), x=True, key=lambda back: self._over_on(today - timedelta(back), now)
        )
        return end_of(today - timedelta(days))

    def _over_on(self, day: date, now: datetime) -> bool:
        return self.over(end_of(day) - timedelta(hours=1)) <= now


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
