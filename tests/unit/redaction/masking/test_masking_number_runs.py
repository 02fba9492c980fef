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


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Zij heet Kurt, zeven maart acht en tachtig, en viel.", "[geboortedatum]"),
        ("Ze zijn '55 en '53, zegt hij.", "[geboortedatum] en [geboortedatum]"),
        ("Anna ('85) en Piet, '83, kwamen.", "([geboortedatum]) en"),
        ("Zij is '85 geboren.", "is [geboortedatum] geboren"),
        ("Haar pas zegt 12 wrzesnia 1991.", "[geboortedatum]"),
        ("Haar pas zegt 3 March 1985.", "[geboortedatum]"),
        ("Geboren vier juli in het jaar tachtig.", "[geboortedatum]."),
        ("Geboren de twaalfde van de derde vijfentachtig.", "de [geboortedatum]."),
    ],
)
def test_a_birth_in_words_or_by_its_year_goes(masker: Masker, text: str, masked: str):
    found = masker.mask(text)
    assert masked in found
    left = ("55", "53", "85", "83", "1991", "tachtig", "maart", "March", "wrzesnia", "jaar")
    assert not any(word in found for word in left)


@pytest.mark.parametrize(
    "text",
    [
        "In de zomer van '21 woonde hij daar, sinds '19 samen met haar.",
        "Op zeven maart kwam hij acht keer.",
        "Op 12 March 2024 belde hij.",
        "Op zeven mei om acht uur viel zij.",
    ],
)
def test_dates_of_events_stay(masker: Masker, text: str):
    assert "[geboortedatum]" not in masker.mask(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "mail a.wilgenburg (at) hsmaasmond . nl graag",
            "mail [e-mail] graag",
        ),
        ("mail jan.devries[at]gmail[dot]com graag", "mail [e-mail] graag"),
        ("mail devries @ hotmail . com graag", "mail [e-mail] graag"),
        ("foto's staan op romyleaks.on-the-net.cc.", "foto's staan op [website]."),
        ("kenteken deels leesbaar: H-7?9-LB. weg", "kenteken deels leesbaar: [kenteken]. weg"),
        ("zij woont aalbersestraat negen.", "zij woont [adres]."),
        ("buurjongen dylan van 79 zegt niets", "buurjongen [naam] van [adres] zegt niets"),
        ("wachtmeester, nummer LI 26 1883, kwam", "wachtmeester, nummer [nummer], kwam"),
        ("pint van nl 88 abna o417 7720 63, weg", "pint van [rekening], weg"),
        ("de laatste cijfers zijn 7 8 9.", "de laatste cijfers zijn [nummer]."),
    ],
)
def test_other_odd_forms_go(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked
