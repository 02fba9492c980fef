"""How a text is written as a whole, by which its words are weighed otherwise."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking.styles import (
    CARELESS,
    DICTATED,
    PLAIN,
    SHOUTED,
    base,
    style_of,
)

SAID = (
    "ja even inspreken wij staan bij de woning aan het plein nummer zeven de buurvrouw van acht "
    "heeft gebeld punt nieuwe regel hij is een uur geleden weggegaan komma op de fiets punt"
)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("Ik zag dat de man zijn vrouw sloeg. Daarna ging hij met de fiets weg.", PLAIN),
        (
            "ik zag dat de man zijn vrouw sloeg. daarna ging hij met de fiets van de buurvrouw weg",
            CARELESS,
        ),
        ("hij heet bos", PLAIN),  # too short to tell
        ("IK ZAG DAT DE MAN ZIJN VROUW SLOEG. DAARNA GING HIJ WEG", SHOUTED),
        (SAID, DICTATED),
        (f"{SAID} om 12 uur", CARELESS),
    ],
)
def test_a_text_has_one_style(text: str, style: str):
    assert style_of(text) == style


@pytest.mark.parametrize("style", [CARELESS, DICTATED])
def test_in_every_style_a_word_without_a_capital_is_in_lower_case(style: str):
    assert base(style) == "lower"
