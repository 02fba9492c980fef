"""Absence made an event: which alarm and which request, when, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from made_ledger import INCIDENT, OM, OTHER, VT, answer, at, decision

from ketensluis.ledger.alarms import alarms, next_moment, resolve, standing
from ketensluis.ledger.clock_data import ClockFile, load
from ketensluis.ledger.clocks import Clocks, overdue, running
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases
from ketensluis.ledger.requests import coordinates, requests
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.record import Coordinates
from ketensluis.model.resources import resource

CLOCKS = Clocks(load(resource("reference") / "clocks.yaml"))


def known(*told: LedgerEvent) -> Events:
    events: Events = ()
    for event in told:
        events = add(events, event)
    return events


class Watch:
    """Looks at the same incident again and again, and remembers what it raised."""

    def __init__(self) -> None:
        self.raised: dict[str, tuple[str, ...]] = {}

    def look(self, events: Events, as_of: datetime) -> list[tuple[str, str]]:
        found = alarms(cases(events), CLOCKS, as_of, self.raised)
        self.raised = resolve(self.raised, found)
        return [(each.kind, each.clock) for each in found]


def test_each_alarm_is_raised_once_in_its_time():
    watch, silent = Watch(), known(decision(0))

    assert watch.look(silent, at(10)) == []
    assert watch.look(silent, at(46)) == [("due_soon", "receipt")]
    assert watch.look(silent, at(47)) == []
    assert watch.look(silent, at(60)) == [("overdue", "receipt")]
    assert watch.look(silent, at(60 + 24 * 60)) == [("escalated", "receipt")]
    assert watch.look(silent, at(99_999)) == []


def test_an_answer_clears_what_was_raised_once():
    watch = Watch()
    watch.look(known(decision(0)), at(61))
    answered = known(decision(0), answer(70, "received"))

    assert watch.look(answered, at(71)) == [("cleared", "receipt")]
    assert watch.look(answered, at(72)) == []


def test_what_is_cleared_is_told_to_whoever_was_told_last():
    answered = known(decision(0), answer(9_000, "received"))

    def cleared(seen: int, clocks: Clocks = CLOCKS) -> str:
        raised = resolve({}, alarms(cases(known(decision(0))), CLOCKS, at(seen), {}))
        (alarm, *_) = [
            each
            for each in alarms(cases(answered), clocks, at(9_001), raised)
            if each.kind == "cleared"
        ]
        return alarm.addressed_to

    assert cleared(61) == f"{VT}/intake"
    assert cleared(9_000) == "police:midden-nederland/hg_coordinator", "it was escalated"
    without = ClockFile(clocks=())
    assert cleared(61, Clocks(without)) == "police:midden-nederland/supervisor", "no such clock"


def test_a_clock_that_is_paused_clears_what_it_said_and_says_it_anew_for_its_new_deadline():
    day = 24 * 60
    watch = Watch()
    told = [decision(0), answer(1, "received"), answer(2, "rejected", code="incomplete")]
    assert watch.look(known(*told), at(day + 10 * 60)) == [("due_soon", "rejection")]

    on_hold = {"outcome": "held", "reason": "hold_safety", "hold_until": at(4 * day)}
    paused = known(*told, decision(day + 10 * 60 + 1, sequence=2, event="amended", **on_hold))
    assert watch.look(paused, at(day + 10 * 60 + 2)) == [("cleared", "rejection")]
    assert watch.look(paused, at(4 * day - 1)) == []
    # Friday is the one working day that counts; the hold was not followed by a decision either.
    assert watch.look(paused, at(5 * day)) == [("overdue", "rejection"), ("overdue", "hold_over")]


def test_an_answer_in_time_clears_nothing_for_nothing_was_raised():
    assert Watch().look(known(decision(0), answer(5, "received")), at(6)) == []


def test_a_deadline_that_passed_while_nobody_looked_still_alarms():
    found = Watch().look(known(decision(0)), at(30 * 24 * 60))

    assert found == [("overdue", "receipt"), ("escalated", "receipt")]


def test_a_message_that_is_sent_anew_has_a_clock_and_alarms_of_its_own():
    watch = Watch()
    watch.look(known(decision(0)), at(61))
    anew = known(decision(0), decision(100, sequence=2, event="amended"))

    assert watch.look(anew, at(101)) == [("cleared", "receipt")]
    assert watch.look(anew, at(160)) == [("overdue", "receipt")]


def test_ids_depend_on_what_is_overdue_and_not_on_when_it_was_seen():
    silent = cases(known(decision(0)))
    one, other = (alarms(silent, CLOCKS, at(minute), {})[0] for minute in (61, 62))

    assert one.alarm_id == other.alarm_id
    assert one.addressed_to == f"{VT}/intake"


@pytest.mark.parametrize("reason", ["no_agreement", "agreement_expired", "no_route"])
def test_an_obligation_without_a_route_alarms_at_once_and_clears_when_it_has_one(reason: str):
    watch, refused = Watch(), decision(0, outcome="refused", reason=reason)

    assert watch.look(known(refused), at(0)) == [("no_route", "route")]
    assert watch.look(known(refused), at(1)) == []
    assert watch.look(known(refused, decision(5, event_id="anew")), at(6)) == [("cleared", "route")]


def moments(events: Events) -> list[datetime]:
    """Every moment at which somebody who looks only when there is something to say looks."""
    raised: dict[str, tuple[str, ...]] = {}
    asked: list[str] = []
    looked: list[datetime] = []
    while True:
        found = cases(events)
        now = next_moment(events, found, CLOCKS, raised, asked)
        if now is None:
            return looked
        assert now not in looked, "looking in vain"
        looked.append(now)
        raised = resolve(raised, alarms(found, CLOCKS, now, raised))
        asked += [each.request_id for each in requests(events, found, now)]


def test_the_next_moment_is_the_first_at_which_there_is_something_to_say():
    assert moments(known(decision(0))) == [at(45), at(60), at(60 + 24 * 60)]
    assert moments(known(decision(30))) == [at(75), at(90), at(90 + 24 * 60)]
    assert moments(known(decision(0, outcome="not_required"))) == []


def test_what_an_event_makes_due_at_once_is_due_since_then():
    assert moments(known(decision(0, outcome="refused", reason="no_agreement"))) == [at(0)]
    assert moments(known(decision(0), WRONG))[0] == at(3)
    assert at(600) in moments(known(held()))


def test_what_was_raised_and_no_longer_runs_is_due_to_be_cleared():
    answered = known(decision(0), answer(70, "received"), answer(71, "feedback", code="closed"))
    raised = resolve({}, alarms(cases(known(decision(0))), CLOCKS, at(61), {}))

    assert standing(raised, "overdue") == {VT: ("receipt",)}
    assert next_moment(answered, cases(answered), CLOCKS, raised, ()) == at(60)

    raised = resolve(raised, alarms(cases(answered), CLOCKS, at(72), raised))
    assert next_moment(answered, cases(answered), CLOCKS, raised, ()) is None
    assert standing(raised, "overdue") == {}


def test_what_is_overdue_is_told_in_one_order_by_the_clocks_and_by_what_was_raised():
    events = known(decision(0, restrained_from=at(0)))
    events = add(events, answer(1, "received"))
    watch, late = Watch(), at(60 * 24 * 60)
    watch.look(events, late)
    (case,) = cases(events)

    over = overdue(running(case, CLOCKS, late))
    assert len(over) > 1
    assert standing(watch.raised, "overdue") == {VT: over}


def held(**fields: Any) -> LedgerEvent:
    return decision(0, outcome="held", reason="hold_safety", hold_until=at(600), **fields)


def asked(events: Events, as_of: datetime) -> list[tuple[str, str | None, str | None]]:
    found = requests(events, cases(events), as_of)
    return [(each.reason, each.recipient, each.instead_of) for each in found]


def test_a_hold_that_is_over_asks_for_a_decision_on_the_newest_record():
    events = known(held(), held(sequence=2, record="police.incidents[1]@99"))

    assert asked(events, at(599)) == []
    (request,) = requests(events, cases(events), at(600))
    assert (request.topic, request.partition, request.offset) == ("police.incidents", 1, 99)
    assert (request.reason, request.recipient) == ("hold_over", VT)
    (again,) = requests(events, cases(events), at(700))
    assert again.request_id == request.request_id


def test_a_correction_on_hold_is_asked_for_too_though_an_earlier_version_was_sent():
    told = [decision(0), answer(1, "received")]
    kept_back = decision(
        9, sequence=2, event="amended", outcome="held", reason="hold_safety", hold_until=at(600)
    )

    assert asked(known(*told, kept_back), at(599)) == []
    assert asked(known(*told, kept_back), at(600)) == [("hold_over", VT, None)]
    moved = decision(700, sequence=2, recipient=OTHER, instead_of=VT)
    assert asked(known(*told, kept_back, moved), at(701)) == []


def test_a_hold_that_was_decided_anew_asks_nothing():
    assert asked(known(held(), decision(601)), at(700)) == []


WRONG = answer(3, "rejected", code="wrong_region", region="gelderland-midden")


def test_a_rejection_that_names_the_right_region_asks_for_that_route():
    assert asked(known(decision(0), WRONG), at(4)) == [("reroute", OTHER, VT)]


@pytest.mark.parametrize(
    "rejection",
    [
        answer(3, "rejected", code="incomplete"),
        answer(3, "rejected", code="wrong_region"),
        answer(3, "rejected", code="wrong_region", region="utrecht"),
    ],
)
def test_a_rejection_that_names_no_other_region_is_left_to_a_person(rejection: LedgerEvent):
    assert asked(known(decision(0), rejection), at(4)) == []


def test_what_an_office_of_om_rejects_is_no_referral_for_a_region_instead():
    about = {"recipient": OM, "message_id": f"m-{OM}-1"}
    wrong = answer(3, "rejected", code="wrong_region", region="gelderland-midden", **about)

    assert asked(known(decision(0, recipient=OM), wrong), at(4)) == []


def test_two_regions_that_point_at_each_other_are_left_to_a_person():
    back = answer(
        9,
        "rejected",
        recipient=OTHER,
        message_id=f"m-{OTHER}-1",
        code="wrong_region",
        region="utrecht",
    )
    events = known(decision(0), WRONG, decision(5, recipient=OTHER, instead_of=VT), back)

    assert asked(events, at(10)) == []
    open_states = {case.recipient: case.state for case in cases(events)}
    assert open_states == {VT: "rerouted", OTHER: "rejected"}


def test_the_record_of_the_incident_is_found_among_decisions_made_on_request():
    events = known(
        decision(0), decision(9, record="disclosure.requests[0]@4", event_id="on-request")
    )

    assert coordinates(events) == Coordinates("police.incidents", 0, 7)
    assert coordinates(known(answer(1, "received"))) is None


def test_alarms_carry_procedural_facts_only():
    (alarm,) = alarms(cases(known(decision(0))), CLOCKS, at(61), {})

    assert alarm.incident_id == INCIDENT
    assert alarm.due_at - at(0) == timedelta(hours=1)
    assert (alarm.unit, alarm.region) == ("Midden-Nederland", "utrecht")
