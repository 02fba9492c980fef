"""Common words in lower case go where they stand as a name, a street or a school; counts stay."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("toen kwam roos binnen", "toen kwam [naam] binnen"),
        ("volgens storm heeft hij geslagen", "volgens [naam] heeft hij geslagen"),
        ("gesproken met wit.", "gesproken met [naam]."),
        ('"faith doe open" riep hij', '"[naam] doe open" riep hij'),
        ("bij de groot is ingebroken", "bij de [naam] is ingebroken"),
        ("de boer wil haar spreken", "de [naam] wil haar spreken"),
        ("wil heeft haar geslagen", "[naam] heeft haar geslagen"),
        ("poes slaat hem al jaren", "[naam] slaat hem al jaren"),
        ("mw prent belt", "mw [naam] belt"),
        ('hij noemt hem "de kale"', 'hij noemt hem "[naam]"'),
        ("Frans belde ons", "[naam] belde ons"),
        ("VERDACHTE GROOT IS WEG", "VERDACHTE [naam] IS WEG"),
        ("moeder van s. is overspannen", "moeder [naam] is overspannen"),
    ],
)
def test_a_word_that_stands_as_a_name_is_masked(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("bij haar tante aan de hoekse waard 3.", "bij haar tante aan de [adres]."),
        ("ttp steenbok 44, man dronken", "ttp [adres], man dronken"),
        ("RUZIE ZWANEBLOEM 12-3 NU", "RUZIE [adres] NU"),
        ("zij woont op het rondeel", "zij woont op het [adres]"),
        ("hij werkt op de bonte koe", "hij werkt op de [organisatie]"),
        ("haar zoon zit op de regenboog", "haar zoon zit op de [organisatie]"),
        ("hij werkt bij huis en hof", "hij werkt bij [organisatie]"),
        ("in opvang de Blijf", "in [opvang]"),
        ("zit in crisisopvang naast het station van Heerhugowaard", "zit in [opvang]"),
        ("ingesloten houten", "ingesloten [plaats]"),
        ("kenteken k acht nul nul v b.", "kenteken [kenteken]."),
        ("zij is van zeven mei tweeduizendtwee", "zij is van [geboortedatum]"),
        ("mail jan bij gmail punt com", "mail [e-mail]"),
    ],
)
def test_a_place_or_number_of_common_words_is_masked(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "hij spreekt frans en engels",
        "mw huilt en mw belt niet meer",
        'hij noemde haar "hoer"',
        "zij zat op de rand van het bad",
        "hij gooide de sleutel naar de deur",
        "pijnscore 7 op schaal van 10",
        "hij heeft tafel 4 vernield",
        "kind 1 en kind 2 sliepen",
        "op 12-3 was het ook raak",
        "hij werkt bij de gemeente",
        "hij werkt bij een bakker in de stad",
        "woont in de wijk",
    ],
)
def test_a_word_or_count_that_stands_as_itself_stays(masker: Masker, text: str):
    assert masker.mask(text) == text
