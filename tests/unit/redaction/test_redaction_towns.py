"""A town goes by more than one name, and a police unit or team by that of its town."""

from __future__ import annotations

from typing import Any

import pytest
from made_incidents import AT, SECRET, agreement, incident, person

from ketensluis.agreements.fields import FIELDS
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor

EVERYTHING = agreement({"id": "all", "fields": [path for path in FIELDS if path != "narrative"]})
HIDDEN = "protected.secret_address"


def kept(city: str, **more: Any) -> set[str]:
    """The paths outside the victim that stay behind because of a secret address in that city."""
    victim = person("p1", "victim", address={"city": city, "secret": True})
    others = more.pop("others", [])
    it = incident(persons=[victim, *others], relations=[], **more)
    found = Redactor(EVERYTHING, Pseudonyms(SECRET)).redact(
        it, recipient="raad:kinderbescherming", at=AT, masker=None
    )
    return {
        each.path
        for each in found.withheld
        if each.rule == HIDDEN and not each.path.startswith("persons[0]")
    }


@pytest.mark.parametrize(
    ("city", "unit"),
    [
        ("Rotterdam", "Rotterdam"),
        ("ROTTERDAM", "Rotterdam"),
        ("Den Haag", "Den Haag"),
        ("'s-Gravenhage", "Den Haag"),
        ("\u2019s Gravenhage", "Den Haag"),
    ],
)
def test_a_unit_that_is_named_as_the_town_of_a_secret_address_stays_behind(city: str, unit: str):
    assert kept(city, unit=unit) == {"unit"}


@pytest.mark.parametrize("city", ["Oost", "Brabant", "Eindhoven", ""])
def test_a_unit_that_is_not_named_as_the_town_goes(city: str):
    assert "unit" not in kept(city or "Best", unit="Oost-Brabant")


TWO_NAMES = [
    ("Den Haag", "'s-Gravenhage"),
    ("'s-Gravenhage", "DEN HAAG"),
    ("Den Bosch", "'s-Hertogenbosch"),
    ("\u2019s Hertogenbosch", "Den Bosch"),
]


@pytest.mark.parametrize(("city", "other"), TWO_NAMES)
def test_a_town_is_one_under_both_its_names(city: str, other: str):
    others = [person("p2", "suspect", address={"street": "Elders", "city": other})]
    found = kept(city, others=others, place={"street": "Plein", "city": other})
    assert {"persons[1].address.city", "place.city"} <= found


@pytest.mark.parametrize(("city", "other"), TWO_NAMES)
def test_a_team_that_is_named_after_the_town_by_its_other_name_stays_behind(city: str, other: str):
    name = f"Basisteam {other} Zuid"
    assert {"team", "reporting_officer.team"} <= kept(
        city, team=name, reporting_officer={"team": name}
    )


def test_the_same_house_is_known_again_when_its_town_goes_by_the_other_name():
    home = {"street": "Elzenlaan", "house_number": "5"}
    people = [
        person("p1", "victim", address={**home, "city": "Den Haag", "secret": True}),
        person("p2", "child", address={**home, "city": "'s-Gravenhage"}),
    ]
    it = incident(persons=people, relations=[])
    found = Redactor(EVERYTHING, Pseudonyms(SECRET)).redact(
        it, recipient="vt:haaglanden", at=AT, masker=None
    )
    assert {f"persons[1].address.{leaf}" for leaf in ("street", "house_number", "city")} <= {
        each.path for each in found.withheld
    }


@pytest.mark.parametrize(
    ("city", "team"),
    [("Assen", "Basisteam Wassenaar"), ("Ee", "Basisteam Eemland"), ("Haag", "Team Den Haag")],
)
def test_part_of_a_word_or_of_a_name_of_several_words_is_no_name_of_the_town(city: str, team: str):
    assert ("team" in kept(city, team=team)) is (city == "Haag")
