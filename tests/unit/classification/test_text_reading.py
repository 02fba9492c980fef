"""What the reading of a text turns on: how near, after which word, and who it was."""

from __future__ import annotations

import pytest

from ketensluis.classification.rules import Term, Text
from ketensluis.classification.text import TextReader

WIFE = Term(id="wife", words=("vrouw",), possessive=True)
PARTNER = Term(id="partner", words=("partner",))
PAIR, CIRCLE = {"text:partner+assault": 1.0}, {"text:circle": 0.4}


def reader(*circle: Term) -> TextReader:
    """Reads by few words, at most five apart."""
    return TextReader(
        Text(
            pair=1.0,
            distance=5,
            circle=0.4,
            negations=("geen",),
            possessives=("zijn",),
            outsiders=("onbekende",),
            phrases=(Term(id="forced", stems=("uitgehuw",)),),
            circle_words=circle or (WIFE, PARTNER),
            violence_words=(Term(id="assault", words=("slaat", "mishandeld")),),
        )
    )


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("de vrouw slaat", {}),
        ("hij slaat zijn vrouw", {"text:wife+assault": 1.0}),
        # What ends the text stands before none of its words.
        ("vrouw wordt mishandeld omdat zij zo wil zijn", {}),
    ],
)
def test_a_word_that_needs_a_possessive_counts_after_one_only(text: str, signals: dict[str, float]):
    assert reader().signals(text) == signals


def test_a_word_counts_by_any_of_the_terms_that_it_stands_for():
    woman = Term(id="woman", words=("vrouw",))
    assert reader(WIFE, woman).signals("de vrouw slaat") == {"text:woman+assault": 1.0}


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("partner een twee drie vier slaat", PAIR),
        ("partner een twee drie vier vijf slaat", CIRCLE),
        ("slaat een twee drie vier partner", PAIR),
        ("een twee drie vier vijf zes zeven partner slaat", PAIR),
    ],
)
def test_violence_counts_up_to_the_distance_wherever_in_the_sentence(
    text: str, signals: dict[str, float]
):
    assert reader().signals(text) == signals


def test_a_word_of_the_circle_alone_says_nothing_more_where_something_was_found():
    assert reader().signals("partner slaat. Ook de partner was er.") == PAIR


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("partner mishandeld door onbekende", CIRCLE),
        ("partner mishandeld door de haar volslagen onbekende", CIRCLE),
        ("partner mishandeld door de haar toch volslagen onbekende", PAIR),
        ("door een onbekende is mishandeld partner", CIRCLE),
        ("door een onbekende gezien en later mishandeld partner", PAIR),
        ("partner werd mishandeld en onbekende zag het", PAIR),
        ("onbekende door ziekte partner mishandeld", PAIR),
        ("partner slaat door onbekende", PAIR),
    ],
)
def test_violence_is_an_outsiders_where_he_follows_door_near_a_participle(
    text: str, signals: dict[str, float]
):
    assert reader().signals(text) == signals


def test_what_a_phrase_names_is_of_the_circle_whoever_did_it():
    assert reader().signals("uitgehuwd door een onbekende") == {"text:forced": 1.0}
    assert reader().signals("geen van hen uitgehuwd") == {}
