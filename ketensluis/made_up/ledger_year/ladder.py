"""The way of a referral or notice from its sending on, with every clock that runs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ketensluis.made_up.ledger_year.almanac import (
    clock_time,
    day_of,
    days_on,
    over,
    weeks,
    working,
)
from ketensluis.made_up.ledger_year.script import Script

__all__ = ["Way", "first_decision", "hours", "reject", "walk", "ways"]

_HOUR = timedelta(hours=1)
_LONGEST_ORDER = 28


@dataclass(frozen=True, slots=True)
class Way:
    """How it goes; None stands for what never comes.

    Attributes:
        receipt: minutes from sending to receipt; `lost` means that it never comes in.
        receipt_lag: hours that the receipt is under way.
        accepted: working days to acceptance.
        assessed: working days to the safety assessment.
        fed_back: days from there to feedback.
        concluded: days from there to the outcome of an investigation, if there is one.
    """

    receipt: float | None = None
    lost: bool = False
    receipt_lag: float = 0
    accepted: int | None = 1
    assessed: int | None = 3
    fed_back: int | None = 30
    concluded: int | None = None
    investigated: bool = False


def hours(script: Script, low: float, high: float) -> float:
    """A time of the day between these two."""
    return low + (high - low) * script.draw.fraction()


def ways(script: Script) -> Way:
    """One of the ways in which an answered referral goes."""
    assessed = script.draw.whole(2, 4)
    if script.draw.chance(0.2):
        return Way(
            assessed=assessed,
            fed_back=script.draw.whole(5, 20),
            investigated=True,
            concluded=script.draw.whole(20, 50),
        )
    return Way(assessed=assessed, fed_back=script.draw.whole(10, 50))


def first_decision(script: Script) -> timedelta:
    """How long disclosure takes."""
    return timedelta(seconds=script.draw.whole(20, 400))


def walk(script: Script, to: str, sent: datetime, way: Way) -> None:
    """The answers to a message that was sent then, as far as that way goes."""
    got = sent + timedelta(minutes=way.receipt or hours(script, 1, 25))
    day = day_of(got)
    if way.lost:
        known = None
    else:
        lag = timedelta(seconds=3) + way.receipt_lag * _HOUR
        known = script.tell(got, "received", to, lag=lag)
        script.run("receipt", to, sent, sent + _HOUR, known)
    accepted = _on(script, "accepted", to, day, way.accepted, 9, 14)
    if known:
        script.run("acceptance", to, known, over(working(day, 1)), accepted)
    if not to.startswith("vt:"):
        days = way.fed_back
        ended = _after(script, "om_decision", to, day, days, "dismissal") if days else None
        _lost(script, to, sent, way, ended)
        return
    assessed = _on(script, "assessed", to, day, way.assessed, 10, 15, "structurally_unsafe")
    if known:
        script.run("safety_assessment", to, known, over(working(day, 5)), assessed)
    concluded = ended = None
    if assessed:
        code = "in_investigation" if way.investigated else "closed"
        heard = _after(script, "feedback", to, day_of(assessed), way.fed_back, code)
        script.run("feedback", to, assessed, weeks(day_of(assessed), 10), heard)
        concluded = ended = heard
        if way.investigated and heard:
            day = day_of(heard)
            concluded = _after(script, "feedback", to, day, way.concluded, "safety_plan")
            script.run("investigation", to, heard, weeks(day, 10), concluded)
            ended = _after(script, "feedback", to, day, way.concluded, "closed", 16)
    _lost(script, to, sent, way, ended)
    _ordered(script, to, sent, assessed, concluded)


def reject(
    script: Script, to: str, sent: datetime, code: str, region: str | None = None
) -> datetime:
    """A receipt, and on the next working day the rejection; returns when that comes in."""
    got = sent + timedelta(minutes=hours(script, 1, 25))
    known = script.tell(got, "received", to)
    script.run("receipt", to, sent, sent + _HOUR, known)
    day = day_of(got)
    at = clock_time(working(day, 1), hours(script, 9, 12))
    rejected = script.tell(at, "rejected", to, code=code, region=region)
    script.run("acceptance", to, known, over(working(day, 1)), rejected)
    return rejected


def _lost(script: Script, to: str, sent: datetime, way: Way, ended: datetime | None) -> None:
    if way.lost:
        script.run("receipt", to, sent, sent + _HOUR, ended)


def _ordered(
    script: Script, to: str, sent: datetime, helped: datetime | None, concluded: datetime | None
) -> None:
    """The two clocks of a restraining order, if there is one."""
    if not script.order:
        return
    since, until = script.order
    ten = days_on(since, 10)
    end = min(until or ten, days_on(since, _LONGEST_ORDER))
    script.run("restraining_help", to, sent, ten, helped)
    script.run("restraining_end", to, sent, end, concluded)


def _on(
    script: Script,
    kind: str,
    to: str,
    day: date,
    count: int | None,
    low: float,
    high: float,
    code: str | None = None,
) -> datetime | None:
    """That many working days after the day, in working hours."""
    if count is None:
        return None
    at = clock_time(working(day, count), hours(script, low, high))
    return script.tell(at, kind, to, code=code)


def _after(
    script: Script,
    kind: str,
    to: str,
    day: date,
    count: int | None,
    code: str,
    hour: float = 11,
) -> datetime | None:
    """That many days after the day, or on the next working day."""
    if count is None:
        return None
    at = clock_time(working(day + timedelta(days=count), 0), hour)
    return script.tell(at, kind, to, code=code)
