"""Who sees what: first of all, what must not be seen."""

from __future__ import annotations

from typing import Any

import pytest
from made_ledger import at
from sqlalchemy import Engine
from worklist_rig import (
    COORDINATOR,
    INTAKE,
    NOW,
    OM,
    SUPERVISOR,
    UNIT,
    VT,
    Rig,
    alarm,
    case,
    held,
)

from ketensluis.model.ledger import Rung
from services.worklist.access import Forbidden, Role, Viewer
from services.worklist.chasing import ChaseCode, record_chase
from services.worklist.conferences import draw_up, kept, news
from services.worklist.conferences import held as held_conferences
from services.worklist.incidents import incident
from services.worklist.paging import WrongQuestion
from services.worklist.queries import Filter, open_cases, overdue, summary

OTHER_UNIT = Viewer(Role.HG_COORDINATOR, frozenset({"Rotterdam"}))
OTHER_REGION = Viewer(Role.INTAKE, regions=frozenset({"twente"}))
PROSECUTION = Viewer(Role.INTAKE, units=frozenset({UNIT}))
NOBODY = Viewer(Role.HG_COORDINATOR)
AUDIT = Viewer(Role.CONTROL_DEPARTMENT, frozenset({"*"}))


def seen(engine: Engine, viewer: Viewer, **asked: Any) -> set[tuple[str, str]]:
    lines = open_cases(engine, viewer, Filter(**asked), NOW).lines
    return {(each.incident_id, each.recipient) for each in lines}


@pytest.mark.parametrize("viewer", [OTHER_UNIT, OTHER_REGION, PROSECUTION, NOBODY], ids=str)
def test_another_unit_region_or_office_sees_no_trace(rig: Rig, viewer: Viewer):
    rig.tell(case(1), alarm(1), held(2))
    assert seen(rig.engine, viewer) == set()
    assert seen(rig.engine, viewer, unit=UNIT) == set()
    assert overdue(rig.engine, viewer, Filter(), NOW).lines == ()
    assert incident(rig.engine, viewer, "PL0900-1", NOW) is None
    assert summary(rig.engine, viewer) == {"open": 0, "overdue": 0}


def test_each_side_sees_its_own_and_audit_sees_all(rig: Rig):
    rig.tell(case(1), case(1, recipient=OM), case(2, unit="Rotterdam"))
    assert seen(rig.engine, COORDINATOR) == {("PL0900-1", VT), ("PL0900-1", OM)}
    assert seen(rig.engine, INTAKE) == {("PL0900-1", VT), ("PL0900-2", VT)}
    assert seen(rig.engine, PROSECUTION) == {("PL0900-1", OM)}
    assert len(seen(rig.engine, AUDIT)) == 3


def test_what_was_not_sent_does_not_exist_for_its_recipient(rig: Rig):
    rig.tell(
        held(1),
        case(2, state="undecided", outcome="suspected", sent_at=None),
        case(3, state="refused", outcome="refused", reason="no_agreement", sent_at=None),
        alarm(1, clock="hold_over"),
        alarm(3, "no_route", "route"),
    )
    assert seen(rig.engine, INTAKE) == set()
    assert overdue(rig.engine, INTAKE, Filter(), NOW).lines == ()
    for number in (1, 2, 3):
        assert incident(rig.engine, INTAKE, f"PL0900-{number}", NOW) is None


def test_why_by_whom_and_until_when_it_is_held_is_for_supervision_only(rig: Rig):
    rig.tell(held(1))
    (line,) = open_cases(rig.engine, COORDINATOR, Filter(), NOW).lines
    assert (line.state, line.reason, line.hold_until, line.hold_by_role) == (
        "held", None, None, None,
    )  # fmt: skip
    told = incident(rig.engine, COORDINATOR, "PL0900-1", NOW).model_dump_json()
    assert "hold_investigation" not in told
    assert "investigation_lead" not in told
    with pytest.raises(WrongQuestion):
        open_cases(rig.engine, COORDINATOR, Filter(reason="hold_investigation"), NOW)

    (line,) = open_cases(rig.engine, SUPERVISOR, Filter(reason="hold_investigation"), NOW).lines
    assert (line.reason, line.hold_by_role) == ("hold_investigation", "investigation_lead")
    assert (
        "hold_investigation" in incident(rig.engine, SUPERVISOR, "PL0900-1", NOW).model_dump_json()
    )


def test_a_hold_of_before_stays_hidden_on_the_ladder_of_what_was_sent(rig: Rig):
    before = held(1).rungs
    sent = Rung(name="sent", at=at(9), evidence="e2")
    rig.tell(case(1, rungs=(*before, sent)))
    for viewer in (COORDINATOR, INTAKE):
        told = incident(rig.engine, viewer, "PL0900-1", NOW).model_dump_json()
        assert "hold_investigation" not in told
    (obligation,) = incident(rig.engine, INTAKE, "PL0900-1", NOW).obligations
    assert [each.name for each in obligation.ladder] == ["sent"]


def test_that_a_person_overruled_a_decision_is_for_supervision_only(rig: Rig):
    rig.tell(case(1, rungs=(Rung(name="overruled", at=at(2), evidence="e", code="release"),)))
    for viewer, count in ((COORDINATOR, 0), (INTAKE, 0), (SUPERVISOR, 1)):
        (obligation,) = incident(rig.engine, viewer, "PL0900-1", NOW).obligations
        assert len(obligation.ladder) == count


@pytest.mark.parametrize("released", [False, True])
def test_the_restricted_class_is_for_supervision_only_also_after_its_release(
    rig: Rig, *, released: bool
):
    row = held(1, "restricted_class")
    if released:
        row = case(1, rungs=(*row.rungs, Rung(name="sent", at=at(9), evidence="e2")))
    rig.tell(row, alarm(1, clock="hold_review"))
    assert seen(rig.engine, COORDINATOR) == set()
    assert incident(rig.engine, COORDINATOR, "PL0900-1", NOW) is None
    assert overdue(rig.engine, COORDINATOR, Filter(), NOW).lines == ()
    assert summary(rig.engine, COORDINATOR)["open"] == 0
    assert seen(rig.engine, SUPERVISOR) == {("PL0900-1", VT)}
    # A conference's list lies on the table: nobody brings it there.
    assert news(rig.engine, SUPERVISOR, VT, NOW).lines == ()


def test_the_senders_own_clocks_do_not_show_to_the_recipient_of_what_was_sent(rig: Rig):
    to_sender = "police:midden-nederland/hg_coordinator"
    rig.tell(
        case(1, outcome="held", reason="hold_investigation", hold_until=at(60)),
        alarm(1),
        alarm(1, clock="hold_over", addressed_to=to_sender),
    )
    (line,) = overdue(rig.engine, INTAKE, Filter(), NOW).lines
    assert line.run.clock == "receipt"
    (line,) = open_cases(rig.engine, INTAKE, Filter(), NOW).lines
    assert (line.overdue, line.reason, line.hold_until) == (("receipt",), None, None)
    assert summary(rig.engine, INTAKE)["overdue"] == 1
    assert "hold" not in incident(rig.engine, INTAKE, "PL0900-1", NOW).model_dump_json().replace(
        '"hold_until":null,"hold_by_role":null', ""
    )
    assert {each.run.clock for each in overdue(rig.engine, COORDINATOR, Filter(), NOW).lines} == {
        "receipt",
        "hold_over",
    }


def test_the_region_which_may_follow_a_secret_address_does_not_show_to_another_recipient(rig: Rig):
    rig.tell(case(1, recipient=OM, region="friesland"))
    (line,) = open_cases(rig.engine, PROSECUTION, Filter(), NOW).lines
    assert line.region is None
    assert open_cases(rig.engine, PROSECUTION, Filter(region="friesland"), NOW).lines == ()


def test_classification_signals_and_reason_are_the_polices_own(rig: Rig):
    rig.tell(case(1, signals=("relation",), reason="unchanged"))
    (line,) = open_cases(rig.engine, INTAKE, Filter(), NOW).lines
    assert (line.classification, line.signals, line.reason) == (None, (), None)
    with pytest.raises(WrongQuestion):
        open_cases(rig.engine, INTAKE, Filter(reason="unchanged"), NOW)


def test_a_case_that_moves_to_another_unit_takes_its_clocks_with_it(rig: Rig):
    rig.tell(case(1), alarm(1))
    rig.tell(case(1, unit="Rotterdam"))
    assert overdue(rig.engine, COORDINATOR, Filter(), NOW).lines == ()
    assert len(overdue(rig.engine, OTHER_UNIT, Filter(), NOW).lines) == 1


def test_a_page_goes_on_exactly_where_the_last_one_ended(rig: Rig):
    rig.tell(*(case(number, registered_at=at(number // 3)) for number in range(1, 26)))
    rig.tell(*(alarm(number, due_at=at(number // 4)) for number in range(1, 26)))
    for ask in (open_cases, overdue):
        found: list[str] = []
        after = None
        while True:
            page = ask(rig.engine, COORDINATOR, Filter(limit=4, after=after), NOW)
            found += [getattr(each, "case", each).incident_id for each in page.lines]
            after = page.next
            if after is None:
                break
            assert len(page.lines) == 4
        assert len(found) == len(set(found)) == 25


@pytest.mark.parametrize("after", ["x", "e30", "WzFd", "WyIyMDI2LTAxLTAxIiwiYSIsImIiXQ", "é"])
def test_a_cursor_that_no_page_gave_is_refused(rig: Rig, after: str):
    with pytest.raises(WrongQuestion):
        open_cases(rig.engine, COORDINATOR, Filter(after=after), NOW)


def test_filters_narrow_and_a_dossier_is_asked_by_its_incidents(rig: Rig):
    rig.tell(*(case(number) for number in (1, 2, 3)), case(2, recipient=OM, state="received"))
    assert seen(rig.engine, COORDINATOR, incidents=("PL0900-1", "PL0900-3")) == {
        ("PL0900-1", VT),
        ("PL0900-3", VT),
    }
    assert seen(rig.engine, COORDINATOR, recipient=OM) == {("PL0900-2", OM)}
    assert seen(rig.engine, COORDINATOR, state="received") == {("PL0900-2", OM)}
    assert seen(rig.engine, COORDINATOR, region="twente") == set()
    with pytest.raises(WrongQuestion):
        seen(rig.engine, COORDINATOR, clock="receipt")


def test_a_conference_shows_what_is_new_since_the_last_one_whenever_it_happened(rig: Rig):
    rig.tell(case(1), case(2), case(3), held(4))
    first = draw_up(rig.engine, COORDINATOR, VT, NOW)
    assert [(line.incident_id, line.was) for line in first.lines] == [
        ("PL0900-1", None), ("PL0900-2", None), ("PL0900-3", None),
    ]  # fmt: skip
    assert news(rig.engine, COORDINATOR, VT, NOW).lines == ()

    # The same row again is no news; a receipt of long ago that comes in late is.
    rig.tell(case(1), case(2, state="received", received_at=at(3)), case(5))
    found = news(rig.engine, COORDINATOR, VT, NOW).lines
    assert [(line.incident_id, line.was, line.state) for line in found] == [
        ("PL0900-2", "sent", "received"),
        ("PL0900-5", None, "sent"),
    ]
    second = draw_up(rig.engine, COORDINATOR, VT, NOW)
    assert kept(rig.engine, COORDINATOR, first.number).lines == first.lines
    assert [each.number for each in held_conferences(rig.engine, COORDINATOR, VT)] == [
        second.number,
        first.number,
    ]


def test_another_units_conference_neither_shows_nor_uses_up_ones_own_news(rig: Rig):
    rig.tell(case(1), case(2, unit="Rotterdam"))
    theirs = draw_up(rig.engine, OTHER_UNIT, VT, NOW)
    assert [line.incident_id for line in theirs.lines] == ["PL0900-2"]
    assert [line.incident_id for line in news(rig.engine, COORDINATOR, VT, NOW).lines] == [
        "PL0900-1"
    ]
    assert kept(rig.engine, COORDINATOR, theirs.number) is None
    assert held_conferences(rig.engine, COORDINATOR) == []


def test_a_recipient_makes_no_list_and_puts_no_chasing_on_record(rig: Rig):
    rig.tell(case(1))
    with pytest.raises(Forbidden):
        draw_up(rig.engine, INTAKE, VT, NOW)
    with pytest.raises(Forbidden):
        record_chase(
            rig.engine, INTAKE, incident_id="PL0900-1", recipient=VT,
            code=ChaseCode.CALLED, follow_up_on=None, now=NOW,
        )  # fmt: skip


def test_chasing_is_on_record_by_role_and_time_for_the_police_only(rig: Rig):
    rig.tell(case(1))
    record_chase(
        rig.engine, COORDINATOR, incident_id="PL0900-1", recipient=VT,
        code=ChaseCode.ANSWER_PROMISED, follow_up_on=NOW.date(), now=NOW,
    )  # fmt: skip
    (obligation,) = incident(rig.engine, SUPERVISOR, "PL0900-1", NOW).obligations
    (line,) = obligation.chases
    assert (line.code, line.by_role, line.by_scope, line.at) == (
        "answer_promised", "hg_coordinator", UNIT, NOW,
    )  # fmt: skip
    (obligation,) = incident(rig.engine, INTAKE, "PL0900-1", NOW).obligations
    assert obligation.chases == ()


def test_chasing_what_one_may_not_see_is_as_if_it_were_not_there(rig: Rig):
    rig.tell(case(1))
    for viewer, recipient in ((OTHER_UNIT, VT), (COORDINATOR, OM)):
        assert (
            record_chase(
                rig.engine, viewer, incident_id="PL0900-1", recipient=recipient,
                code=ChaseCode.CALLED, follow_up_on=None, now=NOW,
            )
            is None
        )  # fmt: skip
