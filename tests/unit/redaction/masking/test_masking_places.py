"""Addresses, towns, schools, employers and shelters go; institutions and countries stay."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("naar de Kerkstraat 65a te Apeldoorn gegaan", "naar de [adres] te [plaats] gegaan"),
        ("aan de lange nieuwstraat 5 hs zat", "aan de [adres] zat"),
        ("aan de Burgemeester de Vlugtlaan 123 II zat", "aan de [adres] zat"),
        ("op het Plein 1944 lag", "op het [adres] lag"),
        ("aan het Hof van Delftlaan 88 was", "aan het [adres] was"),
        ("woont op nummer 18 en", "woont op nummer [adres] en"),
        ("hij woont in heerde en", "hij woont in [plaats] en"),
        ("zij woont in goes en", "zij woont in [plaats] en"),
        ("naar Capelle aan den IJssel gegaan", "naar [plaats] gegaan"),
        ("zit op basisschool De Regenboog en", "zit op [school] en"),
        ("zit op basisschool de klimop en", "zit op [school] en"),
        ("in groep 4 van de wegwijzer zit", "in groep 4 van de [school] zit"),
        ("in café 't Hoekje zat hij", "in [gelegenheid] zat hij"),
        ("hij werkt bij de Albert Heijn als", "hij werkt bij de [organisatie] als"),
        ("verblijft in de opvang in Zwolle en", "verblijft in de [opvang] en"),
        ("zit in het Oranje Huis nu", "zit in het [opvang] nu"),
        ("lid van voetbalclub Vitesse '08 is", "lid van [vereniging] is"),
    ],
)
def test_a_place_or_organisation_is_masked(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Veilig Thuis en de Raad voor de Kinderbescherming zijn ingelicht.",
        "De Officier van Justitie heeft toestemming gegeven.",
        "Het OM, de GGZ, de IND en Slachtofferhulp weten ervan.",
        "Zij komt uit Marokko en spreekt Turks en Arabisch.",
        "Hij reed in een Volkswagen Golf en had een Samsung Galaxy.",
        "Zij appte via WhatsApp dat zij naar de Lidl ging.",
        "Vt. sloeg so met vlakke hand, ivm ruzie over geld.",
        "Hij noemde haar kankerhoer en bitch.",
        "Letsel: hematoom, puntbloedingen en een orbitafractuur.",
        "De woonkamerdeur en het keukenkastje waren vernield.",
    ],
)
def test_institutions_countries_brands_and_jargon_stay(masker: Masker, text: str):
    assert masker.mask(text) == text


def test_a_misspelling_of_a_frequent_word_stays(masker: Masker):
    text = "hij heeft haar gisteren gslagen en geschoppt"
    assert masker.mask(text) == text


def test_an_unknown_word_does_not_stay(masker: Masker):
    assert masker.mask("daar stond qzwrtkx bij de deur") == "daar stond [naam] bij de deur"
