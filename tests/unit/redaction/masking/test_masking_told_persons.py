"""A name goes by the age or role told of it, and again wherever it went once."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "roos (vrouw, 26) doet open",
            "[naam] (vrouw, 26) doet open",
        ),
        ("huisgenoot jet vond dat wij laat waren", "huisgenoot [naam] vond dat wij laat waren"),
        ("huurders zijn A. en E. Wesselink.", "huurders zijn [naam]."),
        (
            "haar neef Arend belde. Sinds arend komt is het rustig.",
            "haar neef [naam] belde. Sinds [naam] komt is het rustig.",
        ),
        (
            "Toon werd gehoord. Later kwam Toon terug met haar.",
            "[naam] werd gehoord. Later kwam [naam] terug met haar.",
        ),
    ],
)
def test_a_name_that_is_a_word_goes_by_what_is_told_of_it(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("zij noemde hem Vos. In de tuin liep een vos.", "een vos."),
        ("zij kocht een roos (rood) voor haar moeder.", "een roos (rood)"),
        ("zijn moeder wil niet praten, zegt hij", "moeder wil niet praten"),
        ("getuige De Wit zag een witte bus.", "een witte bus."),
    ],
)
def test_the_word_with_its_article_stays(masker: Masker, text: str, kept: str):
    assert kept in masker.mask(text)
