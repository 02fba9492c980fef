"""Who had which role over incidents, told apart by pseudonyms and without a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_incidents import incident, person

from ketensluis.classification.dossier import dossier_keys, parts_of
from ketensluis.classification.roles import persons_of, role_changes
from ketensluis.model.dossier import Part, RoleHeld

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = b"the dossiers' key, in a test of it"


def held(day: int, *roles: Any) -> RoleHeld:
    return RoleHeld(incident_id=f"i{day}", occurred_at=AT + timedelta(days=day), roles=roles)


def on(day: int, *parts: tuple[Any, ...]) -> tuple[str, datetime, list[Part]]:
    told = [Part(role=role, keys=keys) for role, *keys in parts]
    return f"i{day}", AT + timedelta(days=day), told


@pytest.mark.parametrize(
    ("roles", "changed_in"),
    [
        ([("victim",), ("suspect",)], ["i1"]),
        ([("suspect",), ("victim",), ("victim",), ("suspect",)], ["i1", "i3"]),
        ([("child",), ("victim",), ("child_witness",)], []),
        ([("suspect",), ("perpetrator",)], []),
        ([("involved",), ("suspect",), ("involved",), ("suspect",)], []),
        ([("victim",), ("involved",), ("suspect",)], ["i2"]),
        ([("victim",), ("suspect", "victim"), ("victim", "suspect")], ["i1"]),
        ([], []),
    ],
)
def test_a_role_changes_where_somebody_comes_to_stand_on_the_other_side(
    roles: list[tuple[str, ...]], changed_in: list[str]
):
    given_ = [held(day, *each) for day, each in enumerate(roles)]
    assert [each.incident_id for each in role_changes(reversed(given_))] == changed_in


def test_a_change_says_what_the_person_was_and_is_across_incidents_that_say_nothing():
    (change,) = role_changes([held(1, "victim"), held(2, "involved"), held(3, "suspect")])
    assert (change.was, change.now) == (("victim",), ("suspect",))
    assert (change.incident_id, change.occurred_at) == ("i3", AT + timedelta(days=3))


def test_who_is_known_by_number_here_and_by_name_there_is_one_person():
    found = persons_of([
        on(3, ("suspect", "person:name")),
        on(1, ("victim", "person:bsn"), ("suspect", "person:other")),
        on(2, ("victim", "person:bsn", "person:name")),
    ])  # fmt: skip
    assert [person.keys for person in found] == [
        {"person:other"}, {"person:bsn", "person:name"},
    ]  # fmt: skip
    assert found[1].counts == {"victim": 2, "suspect": 1}
    assert [each.incident_id for each in found[1].changes] == ["i3"]
    assert [each.occurred_at - AT for each in found[1].held] == [
        timedelta(days=day) for day in (1, 2, 3)
    ]


@given(st.permutations([
    on(1, ("victim", "a"), ("child", "b")), on(2, ("suspect", "a", "c")), on(3, ("suspect", "c")),
    on(3, ("victim", "b"), ("witness",)),
]))  # fmt: skip
def test_persons_do_not_depend_on_the_order_of_incidents(incidents: list[Any]):
    found = persons_of(incidents)
    assert [dict(person.counts) for person in found] == [
        {"child": 1, "victim": 1}, {"suspect": 2, "victim": 1},
    ]  # fmt: skip


def test_parts_name_the_keys_of_who_takes_part_and_nothing_of_anyone_else():
    told = incident(persons=[
        person("p1", "victim", bsn="123456782"),
        person("p2", "suspect", given_names="Bob", surname="Vis", birth_date="1980-01-01",
               bsn="111222333"),
        person("p3", "witness", bsn="999999990"),
        person("p4", "involved"),
    ])  # fmt: skip
    parts = parts_of(told, KEY)
    assert [(part.role, len(part.keys)) for part in parts] == [("suspect", 2), ("victim", 1)]
    assert {key for part in parts for key in part.keys} <= dossier_keys(told, KEY)
    assert "123456782" not in str(parts)
