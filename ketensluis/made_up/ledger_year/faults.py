"""The faults, one story each: what goes wrong, and which clocks run out because of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from ketensluis.made_up.ledger_year.almanac import clock_time, day_of, days_on, over, weeks, working
from ketensluis.made_up.ledger_year.ladder import Way, first_decision, hours, reject, walk, ways
from ketensluis.made_up.ledger_year.ordinary import Story
from ketensluis.made_up.ledger_year.script import Script

__all__ = ["EVERYWHERE", "region_rejects", "silent_region"]

_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _sent(script: Script, way: Way) -> None:
    sent = script.decide(script.registered_at + first_decision(script), script.place.vt)
    walk(script, script.place.vt, sent, way)


def silent_region(script: Script) -> None:
    """Nothing ever comes back."""
    _sent(script, Way(lost=True, accepted=None, assessed=None))


def region_rejects(script: Script) -> None:
    """Rejected as incomplete, and its sender takes six working days to complete it."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    rejected = reject(script, vt, sent, "incomplete")
    day = day_of(rejected)
    done = script.decide(clock_time(working(day, 6), 10), vt, anew=True)
    script.run("rejection", vt, rejected, over(working(day, 1)), done)
    walk(script, vt, done, ways(script))


def receipt_lost(script: Script) -> None:
    """Everything is answered, but the receipt never comes."""
    _sent(script, Way(lost=True, fed_back=20))


def receipt_delayed(script: Script) -> None:
    """The receipt was given in time, and was under way for hours."""
    _sent(script, Way(receipt=4, receipt_lag=hours(script, 2, 30), accepted=1, assessed=4))


def not_accepted(script: Script) -> None:
    """Received, and accepted days late."""
    _sent(script, Way(accepted=4, assessed=4, fed_back=30))


def never_accepted(script: Script) -> None:
    """Received, and nothing more."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    walk(script, vt, sent, Way(accepted=None, assessed=None))


def assessed_late(script: Script) -> None:
    """Nine working days to the safety assessment."""
    _sent(script, Way(assessed=9, fed_back=30))


def no_feedback(script: Script) -> None:
    """Assessed, and the police never hear what came of it."""
    _sent(script, Way(fed_back=None))


def investigation_overrun(script: Script) -> None:
    """An investigation that is not concluded in ten weeks."""
    _sent(script, Way(fed_back=7, investigated=True, concluded=80))


def expired_agreement(script: Script) -> None:
    """No agreement in force for some days, then a new one."""
    vt = script.place.vt
    decided = script.decide(
        script.registered_at + first_decision(script), vt, "refused", reason="agreement_expired"
    )
    renewed = script.decide(clock_time(working(day_of(decided), 3), 10), vt)
    script.no_route(vt, decided, renewed)
    walk(script, vt, renewed, ways(script))


def hold_forgotten(script: Script) -> None:
    """A hold is over, the hub asks, and nothing is decided for two days."""
    vt = script.place.vt
    at = script.registered_at + first_decision(script)
    until = clock_time(working(day_of(at), 3), 11)
    script.decide(
        at, vt, "held", reason="hold_safety", hold_until=until, hold_by_role="hg_coordinator"
    )
    script.ask("hold_over", vt, until)
    sent = script.decide(until + 50 * _HOUR, vt)
    script.run("hold_over", vt, until, until + _HOUR, sent)
    walk(script, vt, sent, ways(script))


def restricted_unseen(script: Script) -> None:
    """The restricted class, and no supervisor ever looks."""
    vt = script.place.vt
    known = script.decide(
        script.registered_at + first_decision(script), vt, "held", reason="restricted_class"
    )
    script.run("hold_review", vt, known, over(working(day_of(known), 5)))


def withdrawal_unconfirmed(script: Script) -> None:
    """Taken back, and nobody knows whether Veilig Thuis was told."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    got = script.tell(sent + 3 * _MINUTE, "received", vt)
    script.run("receipt", vt, sent, sent + _HOUR, got)
    told = script.decide(sent + 5 * _HOUR, vt, anew=True, event="withdrawn", reason="withdrawn")
    script.run("receipt", vt, told, told + _HOUR)


def label_late(script: Script) -> None:
    """Labelled after three weeks; until then nothing says that it is domestic violence."""
    vt = script.place.vt
    script.counted_as_hg = False
    script.decide(
        script.registered_at + first_decision(script), vt, "not_required",
        reason="no_hg", classification="not_hg", labelled_at=None,
    )  # fmt: skip
    at = days_on(script.registered_at, 21)
    walk(script, vt, script.decide(at, vt, anew=True, labelled_at=at), ways(script))


def suspicion_unseen(script: Script) -> None:
    """Signs of domestic violence, and nobody looks for three weeks."""
    vt = script.place.vt
    script.counted_as_hg = False
    known = script.decide(
        script.registered_at + first_decision(script), vt, "suspected",
        classification="suspected", signals=("relation",), labelled_at=None,
    )  # fmt: skip
    at = days_on(script.registered_at, 21)
    labelled = script.decide(at, vt, anew=True, labelled_at=at)
    script.run("decision", vt, known, script.registered_at + 24 * _HOUR, labelled)
    walk(script, vt, labelled, ways(script))


def order_without_help(script: Script) -> None:
    """A restraining order ends on its tenth day before anybody began to help."""
    since, vt = script.registered_at + _HOUR, script.place.vt
    script.order = since, None
    walk(script, vt, script.decide(since + 5 * _MINUTE, vt), Way(assessed=10, fed_back=3))


def order_extended_late(script: Script) -> None:
    """An order is extended, a day before it ends, beyond what the law allows; then silence."""
    vt, since = script.place.vt, script.registered_at + _HOUR
    ten, most = days_on(since, 10), days_on(since, 28)
    script.order = since, ten
    sent = script.decide(since + 5 * _MINUTE, vt)
    got = script.tell(sent + 3 * _MINUTE, "received", vt)
    script.run("receipt", vt, sent, sent + _HOUR, got)
    accepted = script.tell(clock_time(working(day_of(got), 1), 10), "accepted", vt)
    script.run("acceptance", vt, got, over(working(day_of(got), 1)), accepted)
    at = clock_time(working(day_of(got), 2), 15)
    assessed = script.tell(at, "assessed", vt, code="acutely_unsafe")
    script.run("safety_assessment", vt, got, over(working(day_of(got), 5)), assessed)
    script.run("restraining_help", vt, sent, ten, assessed)
    script.order = since, days_on(since, 40)
    extended = script.decide(days_on(since, 9), vt, anew=True)
    script.run("restraining_end", vt, sent, ten, extended)
    got = script.tell(extended + 3 * _MINUTE, "received", vt)
    script.run("receipt", vt, extended, extended + _HOUR, got)
    accepted = script.tell(clock_time(working(day_of(got), 1), 10), "accepted", vt)
    script.run("acceptance", vt, got, over(working(day_of(got), 1)), accepted)
    ended = script.tell(clock_time(working(day_of(most), 3), 12), "feedback", vt, code="closed")
    script.run("restraining_end", vt, extended, most, ended)
    script.run("feedback", vt, assessed, weeks(day_of(assessed), 10), ended)


EVERYWHERE: Mapping[str, Story] = {
    each.__name__: each
    for each in (
        receipt_lost, receipt_delayed, not_accepted, never_accepted, assessed_late, no_feedback,
        investigation_overrun, expired_agreement, hold_forgotten, restricted_unseen,
        withdrawal_unconfirmed, label_late, suspicion_unseen, order_without_help,
        order_extended_late,
    )
}  # fmt: skip
