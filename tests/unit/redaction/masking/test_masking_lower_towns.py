"""A town in lower case goes though it is a word too, where no such word can stand."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("zij studeren in leiden, weten niets", "zij studeren in [plaats], weten niets"),
        ("zij komt uit sliven. dat weet ik", "zij komt uit [plaats]. dat weet ik"),
    ],
)
def test_a_town_that_is_a_word_goes_after_in_or_uit(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


def test_an_island_says_more_than_a_country(masker: Masker):
    assert "Curaçao" not in masker.mask("hij is van Curaçao, zegt hij")


@pytest.mark.parametrize(
    "text",
    [
        "zij schuilde in haren schuur",
        "hij is in alle staten",
        "zij liep in heel het huis",
        "hij werd uit huis gezet, in overleg met haar",
    ],
)
def test_a_word_after_in_or_uit_that_goes_on_stays(masker: Masker, text: str):
    assert masker.mask(text) == text
