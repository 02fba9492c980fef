"""Faults that have a day of their own: the changes of the clock, holidays, the standstill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from ketensluis.made_up.ledger_year.almanac import clock_time, day_of
from ketensluis.made_up.ledger_year.faults import not_accepted, receipt_lost, suspicion_unseen
from ketensluis.made_up.ledger_year.ladder import Way, walk
from ketensluis.made_up.ledger_year.ordinary import Story, referred, suspected
from ketensluis.made_up.ledger_year.script import Script

__all__ = ["SET_DAYS"]


def receipt_on_monday(script: Script) -> None:
    """Sent before the hub went down; its receipt comes in when the hub has been up again."""
    sent = script.decide(script.registered_at + timedelta(minutes=1), script.place.vt)
    walk(script, script.place.vt, sent, Way(receipt=5, receipt_lag=65, fed_back=30))


def _at(year: int, month: int, day: int, hours: float) -> datetime:
    return clock_time(date(year, month, day), hours)


_TOLD: tuple[tuple[datetime, str | None, Story], ...] = (
    # The night that loses an hour, and the one that has one twice (00:20 UTC is 02:20, the
    # first time); a day of 23 and one of 25 hours for a suspicion.
    (datetime(2024, 3, 31, 0, 35, tzinfo=UTC), "clock_change", receipt_lost),
    (datetime(2024, 10, 27, 0, 20, tzinfo=UTC), "clock_change", receipt_lost),
    (_at(2024, 3, 30, 12), "clock_change", suspicion_unseen),
    (_at(2024, 10, 26, 12), "clock_change", suspicion_unseen),
    # Received before Good Friday: the next working day is after Easter and the change.
    (_at(2024, 3, 28, 15), "clock_change", not_accepted),
    (_at(2024, 10, 25, 15), "clock_change", not_accepted),
    # The leap day, King's Day on a Saturday, Ascension Day.
    (_at(2024, 2, 28, 10), "holiday", not_accepted),
    (_at(2024, 4, 26, 10), "holiday", not_accepted),
    (_at(2024, 5, 8, 10), "holiday", not_accepted),
    (_at(2024, 12, 24, 10), "holiday", not_accepted),
    *((_at(2024, 9, 13, 17.3 + n / 10), "hub_down", receipt_on_monday) for n in range(5)),
    (_at(2024, 9, 13, 17.9), None, referred),
    (_at(2024, 9, 14, 11), "hub_down", suspected),
    (_at(2024, 9, 15, 3), "hub_down", suspected),
)

SET_DAYS: Mapping[date, list[tuple[datetime, str | None, Story]]] = {
    day: [each for each in _TOLD if day_of(each[0]) == day]
    for day in {day_of(moment) for moment, _, _ in _TOLD}
}
