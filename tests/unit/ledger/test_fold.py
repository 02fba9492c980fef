"""The books of one incident: what each combination of events comes to."""

from __future__ import annotations

import pytest
from made_ledger import INCIDENT, OM, OTHER, VT, answer, at, decision, whole_ladder

from ketensluis.ledger.events import add
from ketensluis.ledger.fold import cases, incident_closed, settled
from ketensluis.ledger.pauses import Pause, pauses
from ketensluis.model.ledger import Case, LedgerEvent


def fold(*events: LedgerEvent) -> dict[str, Case]:
    known = ()
    for event in events:
        known = add(known, event)
    return {case.recipient: case for case in cases(known)}


def notes(case: Case) -> list[tuple[str, str | None]]:
    return [(rung.name, rung.note) for rung in case.rungs if rung.note is not None]


def test_the_whole_ladder_shows_each_rung_with_its_own_time_and_evidence():
    case = fold(*whole_ladder())[VT]

    assert case.state == "closed"
    assert [(rung.name, rung.at) for rung in case.rungs] == [
        ("registered", at(0)),
        ("classified", at(0)),
        ("decided", at(1)),
        ("sent", at(1)),
        ("received", at(2)),
        ("accepted", at(30)),
        ("assessed", at(60)),
        ("fed_back", at(90)),
        ("closed", at(90)),
    ]
    assert len({rung.evidence for rung in case.rungs}) == 5
    assert case.owner == VT


@pytest.mark.parametrize(
    ("count", "state", "owner"),
    [
        (1, "sent", "police:midden-nederland"),
        (2, "received", "police:midden-nederland"),
        (3, "accepted", VT),
        (4, "assessed", VT),
        (5, "closed", VT),
    ],
)
def test_ownership_stays_with_the_sender_until_acceptance(count: int, state: str, owner: str):
    case = fold(*whole_ladder()[:count])[VT]

    assert (case.state, case.owner) == (state, owner)


def test_no_rung_is_inferred_from_a_later_one():
    case = fold(decision(1), answer(90, "feedback", code="handed_over"))[VT]

    assert case.state == "fed_back"
    assert (case.received_at, case.accepted_at, case.assessed_at) == (None, None, None)


def test_a_repeated_answer_is_noted_and_the_first_counts():
    case = fold(decision(1), answer(2, "received"), answer(5, "received"))[VT]

    assert case.received_at == at(2)
    assert notes(case) == [("received", "repeated")]


def test_an_acceptance_after_a_rejection_is_late_and_changes_nothing():
    rejected = [decision(1), answer(2, "received"), answer(3, "rejected", code="incomplete")]
    case = fold(*rejected, answer(9, "accepted"), answer(10, "assessed", code="no_unsafety"))[VT]

    assert case.state == "rejected"
    assert case.owner == "police:midden-nederland"
    assert (case.accepted_at, case.assessed_at) == (None, None)
    assert notes(case) == [("accepted", "late"), ("assessed", "late")]


def test_a_rejection_after_an_acceptance_is_noted_and_the_dossier_stays_accepted():
    case = fold(decision(1), answer(3, "accepted"), answer(9, "rejected", code="incomplete"))[VT]

    assert (case.state, case.owner) == ("accepted", VT)
    assert notes(case) == [("rejected", "contradicts")]


def test_a_receipt_before_the_decision_is_seen_waits_and_then_counts():
    early = answer(2, "received")
    known = add((), early)
    assert cases(known) == ()

    known = add(known, decision(1))
    assert cases(known)[0].received_at == at(2)


def test_an_answer_for_a_message_that_nobody_sent_is_noted_and_changes_nothing():
    case = fold(decision(1), answer(2, "received", message_id="m-never"))[VT]

    assert (case.state, case.received_at) == ("sent", None)
    assert notes(case) == [("received", "unknown_message")]


def test_an_answer_by_another_than_the_recipient_is_noted_and_changes_nothing():
    case = fold(decision(1), answer(2, "accepted", recipient=OTHER))[VT]

    assert (case.state, case.accepted_at) == ("sent", None)
    assert notes(case) == [("accepted", "other_sender")]


def test_an_amended_referral_awaits_its_receipt_anew():
    case = fold(
        decision(1),
        answer(2, "received"),
        answer(3, "accepted"),
        decision(10, sequence=2, event="amended"),
        answer(11, "received", event_id="late-receipt-of-the-first"),
    )[VT]

    assert (case.state, case.sequence, case.message_id) == ("sent", 2, f"m-{VT}-2")
    assert (case.received_at, case.accepted_at) == (None, None)
    assert case.owner == VT, "the dossier was taken over; a correction does not give it back"
    assert ("received", "replaced_message") in notes(case)


def test_an_assessment_of_a_replaced_message_counts_for_the_dossier():
    case = fold(
        decision(1), decision(10, sequence=2, event="amended"), answer(20, "assessed", code="x")
    )[VT]

    assert case.assessed_at == at(20)


def test_a_dossier_that_was_closed_before_a_correction_left_is_open_again():
    case = fold(*whole_ladder(), decision(200, sequence=2, event="amended"))[VT]

    assert case.closed_at is None
    assert not settled(case)


def test_an_unchanged_amendment_leaves_the_message_in_force():
    case = fold(decision(1), answer(2, "received"), decision(9, sequence=2, outcome="unchanged"))[
        VT
    ]

    assert (case.state, case.outcome, case.sequence) == ("received", "released", 2)
    assert notes(case) == []


def test_a_hold_that_ends_unchanged_is_over_and_leaves_the_message_in_force():
    held = decision(9, sequence=2, outcome="held", reason="hold_safety", hold_until=at(600))
    over = decision(601, sequence=2, outcome="unchanged", reason="unchanged")
    case = fold(decision(1), answer(2, "received"), held, over)[VT]

    assert (case.state, case.outcome, case.hold_until) == ("received", "released", None)
    assert ("held", "replaced") in notes(case)
    assert pauses(case, {"hold_safety"}) == (Pause(at(9), at(601)),)


def test_what_is_odd_in_the_newest_version_stands_on_the_ladder():
    mended = decision(9, sequence=2, outcome="unchanged", notes=("GM0457 ceased",))
    case = fold(decision(1, notes=("persons[0].bsn fails the 11-test",)), mended)[VT]

    assert [rung.code for rung in case.rungs if rung.name == "noted"] == ["GM0457 ceased"]


def test_a_completed_referral_after_a_rejection_starts_a_new_round():
    case = fold(
        decision(1),
        answer(2, "received"),
        answer(3, "rejected", code="incomplete"),
        decision(20, sequence=2, event="amended"),
        answer(21, "feedback", code="closed"),
    )[VT]

    assert (case.state, case.rejected_at, case.closed_at) == ("sent", None, None)
    assert ("rejected", "earlier_round") in notes(case)


def test_a_withdrawal_is_settled_once_its_receipt_is_here():
    told = [
        decision(1),
        answer(2, "received"),
        decision(9, sequence=2, event="withdrawn", reason="withdrawn"),
    ]
    assert fold(*told)[VT].state == "sent"

    case = fold(*told, answer(12, "received", sequence=2))[VT]
    assert (case.state, case.closed_at) == ("withdrawn", at(12))
    assert settled(case)


def test_a_rejected_leg_that_was_sent_elsewhere_stays_beside_the_new_one():
    found = fold(
        decision(1),
        answer(2, "received"),
        answer(3, "rejected", code="wrong_region", region="gelderland-midden"),
        decision(10, recipient=OTHER, region="gelderland-midden", instead_of=VT),
    )

    assert found[VT].state == "rerouted"
    assert found[VT].closed_at == at(10)
    assert (found[OTHER].state, found[OTHER].instead_of) == ("sent", VT)
    assert not incident_closed(found.values())


def test_a_leg_that_comes_back_to_its_first_recipient_is_open_there_again():
    found = fold(
        decision(1),
        answer(3, "rejected", code="wrong_region"),
        decision(10, recipient=OTHER, instead_of=VT),
        decision(20, sequence=2, event="amended", instead_of=OTHER),
    )

    assert (found[VT].state, found[OTHER].state) == ("sent", "rerouted")


def test_a_leg_that_is_sent_and_moves_on_at_one_and_the_same_time_has_moved():
    sent = decision(9, trigger="disclosure.requests[0]@1")
    onward = decision(9, recipient=OTHER, instead_of=VT, trigger="disclosure.requests[0]@2")
    wrong = answer(9, "rejected", code="wrong_region", region="gelderland-midden")

    assert fold(sent, wrong, onward)[VT].state == "rerouted"


def test_a_leg_on_which_nothing_left_moves_when_a_new_version_names_another_recipient():
    found = fold(
        decision(1, outcome="suspected", classification="suspected"),
        decision(10, sequence=2, recipient=OTHER, event="amended"),
    )

    assert (found[VT].state, found[OTHER].state) == ("rerouted", "sent")


def test_an_unsent_notice_that_a_new_version_no_longer_owes_lapses():
    found = fold(
        decision(1, outcome="suspected", classification="suspected"),
        decision(1, recipient=OM, outcome="held", reason="hold_safety", hold_until=at(99)),
        decision(10, sequence=2, event="amended"),
    )

    assert (found[OM].state, found[OM].reason, found[OM].hold_until) == (
        "not_required",
        "lapsed",
        None,
    )
    assert settled(found[OM])


def test_a_leg_on_which_a_message_left_stays_open_until_its_recipient_is_told():
    found = fold(decision(1), decision(10, sequence=2, recipient=OTHER, event="amended"))

    assert found[VT].state == "sent"


def test_a_withdrawal_at_the_old_region_runs_its_own_course_beside_the_new_one():
    found = fold(
        decision(1),
        decision(10, sequence=2, event="withdrawn"),
        decision(10, sequence=2, recipient=OTHER, event="amended", instead_of=VT),
    )

    assert found[VT].state == "sent"


def test_a_hold_shows_until_when_and_by_whom_and_ends_with_a_new_decision():
    held = decision(
        1,
        outcome="held",
        reason="hold_safety",
        hold_until=at(600),
        hold_by_role="hg_coordinator",
        event_id="held",
    )
    case = fold(held)[VT]
    assert (case.state, case.hold_until, case.hold_by_role) == ("held", at(600), "hg_coordinator")
    assert not settled(case)

    case = fold(held, decision(601))[VT]
    assert (case.state, case.hold_until) == ("sent", None)
    assert ("held", "replaced") in notes(case)


def test_an_amendment_on_hold_leaves_the_sent_message_on_its_ladder():
    case = fold(
        decision(1),
        answer(2, "received"),
        decision(9, sequence=2, outcome="held", reason="hold_safety", hold_until=at(600)),
    )[VT]

    assert (case.state, case.outcome, case.hold_until) == ("received", "held", at(600))


def test_a_late_label_keeps_the_original_time_of_registration():
    case = fold(
        decision(1, outcome="not_required", reason="no_hg", classification="not_hg"),
        decision(30_000, sequence=2, event="amended", labelled_at=at(29_990)),
    )[VT]

    assert (case.registered_at, case.decided_at, case.state) == (at(0), at(30_000), "sent")
    classified = [(rung.code, rung.at) for rung in case.rungs if rung.name == "classified"]
    assert classified == [("not_hg", at(1)), ("hg", at(29_990))]


@pytest.mark.parametrize(
    ("outcome", "state", "done"),
    [
        ("suspected", "undecided", False),
        ("held", "held", False),
        ("refused", "refused", False),
        ("not_required", "not_required", True),
    ],
)
def test_what_was_not_sent_is_settled_only_if_nothing_is_owed(
    outcome: str, state: str, *, done: bool
):
    case = fold(decision(1, outcome=outcome))[VT]

    assert (case.state, settled(case)) == (state, done)


def test_an_incident_is_closed_only_when_every_obligation_is():
    own = [*whole_ladder(), decision(1, recipient=OM)]
    assert not incident_closed(fold(*own).values())

    ended = answer(99, "om_decision", recipient=OM, message_id=f"m-{OM}-1", code="dismissal")
    found = fold(*own, ended)
    assert found[OM].state == "closed"
    assert incident_closed(found.values())
    assert not incident_closed([])


def test_a_decision_of_om_that_leaves_work_open_does_not_close():
    case = fold(
        decision(1, recipient=OM),
        answer(9, "om_decision", recipient=OM, message_id=f"m-{OM}-1", code="unfinished"),
    )[OM]

    assert case.state == "fed_back"


@pytest.mark.parametrize("kind", ["duplicate", "superseded", "quarantined"])
def test_what_is_only_noted_makes_no_obligation(kind: str):
    event = LedgerEvent(
        event_id="n",
        kind=kind,  # type: ignore[arg-type]
        incident_id=INCIDENT,
        sequence=1,
        recipient=None,
        occurred_at=at(1),
        record="police.incidents[0]@8",
    )

    assert cases(add((), event)) == ()


def test_one_id_with_two_contents_gives_one_event_whatever_came_first():
    one, other = decision(1, event_id="same"), decision(2, event_id="same")

    assert add(add((), one), other) == add(add((), other), one)
