"""What is held back for a while, and decided anew in time: none of it may alarm."""

from __future__ import annotations

from datetime import timedelta

from ketensluis.made_up.ledger_year.almanac import clock_time, day_of, over, working
from ketensluis.made_up.ledger_year.ladder import first_decision, hours, reject, walk, ways
from ketensluis.made_up.ledger_year.script import Script

__all__ = ["held", "rejected_and_held", "restricted"]

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


def held(script: Script) -> None:
    """Held for somebody's safety, and decided anew when that is over."""
    vt = script.place.vt
    at = script.registered_at + first_decision(script)
    until = clock_time(working(day_of(at), script.draw.whole(1, 8)), hours(script, 9, 16))
    script.decide(
        at, vt, "held", reason="hold_safety", hold_until=until, hold_by_role="hg_coordinator"
    )
    script.ask("hold_over", vt, until)
    sent = script.decide(until + 5 * _MINUTE, vt)
    script.run("hold_over", vt, until, until + _HOUR, sent)
    walk(script, vt, sent, ways(script))


def rejected_and_held(script: Script) -> None:
    """Rejected, and held for the investigation: the clock of the rejection stands still."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    rejected = reject(script, vt, sent, "incomplete")
    until = clock_time(working(day_of(rejected), 4), 15)
    script.decide(
        clock_time(day_of(rejected), 15), vt, "held", anew=True, reason="hold_investigation",
        hold_until=until, hold_by_role="supervisor",
    )  # fmt: skip
    script.ask("hold_over", vt, until)
    done = script.decide(until + 5 * _MINUTE, vt)
    script.run("hold_over", vt, until, until + _HOUR, done)
    script.run("rejection", vt, rejected, over(day_of(until)), done)
    walk(script, vt, done, ways(script))


def restricted(script: Script) -> None:
    """An employee of the police is involved: a supervisor looks within days."""
    vt = script.place.vt
    at = script.registered_at + first_decision(script)
    known = script.decide(at, vt, "held", reason="restricted_class")
    looked = clock_time(working(day_of(at), script.draw.whole(1, 3)), hours(script, 9, 16))
    sent = script.decide(looked, vt)
    script.run("hold_review", vt, known, over(working(day_of(known), 5)), sent)
    walk(script, vt, sent, ways(script))
