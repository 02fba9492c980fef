"""Which rule decides, and in which form a value goes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from made_incidents import AT, HOME, SECRET, agreement, incident, person

from ketensluis.model.incident import Incident
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor


def redact(
    it: Incident, *rules: Any, recipient: Any = "vt:groningen", at: Any = AT
) -> dict[str, Any]:
    redactor = Redactor(agreement(*rules), Pseudonyms(SECRET))
    found = redactor.redact(it, recipient=recipient, at=at, masker=None)
    return msgspec.to_builtins(found.released, str_keys=True)


def persons(*of: Any, relations: Any = (), **more: Any):
    return incident(persons=list(of), relations=list(relations), **more)


SEX = {"id": "sex", "fields": ["persons[].sex"]}
BORN = ["persons[].birth_date"]


def test_what_no_rule_names_is_withheld():
    assert redact(incident(), {"id": "a", "fields": ["team"]}) == {"team": "Basisteam Noord"}


def test_a_rule_for_one_role_says_nothing_of_another():
    it = persons(person("p1", "victim", sex="f"), person("p2", "witness", sex="m"))
    rule = SEX | {"when": {"role": "victim"}}
    assert list(redact(it, rule)["persons"]) == [{"sex": "f"}]


@pytest.mark.parametrize("turned", [False, True])
def test_the_most_protective_rule_wins_whatever_the_order(turned: Any):
    rules = [
        {"id": "a", "fields": BORN},
        {"id": "b", "fields": BORN, "action": "generalise", "to": "year"},
        {"id": "c", "fields": BORN, "action": "generalise", "to": "age_band"},
    ]
    it = persons(person("p1", "victim", birth_date="2010-03-02"))
    rules = rules[::-1] if turned else rules
    assert list(redact(it, *rules)["persons"]) == [{"birth_date": "12-17"}]
    withhold = {"id": "d", "fields": BORN, "action": "withhold"}
    assert redact(it, *rules, withhold) == {}


@pytest.mark.parametrize(
    ("born", "goes"),
    [("2008-03-01", False), ("2008-03-02", True), (None, False), ("2030-01-01", False)],
)
def test_age_is_that_of_the_day_of_the_incident(born: Any, goes: Any):
    it = persons(person("p1", "victim", sex="f", birth_date=born))
    released = redact(it, SEX | {"when": {"age": {"under": 18}}})
    assert ("persons" in released) is goes


def test_a_condition_that_cannot_be_told_only_protects():
    minors = {"id": "minors", "fields": ["persons[].sex"], "when": {"age": {"under": 18}}}
    unborn = persons(person("p1", "victim", sex="f"))
    assert redact(unborn, minors) == {}
    assert "persons" in redact(unborn, SEX)
    assert redact(unborn, SEX, minors | {"action": "withhold"}) == {}


def test_of_two_rules_that_protect_alike_the_one_that_surely_holds_is_named():
    doubtful = SEX | {"id": "a", "when": {"age": {"under": 18}}}
    it = persons(person("p1", "victim", sex="f"))
    redactor = Redactor(agreement(doubtful, SEX), Pseudonyms(SECRET))
    found = redactor.redact(it, recipient="vt:groningen", at=AT, masker=None)
    assert {each.path: each.rule for each in found.verdicts}["persons[0].sex"] == "sex"


@pytest.mark.parametrize(
    "relation",
    [{"from": "k", "to": "v", "kind": "child"}, {"from": "v", "to": "k", "kind": "parent"}],
)
def test_a_relation_is_read_from_both_sides(relation: Any):
    it = persons(
        person("v", "victim", sex="f"), person("k", "involved", sex="m"), relations=[relation]
    )
    rule = SEX | {"when": {"relation": {"kind": "child", "of": "victim"}}}
    assert list(redact(it, rule)["persons"]) == [{"sex": "m"}]


@pytest.mark.parametrize(
    ("when", "changed", "goes"),
    [
        ({"case_type": "complaint"}, {"case_type": "complaint"}, True),
        ({"case_type": "complaint"}, {"case_type": "report"}, False),
        ({"case_type": "complaint"}, {}, False),
        ({"incident_class": ["threat"]}, {"incident_class": "threat"}, True),
        ({"incident_class": ["threat"]}, {}, False),
        ({"violence": "stalking"}, {"violence": ["threat", "stalking"]}, True),
        ({"violence": "stalking"}, {"violence": ["threat"]}, False),
        ({"risk": "high"}, {"risk": [{"instrument": "sash", "level": "high"}]}, True),
        ({"risk": "high"}, {"risk": [{"instrument": "sash", "level": "unknown"}]}, False),
        ({"children_present": "yes"}, {"children_present": "yes"}, True),
        ({"children_present": "yes"}, {"children_present": "unknown"}, False),
        ({"project_codes": "children"}, {"project_codes": ["children"]}, True),
        ({"measures": "arrest"}, {"measures": [{"kind": "arrest"}]}, True),
        ({"measures": "arrest", "violence": "threat"}, {"measures": [{"kind": "arrest"}]}, False),
    ],
)
def test_conditions_on_the_incident_all_have_to_hold(when: Any, changed: Any, goes: Any):
    released = redact(incident(**changed), {"id": "a", "fields": ["team"], "when": when})
    assert ("team" in released) is goes


@pytest.mark.parametrize(
    ("field", "to", "expected"),
    [
        ("occurred_at", "day", "2026-03-02"),
        ("occurred_at", "month", "2026-03"),
        ("occurred_at", "year", "2026"),
    ],
)
def test_a_time_is_generalised_to_the_local_date(field: Any, to: Any, expected: Any):
    rule = {"id": "a", "fields": [field], "action": "generalise", "to": to}
    assert redact(incident(occurred_at="2026-03-01T23:30:00Z"), rule) == {field: expected}


def test_an_address_is_generalised_to_postcode_and_municipality():
    it = persons(person("p1", "victim", address=HOME | {"municipality": "GM0014"}))
    released = redact(
        it,
        {
            "id": "a",
            "fields": ["persons[].address.postcode"],
            "action": "generalise",
            "to": "postcode4",
        },
        {
            "id": "b",
            "fields": ["persons[].address.city"],
            "action": "generalise",
            "to": "municipality",
        },
    )
    assert released["persons"][0] == {"address": {"postcode": "9711", "city": "GM0014"}}


def test_what_has_no_such_form_is_withheld():
    it = persons(person("p1", "victim", address={"postcode": "Elzenlaan 5"}))
    rule = {
        "id": "a",
        "fields": ["persons[].address.postcode"],
        "action": "generalise",
        "to": "postcode4",
    }
    assert redact(it, rule) == {}


def test_a_pseudonym_is_stable_for_a_recipient_and_a_year_and_for_nobody_else():
    rule = {"id": "a", "fields": ["persons[].bsn"], "action": "pseudonymise"}
    it = persons(person("p1", "victim", bsn="999999990"))

    def pseudonym(**how: Any):
        return redact(it, rule, **how)["persons"][0]["bsn"]

    one = pseudonym()
    assert one == pseudonym()
    assert "999999990" not in one
    assert one != pseudonym(recipient="vt:twente")
    assert one != pseudonym(at=AT.replace(year=2027))


def test_the_same_local_id_in_two_incidents_gives_two_pseudonyms():
    rule = {"id": "a", "fields": ["persons[].person_id"], "action": "pseudonymise"}
    one = redact(persons(person("p1", "victim")), rule)
    other = redact(persons(person("p1", "victim"), incident_id="PL2"), rule)
    assert one["persons"] != other["persons"]


def test_a_short_secret_is_no_secret():
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonyms(b"short")
