"""`sluis decide` and `sluis explain`, as far as they are not printing."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from made_incidents import AT, REGIONS, incident, person, rules

from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.intake import read_lines, to_json
from ketensluis.model.ledger import LedgerEvent
from ketensluis.redaction.paths import concrete_paths
from services.disclosure.decide_file import decide_file
from services.disclosure.explain import explain

KEYS = [
    "incident_id",
    "sequence",
    "recipient",
    "kind",
    "outcome",
    "reason",
    "agreement",
    "version",
    "routing_rule",
    "released",
    "withheld",
]


def decided(*lines: bytes) -> list[Any]:
    stream = io.BytesIO(b"\n".join(lines))
    return list(decide_file(read_lines(stream, REGIONS), at=AT, rules=rules()))


def test_each_line_is_decided_with_those_before_it_as_history():
    first = to_json(incident())
    second = to_json(incident(sequence=2, event="amended", children_present="yes"))
    found = decided(first, first, b"{", second)
    assert [line.number for line in found] == [1, 2, 3, 4]
    assert isinstance(found[2].result, Refused)
    outcomes = [line.result[0].outcome for line in found if not isinstance(line.result, Refused)]
    assert outcomes == ["released", "duplicate", "released"]


def test_the_printed_object_has_the_keys_of_the_contract():
    [line] = decided(to_json(incident()))
    printed = json.loads(json.dumps(line.result[0].to_json()))
    assert list(printed) == KEYS
    assert printed["released"]["persons"][0]["role"] == "victim"
    assert all(set(kept) == {"path", "rule"} for kept in printed["withheld"])


def test_a_conflicting_line_is_refused_and_the_next_ones_go_on():
    other = to_json(incident(incident_id="PL2"))
    found = decided(to_json(incident()), to_json(incident(team="Zuid")), other)
    assert isinstance(found[1].result, Refused)
    assert found[2].result[0].outcome == "released"


def test_an_earlier_labelled_incident_of_the_same_person_makes_one_suspect():
    who = [person("p1", "involved", bsn="999999990")]
    plain = {"project_codes": [], "relations": [], "incident_class": "vandalism", "persons": who}
    labelled = to_json(incident(persons=who, relations=[]))
    later = to_json(incident(incident_id="PL2", **plain))
    assert decided(later)[0].result[0].outcome == "not_required"
    assert decided(labelled, later)[1].result[0].outcome == "suspected"


def test_explain_tells_every_field_once_in_both_languages():
    record = incident(narrative="tekst", place={"city": "Elders"}, hold=None)
    found = explain(record, "vt:groningen", at=AT, history=None, rules=rules())
    assert sorted(each.path for each in found.fields) == sorted(concrete_paths(record))
    assert all(each.why_nl and each.why_en for each in found.fields)
    printed = found.to_json()
    assert printed["agreement"] == "politie-veilig-thuis"
    assert printed["outcome"] == "released"
    assert set(printed["fields"][0]) == {"path", "action", "rule", "why"}


@pytest.mark.parametrize(
    "changed",
    [
        {"restricted": True},
        {"project_codes": []},
        {"event": "withdrawn"},
        {"hold": {"reason": "hold_safety", "until": "2030-01-01T00:00:00Z", "by_role": "x"}},
    ],
)
def test_explain_tells_every_field_also_when_nothing_goes(changed: Any):
    record = incident(**changed)
    found = explain(record, "vt:groningen", at=AT, history=None, rules=rules())
    assert sorted(each.path for each in found.fields) == sorted(concrete_paths(record))
    assert {each.action for each in found.fields} == {"withhold"}
    assert all(each.why_nl != each.why_en for each in found.fields)


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"project_codes": []}, "held", "suspected"),
        ({"project_codes": [], "relations": []}, "not_required", "no_hg"),
        ({"restricted": True}, "held", "restricted_class"),
        ({"event": "withdrawn"}, "not_required", "withdrawn"),
        ({}, "released", None),
    ],
)
def test_explain_answers_one_of_the_four_outcomes_of_the_contract(
    changed: Any, outcome: str, reason: str | None
):
    found = explain(incident(**changed), "vt:groningen", at=AT, history=None, rules=rules())
    told = found.to_json()
    assert (told["outcome"], told["reason"]) == (outcome, reason)


def test_explain_says_that_a_recipient_could_not_be_reached():
    record = incident()
    was = LedgerEvent(
        event_id="e", kind="decision", incident_id=record.incident_id, sequence=1,
        recipient="vt:groningen", occurred_at=AT, record="police.incidents/0/1",
        unit=record.unit, outcome="refused", reason="no_route",
    )  # fmt: skip
    found = explain(record, "vt:groningen", at=AT, history=None, rules=rules(), was=was)
    assert (found.outcome, found.reason) == ("refused", "no_route")
    assert {each.action for each in found.fields} == {"withhold"}
    assert all(each.why_nl != each.why_en and "no_route" not in each.why for each in found.fields)


def test_explain_names_the_recipients_if_asked_for_another():
    with pytest.raises(KetensluisError, match="vt:groningen"):
        explain(incident(), "vt:twente", at=AT, history=None, rules=rules())
