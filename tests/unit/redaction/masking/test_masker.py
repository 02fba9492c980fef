"""What callers rely on: one text in, one text out, or an error by which the text is withheld."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.masking_recall import PARTS, UNSEEN, measure, read_corpus
from ketensluis.errors import KetensluisError
from ketensluis.redaction.masking import Mark, Masker
from ketensluis.redaction.masking.phrases import Phrases

# Parts whose rarest things are left as they are: a rule for one of them would serve only it.
FLOORS = {
    "fourth_blind": 0.97,
    "other_3": 0.994,
    "other_5": 0.994,
    "other_10": 0.99,
    "other_11": 0.993,
    "other_12": 0.98,
    "other_14": 0.99,
    "other_15": 0.99,
    "other_16": 0.98,
    "other_17": 0.975,
    # Hiding places and addresses that are described in words.
    "other_18": 0.94,
    "other_19": 0.99,
    "other_20": 0.99,
    "other_21": 0.985,
    "other_22": 0.98,
    "other_23": 0.99,
    "other_24": 0.98,
    "other_25": 0.98,
    "other_26": 0.975,
    "other_28": 0.98,
    # Addresses that go on in words after the house number.
    "other_29": 0.965,
    "other_30": 0.985,
    "other_31": 0.98,
    "other_34": 0.985,
    "other_35": 0.98,
    "other_37": 0.985,
    "other_38": 0.98,
    # Each with a subject that is hard: described hiding places and addresses, common words.
    "other_46": 0.91,
    "other_47": 0.98,
    "other_48": 0.97,
    "other_49": 0.985,
    "other_50": 0.985,
    "other_52": 0.985,
    "other_53": 0.985,
    "other_57": 0.985,
    "other_58": 0.985,
    "other_60": 0.88,
    # Of those that nobody has worked on, as measured.
    "other_42": 0.98,
    "other_43": 0.98,
    "other_44": 0.98,
    "other_63": 0.985,
    "other_65": 0.985,
    "other_66": 0.985,
    "other_67": 0.84,
    "other_68": 0.93,
    "other_69": 0.97,
    "other_70": 0.985,
    "other_71": 0.985,
    "other_72": 0.98,
    "other_73": 0.95,
    "other_75": 0.985,
    "other_77": 0.985,
    "other_79": 0.98,
}
# Runs of words of other languages, dialect, no signs: what is asked (95 %) is missed.
KEPT_FLOORS = {
    "other_5": 0.945,
    "other_31": 0.9,
    "other_37": 0.895,
    "other_38": 0.945,
    "other_49": 0.92,
    "other_50": 0.915,
    "other_53": 0.8,
    "other_58": 0.89,
    "other_63": 0.9,
    "other_65": 0.89,
    "other_66": 0.9,
    # Lists of codes, accounts and devices.
    "other_69": 0.82,
    # Hasty, lower case, a writer with abbreviations of his own.
    "other_73": 0.84,
}


def test_without_its_word_lists_the_masker_does_not_start(tmp_path: Path):
    with pytest.raises(KetensluisError) as caught:
        Masker.load(tmp_path)
    assert caught.value.code == "masker_unavailable"


def test_a_failure_inside_tells_nothing_of_the_text(
    masker: Masker, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> None:
        message = "Fatima"
        raise ValueError(message)

    monkeypatch.setattr(Phrases, "judge", fail)
    with pytest.raises(KetensluisError) as caught:
        masker.mask("Fatima was hier")
    assert caught.value.code == "masking_failed"
    assert "Fatima" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_same_text_gives_the_same_result_in_any_thread(masker: Masker):
    texts = list(read_corpus("tuning"))[:40]
    once = [masker.mask(text.text, text.persons, text.place) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        again = pool.map(lambda text: masker.mask(text.text, text.persons, text.place), texts)
        assert list(again) == once


def test_another_masker_gives_the_same_result(masker: Masker):
    other = Masker.load()
    for text in list(read_corpus("second"))[:30]:
        assert other.mask(text.text, text.persons) == masker.mask(text.text, text.persons)


def test_an_empty_text_stays_empty(masker: Masker):
    assert not masker.mask("")
    assert masker.mask(" \n") == " \n"


def test_what_is_outside_the_places_is_kept_to_the_letter(masker: Masker):
    text = "Toen  kwam Hassan\tnaar   beneden.\n\nHij (moe) huilde…"
    assert masker.mask(text) == "Toen  kwam [naam]\tnaar   beneden.\n\nHij (moe) huilde…"


def test_the_marks_are_the_documented_ones():
    page = Path(__file__).parents[4] / "docs" / "reference" / "masking.md"
    documented = page.read_text("utf-8")
    for mark in Mark:
        assert f"`{mark.text}`" in documented


@pytest.mark.parametrize(
    "line",
    [
        {"id": "1", "text": "Hassan huilde"},
        {"id": "1", "text": "Hassan huilde", "persons": None, "place": None, "seed": 7},
        {"id": "1", "text": "Hassan huilde", "persons": "x", "place": []},
        {"id": "1", "text": "Hassan huilde", "persons": [None, {"given_names": 3}, {"address": 1}]},
        {"id": "1", "text": "Hassan huilde", "persons": [{"role": "?", "address": {"city": 2}}]},
        {"id": "1", "text": "Hassan huilde", "persons": [{"birth_date": "39-19-2000"}]},
    ],
)
def test_a_line_with_odd_or_missing_fields_is_masked_all_the_same(
    masker: Masker, line: dict[str, object]
):
    assert masker.mask_line(line) == {"id": "1", "masked_text": "[naam] huilde"}


def test_a_line_without_text_is_refused(masker: Masker):
    with pytest.raises(KetensluisError) as caught:
        masker.mask_line({"id": "1", "text": None})
    assert caught.value.code == "no_text"


@pytest.mark.timeout(120)  # what grows with the square of the length takes hours
@pytest.mark.parametrize(
    "piece",
    [*"a1@_", "1 ", "a.", "van der ", "Jan ", "één ", "1-1-2020 ", "school ", "a-", "1-"],
)
def test_a_degenerate_text_of_the_largest_size_comes_to_an_end(masker: Masker, piece: str):
    text = (piece * 65_536)[:65_536]
    assert isinstance(masker.mask(text), str)


@pytest.mark.parametrize("part", [*PARTS, *UNSEEN])
def test_the_corpus_keeps_its_floors(masker: Masker, part: str):
    result = measure(masker, part)
    # Of a part that is unseen a failure tells nothing but the share.
    missed, lost = ([], []) if part in UNSEEN else (result.missed, result.lost)
    texts, recall, kept = result.texts, result.recall, result.kept_share
    del result
    assert texts >= 50
    assert recall >= FLOORS.get(part, 0.995), missed
    assert kept >= KEPT_FLOORS.get(part, 0.95), lost


def test_a_text_is_masked_as_it_is_read(masker: Masker):
    """A name goes whole, however its accents are coded and whatever unseen stands in it."""
    name, hidden = "Je\u0301ro\u0302me", "Je\u0301ro\u00adm\u200be"
    spelled = f"Gisteren zei {name} niets. {hidden} ook niet, om \uff11\uff10:00."
    assert masker.mask(spelled) == "Gisteren zei [naam] niets. [naam] ook niet, om 10:00."
