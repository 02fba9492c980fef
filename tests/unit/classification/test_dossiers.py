"""Histories link by link: who shares what with a labelled incident, in whatever order it came."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ketensluis.classification.dossiers import Dossiers, InMemory
from ketensluis.model.dossier import DossierLink, SharedKey


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


def test_an_older_version_that_comes_late_changes_nothing():
    dossiers = Dossiers(InMemory())
    asked(dossiers, link("first", "person:a", sequence=2), link("second", "person:a"))
    assert asked(dossiers, link("first", "person:a", labelled=True)) == {}


def test_no_more_than_twenty_incidents_are_named_as_history():
    dossiers = Dossiers(InMemory())
    many = [link(f"i{number:02}", "address:b", labelled=True) for number in range(30)]
    found = asked(dossiers, *many, link("one", "address:b"))
    assert found["one"][0].incident_ids == tuple(f"i{number:02}" for number in range(20))


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
