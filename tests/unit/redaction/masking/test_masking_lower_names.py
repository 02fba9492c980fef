"""Names in lower case that little tells, and the words that look like them."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gebeld met mr. p. haak over de zaak", "gebeld met mr. [naam] over de zaak"),
        ("hij is onderzocht door dr j v dam vandaag", "hij is onderzocht door dr [naam] vandaag"),
        ("gebeld met mw ten have van de opvang", "gebeld met mw [naam] van de opvang"),
        ("overleg met dhr vd hart over de zaak", "overleg met dhr [naam] over de zaak"),
        ("zij slaapt bij ben op de bank", "zij slaapt bij [naam] op de bank"),
        ("het kind is naar opa ben", "het kind is naar opa [naam]"),
        (
            "gehoord zijn achmed, job, fatima en de rest",
            "gehoord zijn [naam], [naam], [naam] en de rest",
        ),
        ("hij woont ergens in kijkduin", "hij woont ergens in [plaats]"),
    ],
)
def test_a_name_in_lower_case_goes(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "dat ik bij hem gebleven ben en niet weg wil",
        "dat mw ter plaatse werd gehoord en dhr ten tijde van het feit weg was",
        "hij vroeg of ik een goede moeder ben.",
        "zij had pijn aan haar hoofd, rug, arm en been",
    ],
)
def test_a_verb_or_a_list_of_things_stays(masker: Masker, text: str):
    assert masker.mask(text) == text
