"""Histories link by link: who shares what with a labelled incident, in whatever order it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from made_incidents import incident, person

from ketensluis.classification.dossier import dossier_keys
from ketensluis.classification.dossiers import Dossiers, InMemory, link_of
from ketensluis.model.dossier import Dossier, DossierLink, Part, RoleHeld, SharedKey
from ketensluis.model.record import Coordinates

KEY = b"the dossiers' key, in a test of it"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def link(name: str, *keys: str, labelled: bool = False, **more: Any) -> DossierLink:
    known = {"sequence": 1, "topic": "police.incidents", "partition": 0, "offset": 0} | more
    return DossierLink(incident_id=name, labelled=labelled, keys=tuple(sorted(keys)), **known)


def asked(dossiers: Dossiers, *links: DossierLink) -> dict[str, tuple[SharedKey, ...]]:
    """What was asked last of each incident, after these links."""
    return {each.link.incident_id: each.evidence for one in links for each in dossiers.take(one)}


def test_an_unlabelled_incident_after_a_labelled_one_of_the_same_person_is_asked():
    found = asked(
        Dossiers(InMemory()), link("first", "person:a", labelled=True), link("second", "person:a")
    )
    assert found == {"second": (SharedKey(key="person:a", incident_ids=("first",)),)}


def test_an_unlabelled_incident_is_asked_too_when_the_labelled_one_comes_later():
    found = asked(
        Dossiers(InMemory()), link("first", "person:a"), link("second", "person:a", labelled=True)
    )
    assert found == {"first": (SharedKey(key="person:a", incident_ids=("second",)),)}


def test_what_the_decision_had_heard_already_is_not_asked_again():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True), link("second", "person:a"))
    again = link("second", "person:a", sequence=2, heard=("person:a",))
    assert asked(dossiers, again) == {}


def test_a_version_that_was_decided_before_the_question_came_is_asked_about():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True), link("second", "person:a"))
    assert set(asked(dossiers, link("second", "person:a", sequence=2, offset=7))) == {"second"}


def test_the_same_version_decided_once_more_without_the_history_is_asked_about_again():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True), link("second", "person:a"))
    assert set(asked(dossiers, link("second", "person:a", offset=7))) == {"second"}


def test_what_was_asked_once_is_not_asked_again_for_another_incident_of_the_same_person():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True), link("second", "person:a"))
    assert asked(dossiers, link("third", "person:a", labelled=True)) == {}


def test_a_label_that_is_taken_away_takes_the_history_of_others_away():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True), link("second", "person:a"))
    assert asked(dossiers, link("first", "person:a", sequence=2)) == {"second": ()}


def test_a_withdrawn_incident_is_no_history():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True), link("second", "person:a"))
    assert asked(dossiers, link("first", sequence=2)) == {"second": ()}


def test_an_incident_is_no_history_of_itself_and_labelled_ones_are_not_asked():
    dossiers = Dossiers(InMemory())
    links = (
        link("first", "person:a", labelled=True),
        link("first", "person:a", sequence=2),
        link("second", "person:a", "address:b", labelled=True),
        link("third", "address:b", labelled=True),
    )
    assert asked(dossiers, *links) == {
        "first": (SharedKey(key="person:a", incident_ids=("second",)),)
    }


def test_before_its_next_version_is_taken_in_a_labelled_incident_is_no_evidence_of_itself():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", labelled=True))
    assert dossiers.evidence("first", ["person:a"]) == ()
    assert dossiers.evidence("second", ["person:a"]) == (
        SharedKey(key="person:a", incident_ids=("first",)),
    )


def test_an_older_version_that_comes_late_changes_nothing():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", sequence=2), link("second", "person:a"))
    assert asked(dossiers, link("first", "person:a", labelled=True)) == {}


def test_no_more_than_twenty_incidents_are_named_as_history():
    dossiers = Dossiers(InMemory())
    many = [link(f"i{number:02}", "address:b", labelled=True) for number in range(30)]
    found = asked(dossiers, *many, link("one", "address:b"))
    assert found["one"][0].incident_ids == tuple(f"i{number:02}" for number in range(20))


def test_the_link_of_a_version_says_what_joins_it_and_of_a_withdrawn_one_nothing():
    home = {"postcode": "9711ZZ", "house_number": "5"}
    known = incident(place=home, persons=[person("p1", "victim", bsn="999999990")])
    coordinates = Coordinates("police.incidents", 3, 7)
    keys = dossier_keys(known, KEY)
    heard = [SharedKey(key=each, incident_ids=("other",)) for each in (min(keys), "person:gone")]
    found = link_of(known, KEY, coordinates=coordinates, heard=heard)
    assert (found.keys, found.heard, found.labelled) == (tuple(sorted(keys)), (min(keys),), True)
    assert (found.occurred_at, len(keys)) == (known.occurred_at, 2)
    assert [each.role for each in found.parts] == ["victim"]
    gone = msgspec.structs.replace(known, event="withdrawn")
    withdrawn = link_of(gone, KEY, coordinates=coordinates, heard=heard)
    assert (withdrawn.keys, withdrawn.heard, withdrawn.parts, withdrawn.labelled) == (
        (), (), (), False,
    )  # fmt: skip


KEYS = st.sets(st.sampled_from(["person:a", "person:b", "address:c"]))
VERSIONS = st.lists(st.tuples(KEYS, st.booleans()), min_size=1, max_size=3)


@given(st.lists(VERSIONS, min_size=2, max_size=5), st.data())
def test_what_is_asked_last_does_not_depend_on_the_order_of_links(
    incidents: list[list[tuple[set[str], bool]]], data: st.DataObject
):
    links = [
        link(f"i{number}", *keys, labelled=labelled, sequence=sequence)
        for number, versions in enumerate(incidents)
        for sequence, (keys, labelled) in enumerate(versions, start=1)
    ]
    found = []
    for order in (links, data.draw(st.permutations(links))):
        dossiers = Dossiers(InMemory())
        # An incident's decision has heard what was asked of it before its next version came.
        known: dict[str, set[str]] = {}
        for one in order:
            heard = tuple(sorted(known.get(one.incident_id, set()) & set(one.keys)))
            told = msgspec.structs.replace(one, heard=heard)
            for each in dossiers.take(told):
                known[each.link.incident_id] = {shared.key for shared in each.evidence}
        newest = {one.incident_id: one for one in links}
        found.append({
            name: known.get(name, set()) & set(one.keys)
            for name, one in newest.items()
            if not one.labelled
        })  # fmt: skip
    assert found[0] == found[1]
    labelled = {name for name, one in newest.items() if one.labelled}
    for name, heard in found[0].items():
        others = [newest[other].keys for other in labelled - {name}]
        assert heard == {key for key in newest[name].keys for keys in others if key in keys}


def told(name: str, day: int, sequence: int = 1, **roles: str) -> DossierLink:
    """An incident of that day in which the persons had these roles."""
    parts = tuple(Part(role=role, keys=(f"person:{who}",)) for who, role in sorted(roles.items()))
    keys = [part.keys[0] for part in parts]
    at = AT + timedelta(days=day)
    return link(name, "address:x", *keys, sequence=sequence, occurred_at=at, parts=parts)


def folded(*links: DossierLink) -> dict[str, Dossier]:
    dossiers = Dossiers(shelf := InMemory())
    for each in links:
        dossiers.take(each)
    return shelf.dossiers


def test_a_victim_who_is_a_suspect_in_the_next_incident_is_flagged_and_nobody_else():
    found = folded(
        told("one", 1, a="victim", b="suspect"), told("two", 2, a="suspect", b="suspect")
    )
    assert (found["person:a"].role_changes, found["person:b"].role_changes) == (1, 0)
    assert found["person:a"].held == (
        RoleHeld(incident_id="one", occurred_at=AT + timedelta(days=1), roles=("victim",)),
        RoleHeld(incident_id="two", occurred_at=AT + timedelta(days=2), roles=("suspect",)),
    )
    assert found["address:x"] == Dossier(key="address:x", unlabelled=("one", "two"))


def test_a_role_that_a_newer_version_corrects_was_never_a_change():
    links = (told("one", 1, a="victim"), told("two", 2, a="suspect"))
    assert folded(*links, told("two", 2, 2, a="victim"))["person:a"].role_changes == 0
    assert folded(*links, link("two", sequence=2))["person:a"].held == (
        RoleHeld(incident_id="one", occurred_at=AT + timedelta(days=1), roles=("victim",)),
    )


def test_a_link_of_before_roles_were_kept_folds_as_it_did():
    old = link("old", "person:a", labelled=True)
    found = folded(old, told("new", 1, a="victim"))["person:a"]
    assert (found.labelled, found.unlabelled, found.role_changes) == (("old",), ("new",), 0)
    assert [each.incident_id for each in found.held] == ["new"]


ROLES = st.dictionaries(
    st.sampled_from("abc"), st.sampled_from(["victim", "suspect", "involved", "child"]), max_size=3
)
TOLD = st.lists(
    st.tuples(st.integers(0, 3), st.lists(ROLES, min_size=1, max_size=3)), min_size=1, max_size=5
)
SUFFER, DO = {"victim", "child"}, {"suspect"}


@given(TOLD, st.data())
def test_roles_are_those_of_the_newest_versions_in_whatever_order_and_however_often_they_come(
    incidents: list[tuple[int, list[dict[str, str]]]], data: st.DataObject
):
    links = [
        told(f"i{number}", day, sequence, **roles)
        for number, (day, versions) in enumerate(incidents)
        for sequence, roles in enumerate(versions, start=1)
    ]
    again = data.draw(st.lists(st.sampled_from(links), max_size=5))
    found = folded(*data.draw(st.permutations([*links, *again])))
    for who in "abc":
        newest = sorted((day, f"i{n}", v[-1].get(who)) for n, (day, v) in enumerate(incidents)
                        if who in v[-1])  # fmt: skip
        sides = [role in DO for _, _, role in newest if role in DO | SUFFER]
        changes = sum(one != other for one, other in pairwise(sides))
        dossier = found.get(f"person:{who}", Dossier(key=""))
        assert [(each.incident_id, each.roles) for each in dossier.held] == [
            (name, (role,)) for _, name, role in newest
        ]
        assert dossier.role_changes == changes
