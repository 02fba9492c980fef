"""What the tracker decides, without Kafka."""

from __future__ import annotations

from datetime import datetime

from made_ledger import VT, answer, at, decision

from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.resources import resource
from services.tracker.process import Told, Tracking
from services.tracker.remembered import Remembered

TRACKING = Tracking(Clocks(load(resource("reference") / "clocks.yaml")))


def after(*steps: LedgerEvent | datetime) -> Told:
    known = Remembered()
    for step in steps:
        if isinstance(step, LedgerEvent):
            told = TRACKING.events(known, [step])
        else:
            told = TRACKING.moment(known, step)
        known = told.known
    return told


def test_an_event_again_tells_the_same_rows_and_remembers_the_same():
    once, twice = after(decision(0)), after(decision(0), decision(0))

    assert (once.rows, once.known) == (twice.rows, twice.known)
    assert once.rows[0].state == "sent"


def test_an_event_raises_nothing_by_itself_and_says_when_to_look():
    told = after(decision(0))

    assert told.once == ()
    assert told.known.due == at(45)


def test_a_row_is_overdue_from_its_alarm_until_its_answer():
    assert after(decision(0), at(61)).rows[0].overdue == ("receipt",)
    assert after(decision(0), at(61), decision(0)).rows[0].overdue == ("receipt",)
    cleared = after(decision(0), at(61), answer(62, "received"), at(63))
    assert cleared.rows[0].overdue == ()
    assert [each.kind for each in cleared.alarms] == ["cleared"]


def test_a_request_is_made_once():
    held = decision(0, outcome="held", reason="hold_safety", hold_until=at(600))

    assert [each.reason for each in after(held, at(600)).requests] == ["hold_over"]
    assert after(held, at(600), at(601)).requests == ()


def test_a_row_of_a_settled_case_is_never_overdue():
    told = after(decision(0), at(61), answer(62, "feedback", code="closed"))

    assert (told.rows[0].recipient, told.rows[0].overdue) == (VT, ())
