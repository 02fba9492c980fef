"""Incidents and rule sets as hypothesis draws them.

Every text in an incident is a word that occurs nowhere else, so that a leak can be seen.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec
from hypothesis import strategies as st
from made_incidents import agreement

from ketensluis.agreements.actions import GENERALISATIONS
from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.fields import FIELDS
from ketensluis.model.incident import CaseType, Incident, RelationKind, Role, Violence

ROLES = get_args(Role)
ADDRESS = ("street", "house_number", "postcode", "city")


MUNICIPALITIES = ("GM0363", "GM0344", "GM0518", "GM0599")


def word(*parts: Any) -> str:
    """A word that no other leaf has, without a part that is an ordinary word."""
    return "Qx" + "".join(chr(ord("a") + int(digit)) for part in parts for digit in str(part))


@st.composite
def persons(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for index in range(draw(st.integers(0, 4))):
        home = {leaf: word(9, index, at) + "Huis" for at, leaf in enumerate(ADDRESS)}
        address = home | {
            "postcode": f"{1000 + 7 * index}XQ",
            "municipality": MUNICIPALITIES[index],
            "secret": draw(st.none() | st.booleans()),
        }
        person = {
            "person_id": draw(st.sampled_from([f"p{index}", word(1, index)])),
            "role": draw(st.sampled_from(ROLES)),
            "given_names": word(2, index),
            "surname": word(3, index),
            "birth_date": draw(st.none() | st.just(f"{1950 + 17 * index}-0{index + 1}-1{index}")),
            "sex": draw(st.sampled_from(["f", "m", "x", "unknown"])),
            "bsn": f"99999{index}{index}{index}0",
            "address": draw(st.none() | st.just(address)),
            "phone": f"06555500{index}{index}",
            "email": f"{word(4, index)}@example.invalid",
            "anonymous": draw(st.none() | st.booleans()),
        }
        found.append({name: value for name, value in person.items() if value is not None})
    return found


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Any incident of up to four persons; its text names all of them."""
    people = draw(persons())
    ids = [person["person_id"] for person in people]
    relations = [
        {"from": one, "to": other, "kind": draw(st.sampled_from(get_args(RelationKind)))}
        for one in ids
        for other in ids
        if one != other and draw(st.booleans())
    ]
    told = [
        f"{one['given_names']} {one['surname']} {one['phone']}"
        for one in people
        if draw(st.booleans())
    ]
    homes = [person["address"] for person in people if "address" in person]
    place = {leaf: word(8, at) + "Plaats" for at, leaf in enumerate(ADDRESS)}
    tree: dict[str, Any] = {
        "incident_id": "PL0100-2026000001",
        "sequence": draw(st.integers(1, 9)),
        "event": "registered",
        "registered_at": "2026-03-01T10:11:12Z",
        "occurred_at": "2026-03-01T09:08:07Z",
        "unit": "Noord-Nederland",
        "team": word(5, 5),
        "municipality": draw(st.sampled_from(["GM0014", *(h["municipality"] for h in homes)])),
        "place": draw(
            st.sampled_from([place, *({leaf: h[leaf] for leaf in ADDRESS} for h in homes)])
        ),
        "incident_class": "threat",
        "project_codes": ["female_partner"],
        "case_type": draw(st.sampled_from(get_args(CaseType))),
        "violence": draw(st.lists(st.sampled_from(get_args(Violence)), max_size=2)),
        "children_present": draw(st.sampled_from(["yes", "no", "unknown"])),
        "persons": people,
        "relations": relations,
        "measures": [{"kind": "arrest", "imposed_at": "2026-02-27T01:02:03Z"}],
        "risk": [{"instrument": "rihg", "level": draw(st.sampled_from(["low", "high"]))}],
        "narrative": "tekst: " + ", ".join(told),
        "reporting_officer": {"number": word(6, 6), "team": word(7, 7)},
    }
    return msgspec.convert(tree, Incident)


def conditions(*, of_person: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions of a rule, of which any may be missing."""
    on_incident = {
        "case_type": st.sampled_from(get_args(CaseType)),
        "violence": st.sampled_from(get_args(Violence)),
        "risk": st.sampled_from(["low", "high"]),
        "children_present": st.sampled_from(["yes", "no"]),
    }
    on_person = {
        "role": st.lists(st.sampled_from(ROLES), min_size=1, max_size=4),
        "age": st.fixed_dictionaries({"from": st.integers(0, 30), "under": st.integers(31, 99)}),
        "relation": st.fixed_dictionaries(
            {
                "kind": st.sampled_from(get_args(RelationKind)),
                "of": st.sampled_from(ROLES),
            }
        ),
    }
    return st.fixed_dictionaries({}, optional=on_incident | (on_person if of_person else {}))


def _actions(path: str) -> list[dict[str, Any]]:
    if FIELDS[path].free_text:
        return [{"action": "mask"}, {"action": "withhold"}]
    found = [{"action": "release"}, {"action": "release"}, {"action": "withhold"}]
    found += [
        {"action": "generalise", "to": to} for to, paths in GENERALISATIONS.items() if path in paths
    ]
    if FIELDS[path].kind == "text":
        found.append({"action": "pseudonymise"})
    return found


@st.composite
def rules(draw: st.DrawFn, name: str = "r") -> list[dict[str, Any]]:
    """Rules as `check` would let them pass, on any fields, in any order."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        path = draw(st.sampled_from(list(FIELDS)))
        rule = {"id": f"{name}{number}", "fields": [path], **draw(st.sampled_from(_actions(path)))}
        found.append(rule | {"when": draw(conditions(of_person=FIELDS[path].of_person))})
    if draw(st.booleans()):
        every = [path for path in FIELDS if not FIELDS[path].free_text]
        found.append({"id": f"{name}-all", "fields": every})
    return found


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Any agreement with Veilig Thuis."""
    return agreement(*draw(rules()), shown_to_suspect=draw(st.booleans()))
