"""What the ledger tells of an incident, as far as it decides whether that may go."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

from made_ledger import INCIDENT, START, VT, answer, at, decision, whole_ladder

from ketensluis.ledger.balance import balance, contradiction
from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.ledger.events import add
from ketensluis.ledger.fold import cases
from ketensluis.model.ledger import Alarm, LedgerEvent
from ketensluis.model.record import Coordinates
from ketensluis.model.resources import resource
from ketensluis.retention.held import Block, open_alarms, unfinished
from ketensluis.retention.orders import Order, event_of, processing_of
from ketensluis.retention.told import Told

CLOCKS = Clocks(load(resource("reference") / "clocks.yaml"))
PLACE = "police.incidents[0]@7"


def erased(**fields: Any) -> LedgerEvent:
    told = {
        "event_id": "e-1", "kind": "erased", "incident_id": INCIDENT, "sequence": 1,
        "recipient": None, "occurred_at": at(900), "record": PLACE, "code": "incident-five-years",
    }  # fmt: skip
    return LedgerEvent(**{**told, **fields})


def told_of(*events: LedgerEvent, offset: int = 7) -> Told:
    told = Told(INCIDENT)
    told.record(Coordinates("police.incidents", 0, offset))
    for event in events:
        told.event(event)
    return told


def test_an_erasure_is_a_rung_of_every_case_and_changes_nothing_else_of_the_books():
    before, events = whole_ladder(), ()
    for event in (*before, erased()):
        events = add(events, event)
    (was,), (now,) = cases(tuple(before)), cases(events)
    assert (now.erased_at, now.rungs[-1].name) == (at(900), "erased")
    assert (now.state, now.closed_at, now.changed_at) == (was.state, was.closed_at, was.changed_at)
    assert contradiction(now) is None
    assert balance([now]).totals() == balance([was]).totals()


def test_the_order_of_arrival_makes_no_difference_to_an_erasure():
    seen = set()
    for order in permutations([*whole_ladder()[:3], erased()]):
        events = ()
        for event in order:
            events = add(events, event)
        seen.add(cases(events))
    assert len(seen) == 1


def test_a_version_after_the_erasure_is_content_anew():
    later = decision(1_000, sequence=2, record="police.incidents[0]@9")
    (case,) = cases((*whole_ladder(), erased(), later))
    assert case.erased_at is None
    assert told_of(*whole_ladder(), erased()).held().erased_at == at(900)
    again = told_of(*whole_ladder(), erased(), offset=9).held()
    assert (again.erased_at, again.record) == (None, "police.incidents[0]@9")


def test_an_erasure_again_has_an_id_of_its_own_and_the_same_one_once_more_the_same():
    first = told_of(*whole_ladder()).held()
    second = told_of(*whole_ladder(), offset=9).held()
    order = Order("incident-five-years", "d1", "Wpg art. 8", held=first)
    assert event_of(order, first, at(1)).event_id == event_of(order, first, at(2)).event_id
    assert event_of(order, first, at(1)).event_id != event_of(order, second, at(1)).event_id
    record = processing_of(order, first, at(1))
    (action,) = record.actions
    assert (action.kind, action.reason, action.legal_basis) == (
        "erase", "incident-five-years", ("Wpg art. 8",),
    )  # fmt: skip


def test_an_override_blocks_until_it_ends_or_is_ended():
    given = LedgerEvent(
        event_id="o", kind="override", incident_id=INCIDENT, sequence=1, recipient=VT,
        occurred_at=at(5), record=PLACE, code="hold", overrides=("o1",), until=at(100),
    )  # fmt: skip
    ended = LedgerEvent(
        event_id="x", kind="override", incident_id=INCIDENT, sequence=1, recipient=VT,
        occurred_at=at(6), record=PLACE, code="end", overrides=("o2",), until=at(7), replaces="o1",
    )  # fmt: skip
    books = cases(tuple(whole_ladder()))
    held = told_of(*whole_ladder(), given).held(books)
    assert unfinished(held, CLOCKS, at(99)) == (Block("override_in_force", "o1"),)
    assert unfinished(held, CLOCKS, at(101)) == ()
    assert unfinished(told_of(*whole_ladder(), given, ended).held(books), CLOCKS, at(99)) == ()


def test_a_case_that_tells_less_than_the_ledger_blocks():
    books = cases(tuple(whole_ladder()))
    newer = decision(2_000, sequence=2)
    held = told_of(*whole_ladder(), newer).held(books)
    assert Block("books_behind", VT) in unfinished(held, CLOCKS, at(3_000))
    assert unfinished(told_of(*whole_ladder()).held(books), CLOCKS, at(3_000)) == ()


def test_an_alarm_stands_until_it_is_cleared_whatever_the_order():
    def alarm(kind: Any, minutes: int = 60) -> Alarm:
        return Alarm(
            alarm_id=f"{kind}{minutes}", kind=kind, clock="receipt", incident_id=INCIDENT,
            recipient=VT, due_at=at(minutes), raised_at=at(minutes), addressed_to="x", unit="u",
            region=None,
        )  # fmt: skip

    for order in permutations([alarm("due_soon"), alarm("overdue"), alarm("cleared")]):
        assert open_alarms(order) == {}
    standing = open_alarms([alarm("overdue"), alarm("cleared"), alarm("overdue", 90)])
    assert standing == {INCIDENT: (f"receipt {VT}",)}


def test_pseudonyms_are_those_of_the_newest_version():
    told = told_of(decision(1), answer(2, "received"))
    told.keys(2, ["b"])
    told.keys(1, ["a"])
    assert told.held().keys == frozenset("b")
    assert told.held().registered_at == START
    assert START + timedelta(minutes=1) == told.held().decided_at
