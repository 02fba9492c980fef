"""A home that is told by what lies beside it goes; what any home may have stays."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("zij woont naast de oude brouwerij in de stad.", "zij woont [adres]."),
        ("wij wonen in het huis met de kabouters.", "wij wonen in [adres]."),
        ("ze woont in een boerderij tussen twee viaducten.", "ze woont in [adres]."),
        ("zij woont in de flat achter het station.", "zij woont in [adres]."),
        ("hij huurt een kamer boven de drogist aan de markt.", "hij huurt een kamer [adres]."),
        ("Woning: boerderij achter de kapel.", "Woning: [adres]."),
        ("Het huis is het rode huis aan de dijk.", "Het huis is [adres]."),
        ("Woning naast de oude smederij, zegt zij", "Woning [adres], zegt zij"),
        ("Het is de boswachterswoning in het bos.", "Het is [adres]."),
        ("ik woon op het eerste erf links voorbij de molen.", "ik woon op het [adres]."),
        ("hij zat in de laatste stal voor de overweg.", "hij zat in de [adres]."),
        ("het laatste huis voor de brandgang, daar woont zij.", "het [adres], daar woont zij."),
    ],
)
def test_a_home_that_is_known_by_what_lies_beside_it_goes(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "hij woont in een huis met een tuin.",
        "zij woont in een flat met haar kinderen.",
        "zij woont bij haar moeder in de stad.",
        "hij woont naast de verdachte.",
        "hij woont in de schuur achter het huis.",
        "zij wonen boven elkaar.",
        "zij woont boven het café.",
        "de woning is een hoekwoning met een tuin.",
        "het is een woning met twee kamers.",
        "de eerste deur links is de badkamer.",
        "wij zagen de tweede man achter de auto.",
        "in de woning boven de zaak was niemand.",
    ],
)
def test_what_any_home_may_have_stays(masker: Masker, text: str):
    assert masker.mask(text) == text
