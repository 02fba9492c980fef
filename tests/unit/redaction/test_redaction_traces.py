"""What would betray somebody from a corner: the same house, person, number in another place."""

from __future__ import annotations

from typing import Any

import pytest
from made_incidents import HOME, incident, person

from ketensluis.model.incident import Incident
from ketensluis.redaction.protection import hidden_addresses, protect

SECRET, SHELTER = "protected.secret_address", "protected.shelter"
ANONYMOUS, SOURCE = "protected.anonymous_reporter", "protected.source"
LEAVES = {"street", "house_number", "postcode", "city", "municipality"}
HIDDEN = {**HOME, "municipality": "GM0014", "secret": True}


def hiding(*others: dict[str, Any], **more: Any) -> Incident:
    people = [person("p0", "victim", address=HIDDEN)]
    people += [person(f"p{n}", "suspect", address=each) for n, each in enumerate(others, start=1)]
    return incident(persons=people, relations=[], **{"municipality": "GM1680"} | more)


def kept(it: Incident, *, to_suspect: bool = False) -> dict[str, str]:
    return protect(it, shown_to_suspect=to_suspect).leaves


def leaves_of(index: int, it: Incident) -> set[str]:
    start = f"persons[{index}].address."
    return {path.removeprefix(start) for path in kept(it) if path.startswith(start)}


@pytest.mark.parametrize(
    ("other", "stays"),
    [
        # The same house, however it is spelt.
        ({**HOME, "street": "elzen-laan", "postcode": "9711 zz"}, LEAVES),
        # What one of them does not tell cannot tell them apart.
        ({"street": "Elzenlaan"}, LEAVES),
        ({"postcode": "9711ZZ"}, LEAVES),
        ({"street": "Elzenlaan", "house_number": "5"}, LEAVES),
        # Another number, or another town: another house, of which only what repeats it stays.
        ({**HOME, "house_number": "7"}, {"street", "postcode", "city"}),
        ({"street": "Elzenlaan", "city": "Assen"}, {"street"}),
        ({"street": "Elzenlaan", "house_number": "6"}, {"street"}),
        ({"postcode": "9711ZZ", "house_number": "6"}, {"postcode"}),
        # Another street in the same town.
        ({"street": "Beukenlaan", "house_number": "5", "city": "Groningen"}, {"city"}),
        ({"street": "Beukenlaan", "municipality": "GM0014"}, {"municipality"}),
        ({"street": "Beukenlaan", "postcode": "9712AA", "city": "Assen"}, set()),
        ({}, set()),
    ],
)
def test_what_of_another_home_would_tell_the_secret_one_stays(
    other: dict[str, Any], stays: set[str]
):
    assert leaves_of(1, hiding(other)) == stays


@pytest.mark.parametrize(
    ("place", "stays"),
    [
        ({"street": "Elzenlaan"}, {"street", "house_number", "postcode", "city"}),
        ({**HOME, "house_number": "7"}, {"street", "postcode", "city"}),
        ({"street": "Beukenlaan", "city": "Groningen"}, {"city"}),
        ({"street": "Beukenlaan", "city": "Assen"}, set()),
    ],
)
def test_what_of_the_place_would_tell_the_secret_home_stays(place: Any, stays: set[str]):
    found = kept(hiding(place=place))
    assert {path.removeprefix("place.") for path in found if path.startswith("place.")} == stays
    # The municipality goes with the whole place only.
    assert ("municipality" in found) == (len(stays) == 4)


def test_the_municipality_of_the_incident_stays_only_if_it_is_that_of_the_secret_home():
    assert "municipality" in kept(hiding(municipality="GM0014"))
    assert "municipality" not in kept(hiding(municipality="GM1680"))


@pytest.mark.parametrize(
    ("team", "stays"),
    [
        ("Basisteam Groningen Noord", True),
        ("basisteam groningen-zuid", True),
        ("Basisteam Groningerland", False),
        ("Basisteam Assen", False),
    ],
)
def test_a_team_that_is_named_after_the_city_of_a_secret_home_stays(team: str, stays: bool):  # noqa: FBT001 - a case
    found = kept(hiding(team=team, reporting_officer={"number": "123456", "team": team}))
    assert ({"team", "reporting_officer.team"} <= found.keys()) is stays


def test_a_secret_home_is_found_behind_persons_without_one():
    people = [
        person("p0", "witness"),
        person("p1", "suspect", address={**HOME, "secret": False}),
        person("p2", "witness"),
        person("p3", "victim", address=HIDDEN),
    ]
    it = incident(persons=people, relations=[])
    assert [rule for _, rule in hidden_addresses(it)] == [SECRET]
    assert leaves_of(1, it) == leaves_of(3, it) == LEAVES


@pytest.mark.parametrize(
    "place",
    [
        {"street": "Blijf van mijn lijf", "city": "Assen"},
        {"street": "Vrouwenopvang Noord"},
        {"city": "Oranje Huis"},
        {"street": "schuiladres"},
        {"street": "Safehouse 3"},
        {"street": "onderduikadres"},
    ],
)
def test_a_place_that_reads_as_a_shelter_stays_with_its_municipality(place: Any):
    found = kept(incident(place=place))
    assert found == dict.fromkeys(
        ["place.street", "place.house_number", "place.postcode", "place.city", "municipality"],
        SHELTER,
    )


@pytest.mark.parametrize(
    "place", [{"street": "Oranjestraat"}, {"street": "Blijdorpweg"}, {"street": "Opvangweg"}, {}]
)
def test_a_street_that_only_looks_like_one_is_no_shelter(place: Any):
    assert kept(incident(place=place)) == {}


NAMED = {"surname": "Zandoogje", "given_names": "Bonte", "birth_date": "1990-05-06"}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"bsn": "999999990"}, True),
        ({"bsn": "999999916"}, False),
        ({**NAMED}, True),
        ({**NAMED, "surname": "zand-oogje"}, True),
        ({**NAMED, "given_names": "Kleine"}, False),
        ({**NAMED, "surname": "Koolwitje"}, False),
        ({**NAMED, "birth_date": "1990-05-07"}, False),
        # Without a birth date the full name is enough, unless numbers tell them apart.
        ({"surname": "Zandoogje", "given_names": "Bonte"}, True),
        ({"surname": "Zandoogje", "given_names": "Bonte", "bsn": "999999916"}, False),
        ({"surname": "Zandoogje"}, False),
        ({"birth_date": "1990-05-06"}, False),
    ],
)
def test_an_anonymous_person_is_known_again_in_another_role(other: dict[str, Any], same: bool):  # noqa: FBT001 - a case
    people = [
        person("p1", "reporter", anonymous=True, bsn="999999990", **NAMED),
        person("p2", "witness", **other),
    ]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False)
    assert found.persons == ({0: ANONYMOUS, 1: ANONYMOUS} if same else {0: ANONYMOUS})


def test_two_without_a_name_or_number_are_not_one_person():
    people = [person("p1", "reporter", anonymous=True), person("p2", "victim")]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False)
    assert found.persons == {0: ANONYMOUS}
    born = {"birth_date": "1990-05-06"}
    people = [person("p1", "reporter", anonymous=True, **born), person("p2", "victim", **born)]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False)
    assert found.persons == {0: ANONYMOUS}


def test_of_two_rules_the_first_by_name_is_told():
    people = [person("p1", "reporter", anonymous=True), person("p2", "reporter")]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=True)
    assert found.persons == {0: ANONYMOUS, 1: SOURCE}
    assert found.narrative == ANONYMOUS
    both = [
        person("p1", "victim", address=HIDDEN),
        person("p2", "victim", address={"street": "Vrouwenopvang", "city": "Groningen"}),
    ]
    for order in (both, both[::-1]):
        leaves = kept(incident(persons=order, relations=[], place={"city": "Groningen"}))
        assert leaves["place.city"] == SECRET


def test_every_leaf_of_an_anonymous_person_stays_by_the_rule_that_says_so():
    home = {**HOME, "municipality": "GM0014"}
    it = incident(
        persons=[person("p1", "reporter", anonymous=True, address=home)], relations=[], place=HOME
    )
    found = protect(it, shown_to_suspect=False)
    assert found.persons == {0: ANONYMOUS}
    assert found.leaves["place.street"] == ANONYMOUS


@pytest.mark.parametrize("leaf", ["phone", "email"])
def test_a_number_shared_with_somebody_who_is_gone_stays_with_others_too(leaf: str):
    values = {
        "phone": ("06-5550 1234", "0655501234", "0655501239"),
        "email": ("Abe@example.nl", "abe@example.nl", "gabe@example.nl"),
    }[leaf]
    people = [
        person("p1", "reporter", anonymous=True, **{leaf: values[0]}),
        person("p2", "victim", **{leaf: values[1]}),
        person("p3", "witness", **{leaf: values[2]}),
        person("p4", "witness"),
    ]
    found = kept(incident(persons=people, relations=[]))
    assert found == {f"persons[1].{leaf}": ANONYMOUS}


def test_the_place_stays_if_only_who_is_gone_lives_there():
    gone = person("p1", "reporter", anonymous=True, address=HOME)
    at_home = person("p2", "victim", address=HOME)
    elsewhere = person("p2", "victim", address={"street": "Dorpsweg", "city": "Haren"})
    assert kept(incident(persons=[gone, elsewhere], relations=[], place=HOME))
    assert not kept(incident(persons=[gone, at_home], relations=[], place=HOME))
    away = {"street": "Marktplein", "city": "Haren"}
    assert not kept(incident(persons=[gone, elsewhere], relations=[], place=away))
    homeless = person("p1", "reporter", anonymous=True)
    assert not kept(incident(persons=[homeless, elsewhere], relations=[], place=HOME))
