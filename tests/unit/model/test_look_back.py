"""How far back is told is data with dates and a source; what none is in force for is not told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ketensluis.errors import KetensluisError
from ketensluis.model.look_back import load_look_backs, told_since
from ketensluis.model.resources import resource

NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
TWO = """
status: in_force
look_back:
  - {question: control_room, years: 5, source: ours, choice: true, valid_from: 2015-01-01,
     valid_until: 2026-11-30}
  - {question: control_room, years: 2, source: ours, choice: true, valid_from: 2026-12-01}
"""


def in_folder(folder: Path, text: str) -> Path:
    (folder / "look-back.yaml").write_text(text)
    return folder


def test_a_control_room_is_told_five_years_and_a_person_four_as_shipped():
    assert told_since("control_room", NOW) == NOW.replace(year=2021)
    assert told_since("persons_request", NOW) == NOW.replace(year=2022)


def test_the_article_of_the_four_years_is_named_and_the_five_are_our_choice():
    shipped = {each.question: each for each in load_look_backs(resource("reference")).look_back}
    assert shipped["persons_request"].article == "Wpg art. 25 lid 1"
    assert shipped["control_room"].choice


def test_what_counts_is_what_is_in_force_on_the_local_day_of_the_question(tmp_path: Path):
    book = load_look_backs(in_folder(tmp_path, TWO))
    last = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    assert book.since("control_room", last).year == 2021
    assert book.since("control_room", last.replace(hour=23)).year == 2024


def test_before_a_leap_day_is_a_day_that_there_is():
    leap = datetime(2104, 2, 29, tzinfo=UTC)
    assert told_since("persons_request", leap) == datetime(2100, 2, 28, tzinfo=UTC)


def test_what_none_is_in_force_for_is_not_answered(tmp_path: Path):
    book = load_look_backs(in_folder(tmp_path, TWO))
    with pytest.raises(KetensluisError) as caught:
        book.since("persons_request", NOW)
    assert caught.value.code == "no_look_back"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO.replace("2026-12-01", "2026-11-30"), "two hold for control_room on one day"),
        (TWO.replace("years: 2", "years: 0"), "look_back.1.years"),
        (TWO.replace("choice: true, valid_from: 2026", "choice: false, valid_from: 2026"),
         "without an article it is a choice"),
        ("[", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_sound_is_refused_with_the_place(tmp_path: Path, text: str, said: str):
    with pytest.raises(KetensluisError, match="bad_look_back") as caught:
        load_look_backs(in_folder(tmp_path, text))
    assert said in caught.value.sentence
