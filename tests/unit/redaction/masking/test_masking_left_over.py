"""What stands right beside what goes, and is a part of it, does not stay."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("hij zag de familie v dam gisteren", "hij zag de familie [naam] gisteren"),
        ("zij bidt bij temple of hope ministry in de stad", "temple of hope"),
        ("hij reed in een audi k 44 rtx voorbij", "k 44 rtx"),
        ("ter plaatse zuidlandse weg 14b gegaan", "zuidlandse weg 14b"),
        ("zij kent hem van korfbalclub ons genoegen", "ons genoegen"),
        ("hij liep over de stedumse weg naar huis", "stedumse weg"),
        ("hij slaapt in motel de wilg vannacht", "motel de wilg"),
    ],
)
def test_what_is_left_of_a_name_goes_with_it(masker: Masker, text: str, masked: str):
    assert masked in masker.mask(text) if "[" in masked else masked not in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "Zie foto's 1 t/m 6 in de map.",
        "Het slachtoffer is v 31 jaar.",
        "Zij liep over de weg naar huis.",
    ],
)
def test_a_letter_or_a_noun_that_is_no_part_of_a_name_stays(masker: Masker, text: str):
    assert masker.mask(text) == text
