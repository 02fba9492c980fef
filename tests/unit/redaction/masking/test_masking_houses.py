"""House numbers without a street, additions and ranges go; counts, ages and times stay."""

from __future__ import annotations

import pytest

from ketensluis.model.incident import Address, Person
from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mw op 17 zegt dat het vaker gebeurt", "mw op [adres] zegt dat het vaker gebeurt"),
        ("hij stond bij 41 aan te bellen", "hij stond bij [adres] aan te bellen"),
        (
            "aangebeld bij 12, 14 en 16, niemand",
            "aangebeld bij [adres], [adres] en [adres], niemand",
        ),
        ("de mensen van 36 waren weg", "de mensen van [adres] waren weg"),
        ("hij komt van hiernaast, van zesentwintig.", "hij komt van hiernaast, van [adres]."),
        ("40: geen gehoor. 42: hoorde gegil", "[adres]: geen gehoor. [adres]: hoorde gegil"),
        ("50 tot en met 56: leeg", "[adres]: leeg"),
        ("zij woont op 34, hij op 36", "zij woont op [adres], hij op [adres]"),
    ],
)
def test_a_house_number_that_stands_alone_is_masked(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "hij werd op 12 en 13 mei gezien",
        "zij belde op 3 of 4 dagen",
        "een zoon van 16 en een dochter van 23",
        "haar zoon van 27 sliep",
        "tussen 10 en 11 uur sliep hij",
        "een kans van 1 op 10",
        "bij 30 graden zat het kind buiten",
        "hij belde op 112",
        "in de nacht van 3 op 4 mei",
        "de score ligt op 80%",
        "in 2019 en in 2021 ook",
    ],
)
def test_a_count_an_age_or_a_time_is_no_house_number(masker: Masker, text: str):
    assert masker.mask(text) == text


def test_the_records_house_number_goes_where_it_stands_alone(masker: Masker):
    person = Person(
        person_id="1", role="victim", address=Address(street="Zeestraat", house_number="45")
    )
    text = "zij lag voor 45 met haar tas"
    assert masker.mask(text, [person]) == "zij lag voor [adres] met haar tas"
    counted = "hij liep 45 meter, voor 45 euro"
    assert masker.mask(counted, [person]) == counted


@pytest.mark.parametrize(
    "address",
    [
        "Amsteldijk t/o 14",
        "Keizersgracht 14 III achter",
        "Rijksweg 122 bis a",
        "Houtmanstr. 8 bv",
        "Slotermeerlaan 109 achter",
        "Figeeweg 1 - 88",
        "Kerkstraat 12 en 14",
        "Dorpsstraat 12 tot en met 18",
        "3e Oosterparkstr 12",
        "2e Jan Steenstraat 54",
        "nummer 14 links",
    ],
)
def test_what_belongs_to_a_house_number_goes_with_it(masker: Masker, address: str):
    masked = masker.mask(f"wij gingen naar {address}, deur dicht.")
    assert masked.removeprefix("wij gingen naar ") in {
        "[adres], deur dicht.",
        "nummer [adres], deur dicht.",
    }


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("woont Kerkstraat 12 en 3 kinderen", "woont [adres] en 3 kinderen"),
        ("was Kerkstraat 12 achter de bank", "was [adres] achter de bank"),
        ("ter plaatse nr 14 hoog, deur open", "ter plaatse nr [adres], deur open"),
    ],
)
def test_what_goes_on_after_a_house_number_stays(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "born",
    [
        "geb. kerst '84",
        "geb. kerst 84",
        "geb. 1e kerstdag 1984",
        "geboren op Koningsdag 2001",
        "geb dat 28 aban 1361",
        "hij is uit 1979",
        "zij is van het jaar 1991",
        "zij is van augustus 1990",
        "bouwjaar 1988",
        "hij is '92er",
        "Demir, 1990",
        "Demir, uit 1990",
        "viert 12 mei haar verjaardag",
        "wordt 12 mei 18",
        "de baby is van 3 januari",
        "morgen, 13 mei, wordt hij twaalf",
        "18 geworden op 13 mei",
        "bevallen op 13 mei",
        "hij komt uit '92",
    ],
)
def test_a_loosely_said_birth_is_masked(masker: Masker, born: str):
    masked = masker.mask(f"verklaard: {born}, zei hij.")
    assert "[geboortedatum]" in masked
    words = ("1984", "84", "2001", "1361", "1979", "1991", "1990", "1988", "92", "mei", "januari")
    assert not any(word in masked for word in words)


@pytest.mark.parametrize(
    "text",
    [
        "in maart 1998 zijn wij getrouwd",
        "een verklaring uit 2008 lag erbij",
        "sinds 1998 woont hij daar",
        "een brief van 3 januari lag erbij",
        "hij wordt op 12 mei gehoord",
        "op 13 mei wordt hij verhoord",
        "een auto uit '92 stond er",
        "geboren met 38 weken en 3 kilo",
    ],
)
def test_the_time_of_an_event_is_no_birth(masker: Masker, text: str):
    assert masker.mask(text) == text
