"""Routing: whose home counts, as of which day, and what may be told of it."""

from datetime import UTC, date, datetime

import pytest

from ketensluis.errors import Refused
from ketensluis.model.incident import Address, Incident, Measure, Person
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.model.routing import (
    RULE_NOT_SHOWN,
    is_minor,
    local_date,
    om_notice_owed,
    om_office,
    vt_route,
)

REGIONS = load_regions(resource("reference"))
ENSCHEDE, ALMERE, EMMEN, WEESP = "GM0153", "GM0034", "GM0114", "GM0457"


def person(
    person_id: str, role: str, born: str | None = None, home: str | None = None, **address: object
) -> Person:
    return Person(
        person_id=person_id,
        role=role,
        birth_date=born,
        address=Address(municipality=home, **address) if home or address else None,
    )


def incident(*persons: Person, **changed: object) -> Incident:
    fields = {
        "incident_id": "PL0600-2026000001",
        "sequence": 1,
        "event": "registered",
        "registered_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "occurred_at": datetime(2026, 3, 2, 8, tzinfo=UTC),
        "unit": "Oost-Nederland",
        "team": "t",
        "municipality": ENSCHEDE,
        "incident_class": "quarrel",
        "persons": persons,
    }
    return Incident(**{**fields, **changed})


def routed(*persons: Person, **changed: object) -> tuple[str, str]:
    route = vt_route(incident(*persons, **changed), REGIONS)
    return route.region, route.rule


def test_without_known_home_the_place_counts():
    assert routed() == ("twente", "place_of_incident")
    assert routed(person("a", "victim")) == ("twente", "place_of_incident")
    assert routed(person("a", "victim", street="x")) == ("twente", "place_of_incident")
    assert routed(person("a", "suspect", "2015-01-01", ALMERE)) == ("twente", "place_of_incident")


def test_home_of_a_child_goes_before_that_of_the_victim():
    victim = person("a", "victim", "1990-01-01", ALMERE)
    for role in ("child", "child_witness"):
        child = person("b", role, "2015-01-01", EMMEN)
        assert routed(victim, child) == ("drenthe", "home_of_youngest_child")
    assert routed(victim) == ("flevoland", "home_of_victim")


def test_victim_under_eighteen_on_the_local_day_is_a_child():
    adult_at_local_midnight = person("a", "victim", "2008-03-03", EMMEN)
    before = {"occurred_at": datetime(2026, 3, 2, 22, 59, tzinfo=UTC)}
    after = {"occurred_at": datetime(2026, 3, 2, 23, 0, tzinfo=UTC)}
    assert routed(adult_at_local_midnight, **before)[1] == "home_of_youngest_child"
    assert routed(adult_at_local_midnight, **after)[1] == "home_of_victim"


def test_born_on_leap_day_comes_of_age_on_the_first_of_march():
    born = person("a", "victim", "2008-02-29")
    assert is_minor(born, date(2026, 2, 28))
    assert not is_minor(born, date(2026, 3, 1))


@pytest.mark.parametrize("step", [1, -1])
def test_youngest_child_whose_home_is_known_counts_whatever_the_order(step: int):
    persons = [
        person("a", "child", "2010-01-01", EMMEN),
        person("b", "child_witness", "2014-01-01", ALMERE),
        person("c", "child", "2020-01-01"),
        person("d", "child", None, ENSCHEDE),
        person("e", "child", "2027-01-01", ENSCHEDE),
    ]
    assert routed(*persons[::step]) == ("flevoland", "home_of_youngest_child")


@pytest.mark.parametrize("step", [1, -1])
def test_equal_ages_go_by_person_id_whatever_the_order(step: int):
    persons = [
        person("a", "child", "2010-01-01", EMMEN),
        person("b", "child", "2010-01-01", ALMERE),
    ]
    assert routed(*persons[::step])[0] == "drenthe"


def test_child_of_unknown_age_goes_before_the_victim():
    assert routed(person("a", "victim", home=ALMERE), person("b", "child", home=EMMEN)) == (
        "drenthe",
        "home_of_youngest_child",
    )


def test_ceased_home_is_read_as_its_successor_by_the_local_day():
    victim = person("a", "victim", "1990-01-01", WEESP)
    before = vt_route(
        incident(victim, occurred_at=datetime(2022, 3, 23, 22, 59, tzinfo=UTC)), REGIONS
    )
    after = vt_route(
        incident(victim, occurred_at=datetime(2022, 3, 23, 23, 0, tzinfo=UTC)), REGIONS
    )
    assert (before.region, before.notes) == ("gooi-en-vechtstreek", ())
    assert after.region == "amsterdam-amstelland"
    assert after.notes == ("GM0457 ceased 2022-03-24, read as GM0363",)
    assert len(after.shown_notes) == 1
    assert "GM0" not in after.shown_notes[0]


def test_secret_address_routes_and_nothing_that_leaves_tells_so():
    route = vt_route(incident(person("a", "victim", "1990-01-01", WEESP, secret=True)), REGIONS)
    assert (route.region, route.rule) == ("amsterdam-amstelland", "home_of_victim")
    assert (route.shown_rule, route.shown_notes) == (RULE_NOT_SHOWN, ())
    assert "GM0" not in repr(route)
    assert "home" not in repr(route)


def test_known_rule_is_shown():
    route = vt_route(incident(), REGIONS)
    assert (route.shown_rule, route.recipient) == ("place_of_incident", "vt:twente")


def test_unknown_municipality_is_refused_when_routing():
    with pytest.raises(Refused):
        vt_route(incident(municipality="GM9999"), REGIONS)


def test_local_date_follows_summer_time():
    assert local_date(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 2)
    assert local_date(datetime(2026, 1, 1, 22, 59, tzinfo=UTC)) == date(2026, 1, 1)


def test_office_is_that_of_the_police_unit():
    assert om_office(incident()) == "om:oost-nederland"
    assert om_office(incident(unit="Zeeland-West-Brabant")) == "om:zeeland-west-brabant"


@pytest.mark.parametrize("kind", ["arrest", "restraining_order", "suspended_detention"])
def test_notice_is_owed_for_coercion_in_labelled_violence(kind: str):
    measures = (Measure(kind="stop_talk"), Measure(kind=kind))
    assert om_notice_owed(incident(project_codes=("family",), measures=measures))
    assert not om_notice_owed(incident(measures=measures))


@pytest.mark.parametrize("kind", ["stop_talk", "stop_letter", "address_alert", "alarm_device"])
def test_no_notice_is_owed_for_a_measure_without_coercion(kind: str):
    one = incident(project_codes=("family",), measures=(Measure(kind=kind),))
    assert not om_notice_owed(one)
