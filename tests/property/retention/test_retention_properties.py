"""Whatever is held, and in whatever order: nothing unfinished is ever due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from made_ledger import OM, START, VT, answer, decision

from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks, running
from ketensluis.ledger.fold import cases, settled
from ketensluis.model.resources import resource
from ketensluis.retention.held import Held
from ketensluis.retention.plan import Plan, plan
from ketensluis.retention.rules import Retention, load_retention

CLOCKS = Clocks(load(resource("reference") / "clocks.yaml"))
FIVE_YEARS = load_retention(resource("reference"))
SINCE_CLOSED = FIVE_YEARS.model_copy(
    update={
        "rules": tuple(
            each.model_copy(update={"counted_from": "closed"}) if each.messages == ("incident",)
            else each
            for each in FIVE_YEARS.rules
        )
    }
)  # fmt: skip
LONG_AFTER = START + timedelta(days=6 * 365)

outcomes = st.sampled_from(["released", "held", "refused", "not_required", "suspected"])
kinds = st.sampled_from(["received", "accepted", "rejected", "assessed", "feedback"])
names = st.integers(0, 5).map(lambda number: f"PL0900-{number}")


@st.composite
def incidents(draw: st.DrawFn) -> Held:
    """An incident as the hub may hold it: closed, half way, held, alarmed, quarantined..."""
    incident_id = draw(names)
    day = draw(st.integers(0, 4 * 365)) * 24 * 60
    events = []
    for recipient in draw(st.sets(st.sampled_from([VT, OM]), max_size=2)):
        outcome = draw(outcomes)
        events.append(
            decision(
                day + 1, incident_id=incident_id, recipient=recipient, outcome=outcome,
                registered_at=START + timedelta(minutes=day),
            )
        )  # fmt: skip
        steps = draw(st.lists(kinds, max_size=5)) if outcome == "released" else []
        if outcome == "released" and draw(st.booleans()):
            steps = ["received", "accepted", "assessed", "feedback"]
        for step, kind in enumerate(steps):
            events.append(
                answer(
                    day + 2 + step, kind, incident_id=incident_id, recipient=recipient,
                    message_id=f"m-{recipient}-1",
                    code="closed" if kind == "feedback" else None,
                )
            )  # fmt: skip
    few = st.sampled_from([(), (), (), ("x",)])
    until = LONG_AFTER + timedelta(days=draw(st.sampled_from([-9, 9])))
    decided = draw(st.sampled_from([True, True, True, False])) or bool(events)
    return Held(
        incident_id,
        registered_at=START + timedelta(minutes=day) if decided else None,
        decided_at=START + timedelta(minutes=day + 1) if decided else None,
        cases=cases(tuple(sorted(events, key=lambda each: (each.occurred_at, each.event_id)))),
        undecided=draw(few),
        alarms=draw(few),
        quarantined=draw(few),
        overrides=draw(st.sampled_from([(), (("o", until),)])),
        keys=draw(st.frozensets(st.sampled_from("abc"), max_size=1)),
        erased_at=draw(st.sampled_from([None, None, None, LONG_AFTER])),
    )


held = st.lists(incidents(), max_size=8, unique_by=lambda each: each.incident_id)
rules = st.sampled_from([FIVE_YEARS, SINCE_CLOSED])
moments = st.integers(0, 7 * 365).map(lambda days: START + timedelta(days=days))


def applied(known: list[Held], done: Plan) -> list[Held]:
    gone = {each.incident_id for each in done.due}
    return [replace(e, erased_at=done.at) if e.incident_id in gone else e for e in known]


@given(held, rules, moments)
@settings(deadline=None, max_examples=40)
def test_nothing_unfinished_is_ever_due(known: list[Held], retention: Retention, at: datetime):
    by_id = {each.incident_id: each for each in known}
    for due in plan(retention, known, CLOCKS, at).due:
        each = by_id[due.incident_id]
        assert due.since <= at
        assert each.erased_at is None
        assert each.registered_at is not None
        assert (each.undecided, each.alarms, each.quarantined) == ((), (), ())
        assert all(until <= at for _, until in each.overrides)
        assert all(settled(case) and not running(case, CLOCKS, at) for case in each.cases)
        assert at > each.registered_at + timedelta(days=5 * 365)


@given(held, rules, moments)
@settings(deadline=None, max_examples=40)
def test_each_incident_is_told_of_once(known: list[Held], retention: Retention, at: datetime):
    told = plan(retention, known, CLOCKS, at)
    counted = sum(told.within_term.values()) + told.unfinished + told.erased + told.no_term
    assert len(told.due) + len(told.blocked) + counted == len(known)
    assert all(each.reasons for each in told.blocked)


@given(held.flatmap(lambda known: st.tuples(st.just(known), st.permutations(known))), moments)
@settings(deadline=None, max_examples=40)
def test_the_order_makes_no_difference_and_planning_twice_gives_the_same(
    orders: tuple[list[Held], list[Held]], at: datetime
):
    one, other = orders
    assert plan(FIVE_YEARS, one, CLOCKS, at) == plan(FIVE_YEARS, other, CLOCKS, at)


@given(held, rules, moments)
@settings(deadline=None, max_examples=40)
def test_once_applied_nothing_more_is_due(known: list[Held], retention: Retention, at: datetime):
    first = plan(retention, known, CLOCKS, at)
    again = plan(retention, applied(known, first), CLOCKS, at)
    assert again.due == ()
    assert again.blocked == first.blocked
    assert again.erased == first.erased + len(first.due)


def test_a_closed_incident_past_its_term_is_due_and_one_that_waits_for_a_receipt_is_not():
    """So that the properties above are not about nothing."""
    closed = cases((
        decision(1),
        answer(2, "received"), answer(3, "accepted"), answer(4, "feedback", code="closed"),
    ))  # fmt: skip
    waiting = cases((decision(1, incident_id="PL0900-2"),))
    told = plan(
        FIVE_YEARS,
        [
            Held("PL0900-1", START, START, cases=closed),
            Held("PL0900-2", START, START, cases=waiting, alarms=("receipt vt:utrecht",)),
        ],
        CLOCKS,
        LONG_AFTER,
    )
    assert [(each.incident_id, each.rule) for each in told.due] == [
        ("PL0900-1", "incident-five-years")
    ]
    assert told.due[0].since == datetime(2031, 3, 2, 23, tzinfo=UTC)
    assert set(told.reasons()) == {"open_obligation", "running_clock", "open_alarm"}


def test_an_incident_is_kept_as_long_as_a_later_one_of_its_dossier():
    early = Held("PL0900-1", START, START, keys=frozenset("a"))
    late = Held("PL0900-2", START + timedelta(days=900), START, keys=frozenset("ab"))
    other = Held("PL0900-3", START, START, keys=frozenset("c"))
    told = plan(FIVE_YEARS, [early, late, other], CLOCKS, LONG_AFTER)
    assert [each.incident_id for each in told.due] == ["PL0900-3"]
    assert [str(reason) for reason in told.blocked[0].reasons] == ["later_in_dossier (PL0900-2)"]
    much_later = plan(FIVE_YEARS, [early, late, other], CLOCKS, LONG_AFTER + timedelta(days=900))
    assert len(much_later.due) == 3
