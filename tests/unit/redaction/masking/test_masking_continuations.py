"""An address goes on in words: numbers, doors and floors go too; what happens there stays."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("woont Kerkstraat honderd en zeventien be.", "woont [adres]."),
        ("woont Beethovenlaan vijf nul een, zegt zij", "woont [adres], zegt zij"),
        ("woont Rozenpad nr zeven en een half, zegt zij", "woont [adres], zegt zij"),
        ("hij woont op nummer zevenenzeventig b.", "hij woont op nummer [adres]."),
        ("woont Dorpsstraat tweehonderdelf, zegt zij", "woont [adres], zegt zij"),
        ("postcode 78 14 en dan KL, zegt zij", "postcode [adres], zegt zij"),
        ("zij weet nog: 3522 en dan iets", "zij weet nog: [nummer] en dan iets"),
    ],
)
def test_a_house_number_in_words_or_pieces_goes_whole(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("woont Havenweg 4, achterste loods.", "woont [adres]."),
        ("woont Havenweg 4 achterste loods", "woont [adres]"),
        ("woont Havenweg 4, boven de fietsenmaker.", "woont [adres]."),
        ("woont Havenweg 4 bovenwoning.", "woont [adres]."),
        ("buren op Havenweg 86 en 90 bellen.", "buren op [adres] bellen."),
        ("woont Havenweg 4, 4e etage.", "woont [adres]."),
        ("woont Havenweg 4, zwarte deur.", "woont [adres]."),
        ("woont Havenweg 4, tweede deur links.", "woont [adres]."),
        ("woont Havenweg 4, derde portiek, vierde deur.", "woont [adres]."),
        ("woont Havenweg 4, tweede deur na de brug.", "woont [adres]."),
        ("woont Havenweg 4, ingang steeg.", "woont [adres]."),
        ("woont Havenweg 4, trappenhuis 2, de zevende.", "woont [adres], [adres]."),
        ("woont in de Havenweg, 4.07, zegt zij", "woont in de [adres], zegt zij"),
        ("woont Havenweg 4, die met de witte kiezels.", "woont [adres]."),
        ("woont Havenweg 200 achter.", "woont [adres]."),
        ("woont Havenweg 40, achter.", "woont [adres]."),
        ("woont Pater van den Elsenlaan 40.", "woont [adres]."),
    ],
)
def test_a_part_of_premises_in_words_goes_with_the_address(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Havenweg 4, deur dicht.", "[adres], deur dicht."),
        ("Havenweg 4, kamer vol rook.", "[adres], kamer vol rook."),
        ("zij stond op de Havenweg 200 achter de auto", "zij stond op de [adres] achter de auto"),
        ("hij was nummer een van de lijst", "hij was nummer een van de lijst"),
        ("zij is honderd keer gebeld", "zij is honderd keer gebeld"),
        ("Havenweg 4, om 2.07 uur belde zij", "[adres], om 2.07 uur belde zij"),
    ],
)
def test_what_happens_at_an_address_stays(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked
