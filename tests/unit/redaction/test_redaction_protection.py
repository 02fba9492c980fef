"""What is never released, whatever the agreement says: what would hurt a person most."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from made_incidents import AT, HOME, SECRET, agreement, incident, person

from ketensluis.agreements.fields import FIELDS
from ketensluis.model.incident import Incident
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor

ALL = [path for path in FIELDS if path != "narrative"]
EVERYTHING = agreement(
    {"id": "all", "fields": ALL}, {"id": "text", "fields": ["narrative"], "action": "mask"}
)
TO_SUSPECT = EVERYTHING.model_copy(update={"shown_to_suspect": True})


def redact(it: Incident, *, by: Any = EVERYTHING, masker: Any = lambda text, *_: text):
    return Redactor(by, Pseudonyms(SECRET)).redact(
        it, recipient="vt:groningen", at=AT, masker=masker
    )


def text(it: Incident, **how: Any) -> str:
    return msgspec.json.encode(redact(it, **how).released).decode()


def ruled(it: Incident, **how: Any) -> dict[str, str]:
    return {kept.path: kept.rule for kept in redact(it, **how).withheld}


SECRET_HOME = {**HOME, "municipality": "GM1680", "secret": True}


def in_hiding(**more: Any):
    return incident(
        persons=[
            person("p1", "victim", surname="Zandoogje", address=SECRET_HOME),
            person("p2", "suspect", address={**HOME, "house_number": "88", "postcode": "9999AA"}),
        ],
        **more,
    )


def test_of_a_secret_address_nothing_goes_not_even_its_municipality():
    found = ruled(in_hiding())
    for leaf in ("street", "house_number", "postcode", "city", "municipality"):
        assert found[f"persons[0].address.{leaf}"] == "protected.secret_address"
    shown = text(in_hiding())
    for value in ("Elzenlaan", "9711", "Groningen", "GM1680"):
        assert value not in shown
    assert "Zandoogje" in shown


def test_of_a_secret_address_no_generalised_form_goes():
    general = agreement(
        {
            "id": "p4",
            "fields": ["persons[].address.postcode"],
            "action": "generalise",
            "to": "postcode4",
        },
        {
            "id": "m",
            "fields": ["persons[].address.city", "place.city"],
            "action": "generalise",
            "to": "municipality",
        },
    )
    it = in_hiding(municipality="GM1680", place={"city": "Elders"})
    assert "9711" not in text(it, by=general)
    assert "GM1680" not in text(it, by=general)


@pytest.mark.parametrize(
    "place",
    [
        HOME,
        {"street": "elzenlaan", "house_number": "5"},
        {"postcode": "9711 zz", "house_number": "5"},
        {"postcode": "9711ZZ"},
        {"street": "Elzenlaan"},
    ],
)
def test_a_place_that_is_the_secret_address_does_not_go_nor_does_the_municipality(place: Any):
    it = in_hiding(place=place)
    found = ruled(it)
    assert {found[f"place.{leaf}"] for leaf in place} == {"protected.secret_address"}
    assert found["municipality"] == "protected.secret_address"
    assert "place" not in msgspec.to_builtins(redact(it).released)


def test_who_shares_the_secret_address_without_the_mark_is_protected_too():
    it = incident(
        persons=[
            person("p1", "victim", address=SECRET_HOME),
            person("k1", "child", address=HOME | {"postcode": "9711 zz"}),
        ],
        relations=[],
    )
    found = ruled(it)
    assert found["persons[1].address.street"] == "protected.secret_address"
    assert found["persons[1].address.house_number"] == "protected.secret_address"


def test_a_municipality_that_repeats_that_of_a_secret_address_does_not_go():
    assert "GM1680" not in text(in_hiding(municipality="GM1680"))


@pytest.mark.parametrize(
    "street", ["Vrouwenopvang De Linde", "Blijf-van-mijn-lijfhuis", "safehouse 3"]
)
def test_a_shelter_does_not_go_even_if_nobody_marked_it(street: Any):
    it = incident(
        persons=[person("p1", "victim", address={"street": street, "city": "Assen"})], relations=[]
    )
    assert ruled(it)["persons[0].address.city"] == "protected.shelter"
    assert "Assen" not in text(it)


def test_of_an_anonymous_reporter_nothing_goes_at_all():
    it = incident(
        persons=[
            person("p1", "victim", surname="Zandoogje"),
            person(
                "r1",
                "reporter",
                anonymous=True,
                surname="Citroentje",
                phone="0000000001",
                address=HOME,
                birth_date="1970-01-01",
            ),
            person("w1", "witness", surname="Citroentje", birth_date="1970-01-01"),
        ],
        relations=[{"from": "r1", "to": "p1", "kind": "family"}],
        narrative="Melder hoorde geschreeuw.",
        place=HOME,
    )
    shown = text(it)
    for value in ("r1", "Citroentje", "0000000001", "1970", "family", "geschreeuw", "Elzenlaan"):
        assert value not in shown
    found = ruled(it)
    assert found["persons[1].surname"] == "protected.anonymous_reporter"
    assert found["persons[2].surname"] == "protected.anonymous_reporter"
    assert found["relations[0].kind"] == "protected.person_withheld"
    assert found["narrative"] == "protected.anonymous_reporter"


def test_a_reporter_is_protected_towards_the_suspects_side_only():
    it = incident(persons=[person("r1", "reporter", surname="Citroentje")], relations=[])
    assert "Citroentje" in text(it)
    assert "Citroentje" not in text(it, by=TO_SUSPECT)
    assert ruled(it, by=TO_SUSPECT)["persons[0].surname"] == "protected.source"


@pytest.mark.parametrize("person_id", ["anna", "999999990", "1985", "zandoogje-1", "p1 Zandoogje"])
def test_a_person_id_that_may_be_personal_goes_as_a_pseudonym_everywhere(person_id: Any):
    it = incident(
        persons=[person(person_id, "victim"), person("p2", "suspect")],
        relations=[{"from": "p2", "to": person_id, "kind": "partner"}],
    )
    released = redact(it).released
    assert released.persons is not None
    assert released.relations is not None
    assert released.persons[0].person_id == released.relations[0].to
    assert person_id not in text(it)


def test_free_text_stays_without_a_masker_or_when_it_fails():
    it = incident(narrative="Zandoogje kreeg een klap.")

    def broken(*_: object) -> str:
        raise RuntimeError("Zandoogje")

    assert ruled(it, masker=None)["narrative"] == "protected.no_masker"
    assert ruled(it, masker=broken)["narrative"] == "protected.masking_failed"


@pytest.mark.parametrize(
    "leak", ["Zandoogje zei niets", "bel 06-1234 5678", "ELZENLAAN 5", "9711 zz", "bsn 99999.9990"]
)
def test_free_text_in_which_the_masking_left_a_withheld_value_stays(leak: Any):
    by = agreement({"id": "text", "fields": ["narrative"], "action": "mask"})
    it = incident(
        persons=[
            person(
                "p1",
                "victim",
                surname="Zandoogje",
                phone="0612345678",
                bsn="999999990",
                address=SECRET_HOME,
            )
        ],
        relations=[],
        narrative=leak,
    )
    assert ruled(it, by=by)["narrative"] == "protected.unmasked_value"
    assert leak not in text(it, by=by)


def test_free_text_is_masked_even_where_a_rule_would_release_it():
    by = agreement({"id": "text", "fields": ["narrative"]})
    assert text(incident(narrative="x"), by=by, masker=lambda *_: "[x]") == '{"narrative":"[x]"}'
