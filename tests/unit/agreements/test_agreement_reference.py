"""The reference page names every key, action, condition and built-in rule there is."""

from __future__ import annotations

from typing import get_args

import pytest
from made_incidents import ROOT

from ketensluis.agreements.actions import GENERALISATIONS, Action
from ketensluis.agreements.agreement import Agreement, Rule
from ketensluis.agreements.conditions import Conditions

PAGE = (ROOT / "docs" / "reference" / "agreements.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    [
        *Agreement.model_fields,
        *Rule.model_fields,
        *Conditions.model_fields,
        *get_args(Action),
        *GENERALISATIONS,
    ],
)
def test_every_word_of_the_language_is_in_the_reference(word: str):
    assert f"`{word}`" in PAGE
