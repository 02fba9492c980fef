"""The second look: its sums are those of the weights, and what a rule has settled stays masked."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.masking_recall import read_corpus
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.record import read_record
from ketensluis.redaction.masking.review_clues import origin_of
from ketensluis.redaction.masking.reviewing import clues_of_review
from ketensluis.redaction.masking.styles import style_of


def test_a_remembered_sum_is_the_sum_of_the_weights_of_all_clues(masker: Masker):
    weights, share, weighed = masker.weighing.weights, masker.weighing.share, 0
    for text in [*islice(read_corpus("other_7"), 12), *islice(read_corpus("other_48"), 6)] * 2:
        tokens, ruled = masker.before_review(text.text, read_record(text.persons, text.place))
        style = style_of(text.text)
        for at, clues in clues_of_review(tokens, ruled, share, style=style):
            origin = origin_of(tokens[at], ruled=at in ruled)
            expected = sum(weights.get(clue, 0.0) for clue in clues)
            score = masker.reviewing.score(tokens, at, origin, style=style)
            assert score == pytest.approx(expected)
            weighed += 1
    assert weighed


def test_what_a_rule_settled_is_not_let_go(masker: Masker):
    for text in list(read_corpus("other_8"))[:20]:
        tokens, ruled = masker.before_review(text.text, read_record(text.persons, text.place))
        settled = [at for at, token in enumerate(tokens) if token.mark and token.settled]
        small = [at for at in settled if tokens[at].lower in {"de", "van", "in"}]
        masker.reviewing.judge(tokens, ruled, style=style_of(text.text))
        assert settled
        assert all(tokens[at].mark for at in (*settled, *small))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("zij werkt bij Vermeulen en Partners, nu", "zij werkt bij [organisatie], nu"),
        ("mutatie door Sanne vh Veld, surveillance", "mutatie door [naam], surveillance"),
        ("hij woont in bergen aan zee bij vrienden", "hij woont in [plaats] bij vrienden"),
        ("Gisteren waren Omar en Femke thuis.", "Gisteren waren [naam] en [naam] thuis."),
    ],
)
def test_small_words_inside_a_name_go_with_it_and_others_stay(
    masker: Masker, text: str, masked: str
):
    assert masker.mask(text) == masked
