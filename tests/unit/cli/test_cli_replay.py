"""What `sluis replay` is asked, and what it remembers of what it has done."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from ketensluis.cli.replay import span_of
from ketensluis.cli.replaying import Asked, Diary, Done
from ketensluis.errors import KetensluisError
from ketensluis.model.record import Coordinates, Record
from services.disclosure.replay import Difference

AT = datetime(2026, 3, 2, tzinfo=UTC)
ASKED = Asked(AT, None, None, 0, None)


@pytest.mark.parametrize(
    ("written", "span"),
    [(None, (0, None)), ("5:9", (5, 9)), ("5:", (5, None)), (":9", (0, 9)), ("7:7", (7, 7))],
)
def test_offsets_are_a_span_with_both_ends(written: str | None, span: tuple[int, int | None]):
    assert span_of(written) == span


@pytest.mark.parametrize("written", ["5", ":", "a:b", "1:2:3", "-1:4", "٣:٤", ""])
def test_offsets_that_are_not_a_span_are_wrong_usage(written: str):
    with pytest.raises(typer.BadParameter, match="100:200"):
        span_of(written)


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        (ASKED, True),
        (Asked(None, AT, None, 0, None), False),
        (Asked(None, None, None, 5, 5), True),
        (Asked(None, None, None, 6, None), False),
        (Asked(None, None, None, 0, 4), False),
    ],
)
def test_a_record_is_compared_if_it_lies_in_all_that_was_asked(asked: Asked, compared: bool):  # noqa: FBT001 - what is told
    at = round(AT.timestamp() * 1000)
    record = Record(Coordinates("police.incidents", 0, 5), None, None, (), at)
    assert asked.compares(record) is compared


def test_a_diary_gives_back_what_was_done(tmp_path: Path):
    found = Difference("PL1", "vt:twente", "police.incidents[0]@5", "field", "a", "b", "unit", "r")
    diary = Diary(tmp_path / "diary", ASKED, "digest")
    assert diary.read() == {}
    diary.write({2: Done(7, (found,))})
    assert Diary(tmp_path / "diary", ASKED, "digest").read() == {2: Done(7, (found,))}


@pytest.mark.parametrize("kind", ["other question", "other agreements", "no diary"])
def test_the_diary_of_another_replay_is_refused(tmp_path: Path, kind: str):
    path = tmp_path / "diary"
    Diary(path, ASKED, "digest").write({})
    if kind == "no diary":
        path.write_text("{}")
    asked = Asked(None, None, None, 0, None) if kind == "other question" else ASKED
    with pytest.raises(KetensluisError, match="another_replay"):
        Diary(path, asked, "other" if kind == "other agreements" else "digest").read()


def test_without_a_file_nothing_is_remembered():
    diary = Diary(None, ASKED, "digest")
    diary.write({0: Done(1, ())})
    assert diary.read() == {}
