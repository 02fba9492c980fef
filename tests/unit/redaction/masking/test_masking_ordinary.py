"""Ordinary words that no list has stay: compounds, what is cut short, other languages."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    "text",
    [
        "haar leerlingnummer en zijn polisnr zijn niet bekend",
        "op de wasmachinehandleiding stond niets",
        "het kinderpaspoort en de kinderlaarsjes lagen in de gang",
        "de ketting is losgeknipt en zij moest terugkomen",
        "zij is geinformeerd en wilde de fotos wel laten zien",
        "zij slikt metformine en hij heeft Ritalin gehad",
        "agg gehoord, ehd ter plaatse, gaat di en za verder",
    ],
)
def test_a_word_that_is_made_of_words_or_cut_short_stays(masker: Masker, text: str):
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        'hij riep: "çok iyi bunu şimdi değil"',
        'zij zei steeds: "nie chcę, proszę bardzo, już nie"',
        "zij riep no puedo mucho gracias señor",
    ],
)
def test_a_run_of_words_of_another_language_stays(masker: Masker, text: str):
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("hij riep: çok iyi mehmet şimdi", "hij riep: çok iyi [naam] şimdi"),
        ("gesproken met getuige değil", "gesproken met getuige [naam]"),
        ("mijn man deboer sloeg mij", "mijn man [naam] sloeg mij"),
        ("hij woont in de karspeldreef", "hij woont in de [adres]"),
    ],
)
def test_a_name_among_such_words_goes(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        'Zij zei: "hae sjloog mich en ich bin bang."',
        "Hij riep: hai het mie sloagen en gooid.",
        'Het kind zei "wy hawwe neat sjoen".',
    ],
)
def test_the_speech_of_a_region_stays_among_its_like(masker: Masker, text: str):
    assert masker.mask(text) == text


def test_a_name_in_the_speech_of_a_region_goes(masker: Masker):
    assert masker.mask("Zij verblijft in it Nije Hûs in Heeg.").count("Hûs") == 0


def test_a_word_without_the_vowel_of_its_ending_stays(masker: Masker):
    text = "hij heeft het briefje afgegvn en is tijdljk weg"
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    "text",
    ["de sleutel vd auto lag op tafel", "hij is als vd aangemerkt en ging mee"],
)
def test_of_the_in_one_word_stays_before_a_word(masker: Masker, text: str):
    assert masker.mask(text) == text


def test_of_the_in_one_word_goes_with_its_name(masker: Masker):
    assert masker.mask("gebeld door mw vd heuvel vanavond") == "gebeld door mw [naam] vanavond"


def test_a_long_word_that_is_cut_short_stays_however_seldom_it_is(masker: Masker):
    text = "hij weigerde de gezinsv en de ambtsdr te woord te staan"
    assert masker.mask(text) == text
