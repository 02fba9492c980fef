"""One address, name or number in several codings is one: Unicode hides nothing."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from made_incidents import incident, person

from ketensluis.model.incident import Incident
from ketensluis.redaction.protection import protect
from ketensluis.redaction.spelling import key, legible, plain

LEAVES = {"street", "house_number", "postcode", "city", "municipality"}
HIDDEN = {"street": "Caf\u00e9laan", "house_number": "12", "postcode": "3599ZZ", "city": "Zuid"}


def kept_of_the_other(hidden: dict[str, Any], other: dict[str, Any]) -> set[str]:
    people = [
        person("p0", "victim", address={**hidden, "secret": True}),
        person("p1", "child", address=other),
    ]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False).leaves
    start = "persons[1].address."
    return {path.removeprefix(start) for path in found if path.startswith(start)}


@pytest.mark.parametrize(
    "other",
    [
        {"street": unicodedata.normalize("NFD", "Caf\u00e9laan"), "house_number": "12"},
        {"street": "CAFELAAN", "house_number": "12"},
        {"street": "Caf\u00e9\u200blaan", "house_number": "12"},
        {"street": "Caf\u00e9\u00adlaan", "house_number": "\uff11\uff12"},
        {"postcode": "\uff13\uff15\uff19\uff19\uff3a\uff3a", "house_number": "12"},
    ],
)
def test_a_secret_address_in_another_coding_is_the_same_house(other: dict[str, Any]):
    assert kept_of_the_other(HIDDEN, other) == LEAVES


@pytest.mark.parametrize(
    ("hidden", "other", "stays"),
    [
        # One tells the street and the other the postcode: with one number they may be one house.
        ({"postcode": "3599ZZ", "house_number": "12"}, {"street": "Laan", "house_number": "12"}, 5),
        ({"street": "Laan", "house_number": "12"}, {"postcode": "3599ZZ", "house_number": "12"}, 5),
        ({"postcode": "3599ZZ", "house_number": "12"}, {"street": "Laan", "house_number": "14"}, 0),
        ({"postcode": "3599ZZ", "house_number": "12"}, {"street": "Laan"}, 0),
        (
            {"postcode": "3599ZZ", "house_number": "12", "city": "Zuid"},
            {"street": "Laan", "house_number": "12", "city": "Noord"},
            0,
        ),
        ({"street": "Laan", "house_number": "12"}, {"street": "Weg", "house_number": "12"}, 0),
    ],
)
def test_a_house_told_by_street_may_be_one_told_by_postcode(
    hidden: dict[str, Any], other: dict[str, Any], stays: int
):
    assert len(kept_of_the_other(hidden, other)) == stays


def towards(hidden: dict[str, Any], place: dict[str, Any]) -> set[str]:
    people = [person("p0", "victim", address={**hidden, "secret": True})]
    it: Incident = incident(persons=people, relations=[], municipality="GM0344", place=place)
    found = protect(it, shown_to_suspect=False).leaves
    return {path for path in found if not path.startswith("persons[0]")}


def test_a_city_that_is_told_would_tell_the_municipality_and_the_other_way_round():
    assert towards({"city": "Utrecht"}, {"city": "Utrecht"}) == {"place.city", "municipality"}
    assert towards({"municipality": "GM0344"}, {"city": "Utrecht"}) == {
        "place.city",
        "municipality",
    }
    # Where the secret address tells both, what differs tells nothing.
    both = {"city": "Vleuten", "municipality": "GM0344"}
    assert towards(both, {"city": "Utrecht"}) == {"municipality"}
    both = {"city": "Utrecht", "municipality": "GM0014"}
    assert towards(both, {"city": "Utrecht"}) == {"place.city"}


@pytest.mark.parametrize(
    "street",
    [
        "Vrouwen\u00adopvang De Roos",
        "vrouwen-opvang De Roos",
        "Vrouwen opvang De Roos",
        "Blijf van m'n lijf",
        "Opvanglocatie Oost",
        "safe\u200bhouse",
    ],
)
def test_a_shelter_is_one_in_every_spelling(street: str):
    found = protect(incident(place={"street": street}), shown_to_suspect=False).leaves
    assert found["place.street"] == "protected.shelter"


@pytest.mark.parametrize(
    "name",
    [
        *("blijf van mijn lijf", "blijf-van-mijn-lijf", "blijfhuis", "blijf groep", "blijfgroep"),
        *("vrouwenopvang", "mannenopvang", "noodopvang", "crisis-opvang", "crisisopvang"),
        *("maatschappelijke opvang", "opvanghuis", "opvanglocatie", "opvangcentrum", "opvangadres"),
        *("safehouse", "safe house", "schuiladres", "schuilplaats", "schuilplek"),
        *("oranjehuis", "oranje huis", "onderduikadres"),
    ],
)
@pytest.mark.parametrize("leaf", ["street", "city"])
def test_each_name_of_a_shelter_is_known_by_itself_in_either_case(leaf: str, name: str):
    for written in (name, name.upper(), name.capitalize()):
        found = protect(incident(place={leaf: written}), shown_to_suspect=False).leaves
        assert found[f"place.{leaf}"] == "protected.shelter", written


@pytest.mark.parametrize("phone", ["+31655501234", "0031 6 5550 1234", "06-55501234"])
def test_the_number_of_somebody_anonymous_stays_in_every_notation(phone: str):
    people = [
        person("p0", "reporter", anonymous=True, phone="0655501234"),
        person("p1", "witness", phone=phone),
        person("p2", "victim", phone="0655501235"),
    ]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False).leaves
    assert found == {"persons[1].phone": "protected.anonymous_reporter"}


def test_what_is_read_alike_is_alike():
    assert plain("Jos\u00e9 \u0133 \uff10\u200b6") == "Jose ij 06"
    assert key("\u00c9\u00c9n-laan 2\u00b2") == "eenlaan22"
    assert key(None) == key("") == ""


def test_a_text_is_made_legible_without_a_change_that_is_seen():
    assert legible("\uff01\uff10\uff3a\uff5e") == "!0Z~"
    assert legible("\uff00\uff5f") == "\uff00\uff5f"  # beyond the forms of ASCII
    assert (
        legible("e\u0301e\u0301n \u00bd \u2026\n\u2019s") == "\u00e9\u00e9n \u00bd \u2026\n\u2019s"
    )
    assert legible("Za\u00adnd\u200boog\u2060je\ufeff") == "Zandoogje"


@pytest.mark.parametrize("half", [{"surname": "Zandoogje"}, {"given_names": "Bonte"}])
def test_half_a_name_without_a_date_is_not_one_person(half: dict[str, str]):
    people = [person("p0", "reporter", anonymous=True, **half), person("p1", "victim", **half)]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False)
    assert found.persons == {0: "protected.anonymous_reporter"}


def test_a_number_shared_with_one_of_several_who_are_gone_stays():
    people = [
        person("p0", "reporter", anonymous=True, phone="0655501234"),
        person("p1", "reporter", anonymous=True, phone="0655509999"),
        person("p2", "victim", phone="0655501234"),
    ]
    found = protect(incident(persons=people, relations=[]), shown_to_suspect=False).leaves
    assert "persons[2].phone" in found
