"""Figures are weighed by their clues: what nothing explains goes, counts and times stay."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.masking_recall import read_corpus
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.beside import beside
from ketensluis.redaction.masking.beside_clues import beside_clues
from ketensluis.redaction.masking.figure_weighing import clues_of_figure
from ketensluis.redaction.masking.figures import figures
from ketensluis.redaction.masking.record import read_record
from ketensluis.redaction.masking.styles import style_of


def test_a_remembered_sum_is_the_sum_of_the_weights_of_all_clues(masker: Masker):
    weights, weighed = masker.weighing.weights, 0
    for text in [*islice(read_corpus("other_7"), 12), *islice(read_corpus("other_48"), 6)] * 2:
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        marked = [token.mark is not None for token in tokens]
        style, goes = style_of(text.text), marked.__getitem__
        for one in figures(tokens):
            found = clues_of_figure(tokens, one, goes, style)
            expected = sum(weights.get(clue, 0.0) for clue in found)
            assert masker.figures.score(tokens, one, goes, style) == pytest.approx(expected)
            weighed += 1
    assert weighed


def test_what_stays_by_its_clues_is_left_and_what_goes_takes_its_words_along(masker: Masker):
    for text in list(read_corpus("other_8"))[:20]:
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        before = [token.mark for token in tokens]
        masker.figures.judge(tokens, style_of(text.text))
        goes = [token.mark is not None for token in tokens]
        figure = {one.at for one in figures(tokens)}
        words = {one.at for one in beside(tokens, goes.__getitem__)}
        changed = {at for at, token in enumerate(tokens) if token.mark is not before[at]}
        assert changed <= figure | words


def test_a_word_far_from_what_goes_is_not_asked_for(masker: Masker):
    tokens, _ = masker.by_rules("zij woont in de flat en zag 40 stoelen", read_record((), None))
    assert not list(beside(tokens, lambda _: False))
    forty = next(at for at, token in enumerate(tokens) if token.word == "40")
    found = list(beside(tokens, lambda at: at == forty))
    assert [tokens[one.at].word for one in found] == ["stoelen"]
    assert "+ word stoelen" in beside_clues(tokens, found[0], lambda at: at == forty)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("woont Lindelaan 40, portiek 2, bel kapot", "portiek 2"),
        ("de brieven gaan naar postbus 88", "88"),
        ("zij is van 3 4 91, zegt zij", "3 4 91"),
        ("Zij verblijft nu in het appartement boven de dierenarts.", "dierenarts"),
        ("Zij is overgebracht naar een boerderij achter de dijk.", "boerderij achter de dijk"),
    ],
)
def test_an_odd_number_or_a_described_hiding_place_goes(masker: Masker, text: str, hidden: str):
    assert hidden not in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hij dronk 12 glazen bier en viel om 23.40 uur.",
        "Zij slaapt op de bank in de woonkamer.",
        "Zij verblijft in het ziekenhuis op de afdeling.",
        "MAN EN VROUW HADDEN RUZIE OVER GELD EN DRANK.",
    ],
)
def test_counts_times_and_rooms_stay(masker: Masker, text: str):
    assert masker.mask(text) == text
