"""What happens on an ordinary day: nothing of it may alarm, also what is odd."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from ketensluis.made_up.draw import Weighted
from ketensluis.made_up.ledger_year.almanac import clock_time, day_of, days_on, over, working
from ketensluis.made_up.ledger_year.held import held, rejected_and_held, restricted
from ketensluis.made_up.ledger_year.ladder import Way, first_decision, hours, reject, walk, ways
from ketensluis.made_up.ledger_year.script import Script

__all__ = ["NEIGHBOUR", "ORDINARY", "Story"]

Story = Callable[[Script], None]
# A region to which what was sent wrongly is sent on; faults of a region spare it.
NEIGHBOUR = "zeeland"
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_MOST_OF_AN_ORDER = 7


def referred(script: Script) -> None:
    """Labelled, referred, answered."""
    sent = script.decide(script.registered_at + first_decision(script), script.place.vt)
    walk(script, script.place.vt, sent, ways(script))


def with_notice(script: Script) -> None:
    """The same, and the public prosecution is told."""
    at = script.registered_at + first_decision(script)
    sent = [script.decide(at, to) for to in (script.place.vt, script.place.om)]
    walk(script, script.place.vt, sent[0], ways(script))
    walk(script, script.place.om, sent[1], Way(fed_back=script.draw.whole(3, 60)))


def no_violence(script: Script) -> None:
    """Not labelled, and nothing says that it should be."""
    script.counted_as_hg = False
    script.decide(
        script.registered_at + first_decision(script), script.place.vt, "not_required",
        reason="no_hg", classification="not_hg", labelled_at=None,
    )  # fmt: skip


def suspected(script: Script) -> None:
    """Not labelled, though it looks like it; somebody looks on the same day."""
    vt = script.place.vt
    script.counted_as_hg = False
    known = script.decide(
        script.registered_at + first_decision(script), vt, "suspected",
        classification="suspected", signals=("relation",), labelled_at=None,
    )  # fmt: skip
    looked = max(known, script.registered_at) + hours(script, 1, 12) * _HOUR
    due = script.registered_at + 24 * _HOUR
    if script.draw.chance(0.5):
        ended = script.decide(
            looked, vt, "not_required", anew=True, reason="no_hg", classification="not_hg",
            labelled_at=None,
        )  # fmt: skip
        script.run("decision", vt, known, due, ended)
        return
    ended = script.decide(looked, vt, anew=True, labelled_at=looked)
    script.run("decision", vt, known, due, ended)
    walk(script, vt, ended, ways(script))


def corrected(script: Script) -> None:
    """Amended while it is under way: the newer message is receipted and accepted as well."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    got = script.tell(sent + 2 * _MINUTE, "received", vt)
    script.run("receipt", vt, sent, sent + _HOUR, got)
    if script.draw.chance(0.3):
        script.decide(sent + 30 * _MINUTE, vt, "unchanged", anew=True)
    anew = script.decide(sent + 40 * _MINUTE, vt, anew=True)
    # The five working days run from the first receipt, so two from the second are in time.
    walk(script, vt, anew, Way(assessed=2, fed_back=script.draw.whole(10, 50)))


def withdrawn(script: Script) -> None:
    """Withdrawn after it was sent; Veilig Thuis confirms that it knows."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    got = script.tell(sent + 3 * _MINUTE, "received", vt)
    script.run("receipt", vt, sent, sent + _HOUR, got)
    at = max(sent + _HOUR, clock_time(working(day_of(sent), 1), 9))
    told = script.decide(at, vt, anew=True, event="withdrawn", reason="withdrawn")
    confirmed = script.tell(told + 4 * _MINUTE, "received", vt)
    script.run("receipt", vt, told, told + _HOUR, confirmed)
    script.stands[vt].state = "withdrawn"


def sent_on(script: Script) -> None:
    """Rejected for its region, and sent on by the hub itself."""
    vt, to = script.place.vt, f"vt:{NEIGHBOUR}"
    if vt == to:
        referred(script)
        return
    sent = script.decide(script.registered_at + first_decision(script), vt)
    rejected = reject(script, vt, sent, "wrong_region", region=NEIGHBOUR)
    script.ask("reroute", to, rejected)
    moved = script.decide(
        rejected + 2 * _MINUTE, to, instead_of=vt, region=NEIGHBOUR, routing_rule="rejection"
    )
    script.run("rejection", vt, rejected, over(working(day_of(rejected), 1)), moved)
    script.stands[vt].state = "rerouted"
    walk(script, to, moved, ways(script))


def completed(script: Script) -> None:
    """Rejected as incomplete, and completed within hours; a late answer changes nothing."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + first_decision(script), vt)
    rejected = reject(script, vt, sent, "incomplete")
    if script.draw.chance(0.5):
        script.remark(rejected + _HOUR, "accepted", vt)
    done = script.decide(rejected + 3 * _HOUR, vt, anew=True)
    script.run("rejection", vt, rejected, over(working(day_of(rejected), 1)), done)
    walk(script, vt, done, ways(script))


def ordered(script: Script) -> None:
    """A restraining order, and help within a week; not where holidays take that week."""
    day = day_of(script.registered_at + 3 * _HOUR)
    if (working(working(day, 2) + timedelta(days=3), 0) - day).days >= _MOST_OF_AN_ORDER:
        referred(script)
        return
    since = script.registered_at + 2 * _HOUR
    script.order = since, days_on(since, 10) if script.draw.chance(0.5) else None
    sent = script.decide(since + first_decision(script), script.place.vt)
    walk(script, script.place.vt, sent, Way(assessed=2, fed_back=3))


def with_noise(script: Script) -> None:
    """What comes early, twice, from another, contradicts, or is about nothing that was sent."""
    vt = script.place.vt
    sent = script.decide(script.registered_at + 2 * _MINUTE, vt, lag=3 * _MINUTE)
    script.again(90 * _MINUTE)
    walk(script, vt, sent, Way(receipt=1, assessed=3, fed_back=30))
    script.again(_HOUR)
    # Also of a receipt after midnight the acceptance is in by then.
    later = clock_time(working(day_of(sent), 3), 9)
    script.remark(later, "received", vt)
    script.remark(later + _MINUTE, "rejected", vt, code="incomplete")
    script.remark(later + 2 * _MINUTE, "accepted", f"vt:{NEIGHBOUR}", message_id=script.message(vt))
    script.remark(later + 3 * _MINUTE, "received", vt, message_id="m-never-sent")
    script.note(later + 4 * _MINUTE, "duplicate")
    script.note(later + 5 * _MINUTE, "superseded")


ORDINARY: Weighted[Story] = Weighted([
    (referred, 48), (with_notice, 8), (no_violence, 20), (suspected, 6), (corrected, 4),
    (withdrawn, 1.5), (sent_on, 2), (completed, 2), (held, 2), (rejected_and_held, 1),
    (restricted, 0.5), (ordered, 2.5), (with_noise, 2.5),
])  # fmt: skip
