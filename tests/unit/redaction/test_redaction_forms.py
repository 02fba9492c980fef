"""The form in which each field goes, to the letter."""

from __future__ import annotations

import hmac
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from made_incidents import AT, HOME, SECRET, agreement, incident, person

from ketensluis.agreements.fields import FIELDS
from ketensluis.model.incident import Incident
from ketensluis.redaction.forms import age_band, generalise, time_text
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redacted, Redactor
from ketensluis.redaction.steps import Verdict

ALL = [path for path in FIELDS if path != "narrative"]


def redact(it: Incident, *rules: dict[str, Any]) -> Redacted:
    given = rules or ({"id": "all", "fields": ALL},)
    return Redactor(agreement(*given), Pseudonyms(SECRET)).redact(
        it, recipient="vt:groningen", at=AT, masker=None
    )


FULL = incident(
    recorded_at="2026-03-01T12:30:00.5Z",
    place={"street": "Dorpsweg", "city": "Haren"},
    measures=[
        {"kind": "arrest", "imposed_at": "2026-03-01T11:00:00Z"},
        {"kind": "contact_ban", "until": "2026-04-01T00:00:00Z"},
    ],
    risk=[{"instrument": "rihg", "level": "high", "assessed_at": "2026-03-01T11:30:00Z"}],
    reporting_officer={"number": "NN1", "team": "Noord"},
    hold={"reason": "hold_safety", "until": "2026-03-02T00:00:00Z", "by_role": "coordinator"},
)


def test_what_is_released_has_its_own_value_wherever_it_stands():
    found = redact(FULL).released
    assert found.occurred_at == "2026-03-01T09:00:00Z"
    assert found.recorded_at == "2026-03-01T12:30:00.500000Z"
    assert found.place is not None
    assert (found.place.street, found.place.city) == ("Dorpsweg", "Haren")
    assert found.reporting_officer is not None
    assert (found.reporting_officer.number, found.reporting_officer.team) == ("NN1", "Noord")
    assert found.hold is not None
    assert (found.hold.reason, found.hold.until) == ("hold_safety", "2026-03-02T00:00:00Z")
    assert found.measures is not None
    assert [(m.kind, m.imposed_at, m.until) for m in found.measures] == [
        ("arrest", "2026-03-01T11:00:00Z", None),
        ("contact_ban", None, "2026-04-01T00:00:00Z"),
    ]
    assert found.risk is not None
    assert [(r.instrument, r.level) for r in found.risk] == [("rihg", "high")]


def test_persons_go_under_their_own_numbers_and_relations_name_these():
    found = redact(FULL).released
    assert [each.person_id for each in found.persons or ()] == ["p1", "p2"]
    assert [(r.from_, r.to, r.kind) for r in found.relations or ()] == [("p2", "p1", "partner")]


def test_relations_name_persons_by_the_pseudonyms_that_they_go_under():
    rules = (
        {"id": "who", "fields": "persons[].person_id", "action": "pseudonymise"},
        {"id": "how", "fields": ["relations[].from", "relations[].to"]},
    )
    found = redact(FULL, *rules).released
    assert found.persons is not None
    first, second = (each.person_id for each in found.persons)
    assert first != second
    assert [(r.from_, r.to) for r in found.relations or ()] == [(second, first)]


def test_what_has_no_such_form_stays_and_is_told_and_what_follows_it_goes():
    people = [person("p1", "victim", birth_date="1990-13-01", sex="f", phone="0655501234")]
    rules = (
        {"id": "born", "fields": "persons[].birth_date", "action": "generalise", "to": "year"},
        {"id": "rest", "fields": ["persons[].sex", "persons[].phone"]},
    )
    found = redact(incident(persons=people, relations=[]), *rules)
    said = {each.path: each for each in found.verdicts}["persons[0].birth_date"]
    assert said == Verdict(
        "persons[0].birth_date", "withhold", "protected.no_such_form", said.withheld
    )
    assert said.withheld is not None
    assert found.released.persons is not None
    assert (found.released.persons[0].sex, found.released.persons[0].phone) == ("f", "0655501234")


def test_a_city_becomes_the_municipality_that_it_lies_in_at_home_and_at_the_place():
    address = {**HOME, "municipality": "GM1680"}
    rules = {
        "id": "town",
        "fields": ["place.city", "persons[].address.city"],
        "action": "generalise",
        "to": "municipality",
    }
    found = redact(
        incident(persons=[person("p1", "victim", address=address)], relations=[], place=HOME),
        rules,
    )
    assert found.released.place is not None
    assert found.released.place.city == "GM0014"
    assert found.released.persons is not None
    assert found.released.persons[0].address is not None
    assert found.released.persons[0].address.city == "GM1680"


def test_a_municipality_that_is_protected_goes_in_no_other_form_but_an_open_one_does():
    hidden = person("p1", "victim", address={"municipality": "GM0014", "secret": True})
    other = person("p2", "suspect", address={**HOME, "municipality": "GM1680"})
    towns = ["place.city", "persons[].address.city"]
    rules = {"id": "town", "fields": towns, "action": "generalise", "to": "municipality"}
    it = incident(persons=[hidden, other], relations=[], place={"city": "Elders"})
    found = redact(it, rules)
    assert found.released.place is None
    kept = {each.path: each.rule for each in found.withheld}
    assert kept["place.city"] == "protected.secret_address"
    assert found.released.persons is not None
    assert found.released.persons[0].address is not None
    assert found.released.persons[0].address.city == "GM1680"


def test_a_municipality_that_repeats_a_secret_one_does_not_go_as_the_form_of_a_city():
    hidden = person("p1", "victim", address={**HOME, "municipality": "GM0014", "secret": True})
    other = person("p2", "suspect", address={"city": "Haren", "municipality": "GM0014"})
    towns = {"id": "town", "fields": ["persons[].address.city"]}
    it = incident(persons=[hidden, other], relations=[])
    assert redact(it, towns).released.persons is not None
    general = towns | {"action": "generalise", "to": "municipality"}
    found = redact(it, general)
    assert found.released.persons is None
    kept = {each.path: each.rule for each in found.withheld}
    assert kept["persons[1].address.city"] == "protected.secret_address"


@pytest.mark.parametrize("role", [None, "victim"])
def test_a_municipality_that_a_rule_withholds_does_not_go_as_the_form_of_a_city(role: str | None):
    address = {**HOME, "municipality": "GM1680"}
    it = incident(persons=[person("p1", "victim", address=address)], relations=[], place=HOME)
    shut = {"id": "shut", "action": "withhold"}
    towns = {"id": "town", "action": "generalise", "to": "municipality"}
    if role is None:
        rules = (towns | {"fields": "place.city"}, shut | {"fields": "municipality"})
        path = "place.city"
    else:
        own = {"fields": "persons[].address.municipality", "when": {"role": role}}
        rules = (towns | {"fields": "persons[].address.city"}, shut | own)
        path = "persons[0].address.city"
    kept = {each.path: each.rule for each in redact(it, *rules).withheld}
    assert kept[path] == "shut"


def test_every_leaf_of_who_is_gone_stays_by_the_rule_that_says_so():
    gone = person("p1", "reporter", anonymous=True, surname="Zandoogje", address=HOME)
    kept = {
        each.path: each.rule for each in redact(incident(persons=[gone], relations=[])).withheld
    }
    for path in ("person_id", "role", "surname", "address.street", "address.city"):
        assert kept[f"persons[0].{path}"] == "protected.anonymous_reporter"


def test_of_who_is_gone_it_is_not_told_that_their_address_is_secret():
    home = {**HOME, "municipality": "GM0014", "secret": True}
    gone = person("p1", "reporter", anonymous=True, phone="0655501234", address=home)
    found = redact(incident(persons=[gone], relations=[]))
    own = [each for each in found.withheld if each.path.startswith("persons[0].")]
    assert "persons[0].address.street" in {each.path for each in own}
    assert {each.rule for each in own} == {"protected.anonymous_reporter"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 3, 1, 9, tzinfo=UTC), "2026-03-01T09:00:00Z"),
        (datetime(2026, 3, 1, 9, 0, 0, 5, tzinfo=UTC), "2026-03-01T09:00:00.000005Z"),
        (datetime(2026, 7, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-06-30T22:00:00Z"),
    ],
)
def test_a_time_goes_as_rfc_3339_in_utc_wherever_the_hub_stands(
    value: datetime, text: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert time_text(value) == text
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("to", "value", "form"),
    [
        ("day", datetime(2026, 6, 30, 22, tzinfo=UTC), "2026-07-01"),
        ("month", datetime(2026, 6, 30, 22, tzinfo=UTC), "2026-07"),
        ("year", datetime(2025, 12, 31, 23, tzinfo=UTC), "2026"),
        ("month", "1990-05-06", "1990-05"),
        ("year", "1990-05-06", "1990"),
        ("month", "1990-05", None),
        ("year", "unknown", None),
        ("postcode4", " 9711 zz ", "9711"),
        ("postcode4", "0711ZZ", None),
        ("postcode4", "9711ZZ1", None),
    ],
)
def test_a_value_in_its_general_form(to: Any, value: Any, form: str | None):
    assert generalise(to)(value) == form


DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("2026-03-01", "0-3"),
        ("2022-03-02", "0-3"),
        ("2022-03-01", "4-11"),
        ("2014-03-02", "4-11"),
        ("2014-03-01", "12-17"),
        ("2008-03-02", "12-17"),
        ("2008-03-01", "18-22"),
        ("1956-03-02", "60-69"),
        ("1956-03-01", "70+"),
        ("1920-01-01", "70+"),
        ("2026-03-02", None),
        ("unknown", None),
    ],
)
def test_an_age_band_begins_on_the_birthday(born: str, band: str | None):
    assert age_band(born, DAY) == band


def mac(key: bytes, *parts: str) -> bytes:
    """Written anew from the description: each part after its length in four bytes."""
    framed = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(key, framed, "sha256").digest()


def test_pseudonyms_and_keys_are_the_hmacs_that_the_reference_says():
    """They must outlive every release: a recipient joins this year's with last month's."""
    towards = mac(SECRET, "ketensluis pseudonym 1", "vt:groningen", "2026")
    pseudonyms = Pseudonyms(SECRET)
    made = pseudonyms.towards("vt:groningen", "2026")
    assert made.of("persons[].bsn", "999999990") == (
        f"ps-{mac(towards, 'persons[].bsn', '999999990').hex()[:16]}"
    )
    assert made.of("persons[].person_id", "p1", "PL1") == (
        f"ps-{mac(towards, 'persons[].person_id', 'p1', 'PL1').hex()[:16]}"
    )
    assert pseudonyms.dossier_key == mac(SECRET, "ketensluis dossier 1")
    for _ in range(2):  # also when it is asked again
        assert pseudonyms.digest_key("om:x") == mac(SECRET, "ketensluis delivery digest 1", "om:x")
        assert pseudonyms.towards("vt:groningen", "2026") == made


def test_a_pseudonym_of_a_person_is_that_of_the_field_the_value_and_the_incident():
    who = {"id": "who", "fields": "persons[].person_id"}
    people = [person("zandoogje", "victim"), person("koolwitje", "suspect")]
    found = redact(incident(persons=people, relations=[]), who)
    made = Pseudonyms(SECRET).towards("vt:groningen", "2026")
    assert [each.person_id for each in found.released.persons or ()] == [
        made.of("persons[].person_id", name, "PL0100-2026000001")
        for name in ("zandoogje", "koolwitje")
    ]
