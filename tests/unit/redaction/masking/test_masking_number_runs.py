"""The pieces of one number go whole, with what was said between them."""

from __future__ import annotations

import re

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "bel haar op nul zes, eh, twaalf, wacht, vierendertig en dan zesenvijftig zevenzeven",
            "bel haar op [telefoon]",
        ),
        ("haar nummer is 06 en dan 12 34 nee 35 en dan 56 78", "haar nummer is [telefoon]"),
        ("zij belde met 0255 en dan 5 1 7 7 0 4, boos", "zij belde met [telefoon], boos"),
        ("haar zus, o6—39—77—24—08, kwam", "haar zus, [telefoon], kwam"),
        ("via 0166 eh 60 27 9 eh 1. weg", "via [telefoon]. weg"),
        ("op 06 12 .. .. 78 56 belde zij", "op [telefoon] belde zij"),
        ("iban nl twaalf ingb nul nul nul vijf", "iban [rekening]"),
        ("bel zes-een-negen en dan 44 83 07, 06 ervoor. weg", "bel [nummer]. weg"),
        ("mijn nummer is 075, 6 drieën en een 1. weg", "mijn nummer is [telefoon]. weg"),
    ],
)
def test_a_number_in_pieces_goes_with_what_is_between(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "paspoort NT 0 4 4 1 B 9 8, weg",
        "rekening nl 88 abna o417 7720 63, weg",
        "rekening NL zestig RABO nul een twee drie vier vijf zes, weg",
    ],
)
def test_letters_and_digits_of_an_announced_number_go(masker: Masker, text: str):
    left = re.sub(r"\[[a-z-]+\]", "", masker.mask(text))
    assert left.split(maxsplit=1)[1].strip(" ,weg") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Hij was drie, vier of vijf keer geslagen, en dan nog 2 keer.",
        "De kinderen zijn 3, 5, 8 en 12 jaar.",
        "Hij belde 40 keer, en dan nog 12 keer, eh, 13 keer.",
        "Om 10.15, 10.20, 10.45 en 11.05 uur belde hij, in 2021, 2022 en 2023.",
        "Zij telde een, twee, drie, en dan sloeg hij.",
        "Hij gaf 50 euro, dan 20 euro en dan nog 5 euro.",
    ],
)
def test_counts_with_such_words_between_stay(masker: Masker, text: str):
    assert masker.mask(text) == text
