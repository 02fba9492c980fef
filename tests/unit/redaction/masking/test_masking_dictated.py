"""What is said aloud, sign by sign or in pieces, goes as a whole; what only sounds so stays."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "stuur het naar team zorg apenstaartje wijkhuis punt nl voor vrijdag",
            "stuur het naar [e-mail] voor vrijdag",
        ),
        ("zij vond dat via jouwbuurt punt com slash forum", "zij vond dat via [website]"),
        ("hij heet daar kleine underscore beer acht acht zegt zij", "hij heet [account] zegt zij"),
        ("het kenteken was h drie streepje l k t streepje vier", "het kenteken was [kenteken]"),
        ("haar pas is c negen een drie vier v", "haar pas is [nummer]"),
        ("ik spel b o s spatie m a n dus", "ik spel [naam] dus"),
        ("wij gingen naar de molen zand weg zeven en twintig. niemand", "naar de [adres]. niemand"),
        ("hij woont op de lange dijk nummer honderd twee b nu", "hij woont op de [adres] nu"),
    ],
)
def test_what_is_said_in_pieces_goes_as_a_whole(masker: Masker, text: str, masked: str):
    assert masked in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ik zag op de weg twee mannen vechten.",
        "Hij lag op de kade een uur te slapen.",
        "Dat is een punt van zorg en daarom een punt waar wij op letten.",
    ],
)
def test_what_counts_something_stays(masker: Masker, text: str):
    assert masker.mask(text) == text


SAID = (
    "even inspreken wij waren punt vanavond bij {} aan de deur komma zij deed niet open en de man "
    "van twee hoog wist van niets punt wij gaan morgen weer"
)


@pytest.mark.parametrize("name", ["wil helm", "geor gina", "ma rieke", "mul der", "ver meulen"])
def test_in_dictation_a_name_in_pieces_is_known_by_their_sum(masker: Masker, name: str):
    assert masker.mask(SAID.format(name)) == SAID.format("[naam]")


def test_in_dictation_a_town_in_pieces_is_one(masker: Masker):
    assert "[plaats]" in masker.mask(SAID.format("rotter dam"))


def test_small_words_that_sound_like_a_name_together_stay(masker: Masker):
    assert "en de man van" in masker.mask(SAID.format("haar"))


def test_a_road_after_what_is_masked_is_of_the_street(masker: Masker):
    assert "straat" not in masker.mask(SAID.format("de familie in de thor becke straat"))
