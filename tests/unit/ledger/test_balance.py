"""The books: every line adds up, and what they do not explain is named."""

from __future__ import annotations

import msgspec
import pytest
from made_ledger import OM, OTHER, VT, answer, at, decision, whole_ladder

from ketensluis.errors import KetensluisError
from ketensluis.ledger.balance import balance, balances, contradiction
from ketensluis.ledger.balance_text import as_json, as_text
from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases
from ketensluis.ledger.sheet import BESIDE, LINES, line_explained
from ketensluis.ledger.source import Source
from ketensluis.model.ledger import Case, LedgerEvent


def of(*incidents: list[LedgerEvent]) -> list[Case]:
    found: list[Case] = []
    for told in incidents:
        events: Events = ()
        for event in told:
            events = add(events, event)
        found.extend(cases(events))
    return found


def own(incident: str, *told: LedgerEvent) -> list[LedgerEvent]:
    return [msgspec.structs.replace(each, incident_id=incident) for each in told]


DAY = of(
    whole_ladder("A"),
    own("B", decision(1), answer(2, "received"), decision(1, recipient=OM)),
    own("C", decision(1, outcome="suspected", classification="suspected")),
    own("D", decision(1, outcome="held", reason="hold_safety", hold_until=at(99))),
    own("E", decision(1, outcome="not_required", reason="no_hg", classification="not_hg")),
    own("F", decision(1, outcome="refused", reason="no_agreement")),
    own(
        "G",
        decision(1),
        answer(2, "received"),
        answer(3, "rejected", code="wrong_region"),
        decision(9, recipient=OTHER, instead_of=VT),
    ),
)


def test_an_incident_is_hg_by_the_version_in_force_whatever_an_earlier_recipient_was_owed():
    gone = own(
        "H",
        decision(1, outcome="held", reason="hold_safety", hold_until=at(99)),
        decision(1, recipient=OM, outcome="held", reason="hold_safety", hold_until=at(99)),
        decision(9, sequence=2, outcome="not_required", reason="no_hg", classification="not_hg"),
    )
    sheet = balance(of(gone, own("B", decision(1), decision(1, recipient=OM))))

    assert (sheet.incidents, sheet.hg) == (2, 1)


def test_every_obligation_is_on_one_line_of_each_level_and_each_line_adds_up():
    sheet = balance(DAY)

    assert list(sheet.faults()) == []
    assert sheet.holds
    assert sheet.totals() == {
        "incidents": 7,
        "hg": 5,
        "suspected": 1,
        "obligations": 9,
        "undecided": 1,
        "sent": 5,
        "received": 3,
        "accepted": 1,
        "rejected": 1,
        "held": 2,
        "not_required": 1,
        "assessed": 1,
        "fed_back": 1,
        "closed": 2,
        "overdue": 0,
        "quarantined": 0,
        "unaccounted": 0,
    }
    assert sheet["rerouted"] == 1
    assert sheet.closed_incidents == 2


def test_a_record_without_any_ledger_event_is_named():
    incoming = {"police.incidents[0]@1": "A", "police.incidents[0]@2": "LOST"}
    sheet = balance(DAY, Source(incoming=incoming, accounted={"police.incidents[0]@1"}))

    assert [(each.incident_id, each.reason) for each in sheet.unaccounted] == [
        ("LOST", "no_ledger_event")
    ]
    assert not sheet.holds


def test_a_lost_second_version_of_a_known_incident_is_named():
    incoming = {"police.incidents[0]@1": "A", "police.incidents[0]@7": "A"}
    sheet = balance(DAY, Source(incoming=incoming, accounted={"police.incidents[0]@1"}))

    assert [each.incident_id for each in sheet.unaccounted] == ["A"]


def test_a_lost_record_that_names_no_incident_is_named_by_its_place():
    sheet = balance(DAY, Source(incoming={"police.incidents[0]@3": None}))

    assert [each.incident_id for each in sheet.unaccounted] == ["police.incidents[0]@3"]


def test_a_record_in_quarantine_is_accounted_for():
    place = "police.incidents[0]@4"
    source = Source(incoming={place: "BAD"}, accounted={place}, quarantined=1)

    sheet = balance(DAY, source)
    assert sheet.holds
    assert sheet.totals()["quarantined"] == 1


def test_an_incident_on_the_ledger_without_any_obligation_is_named():
    (found,) = balance(DAY, Source(decided=frozenset("ABCDEFGH"))).unaccounted

    assert (found.incident_id, found.reason) == ("H", "no_obligation")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"received_at": at(2)}, "no_evidence_received"),
        ({"sent_at": None}, "unshown_sent"),
    ],
)
def test_a_case_that_contradicts_its_rungs_is_found(change: dict[str, object], code: str):
    (case,) = of(own("A", decision(1)))
    wrong = msgspec.structs.replace(case, **change)

    assert contradiction(case) is None
    assert contradiction(wrong) == code
    assert balance([wrong]).unaccounted[0].reason == code


def test_an_obligation_with_a_clock_that_ran_out_is_counted_once():
    (case,) = of(own("A", decision(1)))
    late = msgspec.structs.replace(case, overdue=("receipt", "acceptance"))

    assert balance([late]).totals()["overdue"] == 1


def test_the_parts_add_up_to_the_whole():
    parts = balances(DAY, by=lambda case: case.recipient)

    whole = balance(DAY).counts
    for line in LINES:
        assert sum(part[line.name] for part in parts.values()) == whole[line.name]


def test_the_text_ends_with_what_is_unaccounted_and_explains_when_asked():
    text = as_text("Balance", balance(DAY), balances(DAY, by=lambda case: case.recipient))
    assert text.splitlines()[-1].split() == ["unaccounted", "0"]
    assert "vt:utrecht" in text

    source = Source(answered={("UNHEARD-OF", VT, None)})
    explained = as_text("Balance", balance(DAY, source), explain=True)
    for line in (*(each.name for each in LINES), *BESIDE):
        assert line_explained(line) in explained, line


def test_what_is_unaccounted_stands_by_name_in_text_and_json():
    sheet = balance(DAY, Source(incoming={"police.incidents[0]@2": "LOST"}))

    assert "LOST no_ledger_event" in as_text("Balance", sheet)
    assert as_json(sheet)["unaccounted_items"][0]["incident_id"] == "LOST"
    assert as_json(sheet)["holds"] is False


def test_an_answer_of_somebody_who_was_sent_nothing_is_named_and_holds_nothing_up():
    shown = {
        ("B", VT, f"m-{VT}-1"),
        ("B", VT, "m-never-sent"),
        ("B", OTHER, f"m-{VT}-1"),
    }
    told = {("B", OTHER, "m-never-sent"), ("UNHEARD-OF", VT, None)}
    sheet = balance(DAY, Source(answered=shown | told))

    assert set(sheet.unmatched) == told, "the others stand on the ladder, with a note"
    assert sheet.holds
    assert "UNHEARD-OF vt:utrecht" in as_text("Balance", sheet)
    assert as_json(sheet)["unmatched_answers"][0] == {
        "incident_id": "B", "sender": OTHER, "message_id": "m-never-sent",
    }  # fmt: skip


def test_an_unknown_line_cannot_be_explained():
    with pytest.raises(KetensluisError, match="unknown_line"):
        line_explained("profit")
    assert all(line_explained(line.name) for line in LINES)


def test_a_correction_after_assessment_awaits_its_receipt_and_the_books_still_add_up():
    sheet = balance(of([*whole_ladder(), decision(200, sequence=2, event="amended")]))

    assert (sheet["answered_unreceipted"], sheet["received"]) == (1, 0)
    assert sheet.holds
