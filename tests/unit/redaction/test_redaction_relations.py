"""A rule about whoever is related to somebody of a role and an age."""

from __future__ import annotations

from typing import Any

import pytest
from made_incidents import AT, EXAMPLES, SECRET, agreement, incident, person

from ketensluis.model.incident import Incident
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor

PARENT = {"from": "o1", "to": "v1", "kind": "parent"}


def named(it: Incident, by: Any) -> list[str]:
    """The surnames that go."""
    redactor = Redactor(by, Pseudonyms(SECRET))
    found = redactor.redact(it, recipient="raad:kinderbescherming", at=AT, masker=None)
    return [each.surname for each in (found.released.persons or ()) if each.surname]


def family(born: str | None, role: str = "victim", **more: Any) -> Incident:
    """A mother and her child, who was born on that day."""
    who = [
        person("v1", role, surname="Kind", **({"birth_date": born} if born else {})),
        person("o1", "involved", surname="Moeder"),
    ]
    return incident(persons=who, **{"relations": [PARENT], **more})


# The incident is of 1 March 2026; who was born on 29 February 2008 comes of age on that day.
@pytest.mark.parametrize(
    ("born", "goes"),
    [("2008-03-01", False), ("2008-02-29", False), ("2008-03-02", True), ("1990-05-06", False),
     ("2026-08-01", False), (None, False)],
)  # fmt: skip
@pytest.mark.parametrize(
    "relation", [PARENT, {"from": "v1", "to": "o1", "kind": "child"}], ids=["parent", "child"]
)
def test_a_parent_of_a_victim_under_18_is_told_by_the_age_of_the_victim(
    born: str | None,
    goes: bool,  # noqa: FBT001 - a case
    relation: Any,
):
    rule = {
        "id": "parents",
        "fields": ["persons[].surname"],
        "when": {"relation": {"kind": "parent", "of": "victim", "of_age": {"under": 18}}},
    }
    it = family(born, relations=[relation])
    assert named(it, agreement(rule)) == (["Moeder"] if goes else [])


def test_one_of_several_related_is_enough():
    rule = {
        "id": "parents",
        "fields": ["persons[].surname"],
        "when": {"relation": {"kind": "parent", "of": "victim", "of_age": {"under": 18}}},
    }
    who = [
        person("v1", "victim", birth_date="1990-05-06"),
        person("v2", "victim", birth_date="2015-05-06"),
        person("o1", "involved", surname="Moeder"),
    ]
    it = incident(persons=who, relations=[PARENT, PARENT | {"to": "v2"}])
    assert named(it, agreement(rule)) == ["Moeder"]


BOARD = next(each for each in EXAMPLES.all if each.recipient == "raad:kinderbescherming")


@pytest.mark.parametrize(
    ("born", "role", "goes"),
    [
        ("1990-05-06", "victim", []),  # the mother of a grown-up victim is no business of the board
        (None, "victim", []),
        ("2015-05-06", "victim", ["Kind", "Moeder"]),
        (None, "child", ["Kind", "Moeder"]),
        ("2015-05-06", "child_witness", ["Kind", "Moeder"]),
    ],
)
def test_the_child_protection_board_hears_of_parents_of_children_and_of_nobody_elses(
    born: str | None, role: str, goes: list[str]
):
    assert named(family(born, role), BOARD) == goes
