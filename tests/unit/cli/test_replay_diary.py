"""What a replay remembers of itself in a file, and what it says where it was stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ketensluis.cli.replay_asked import Asked, Done, Ends, Mark
from ketensluis.cli.replay_diary import Basis, Diary
from ketensluis.errors import KetensluisError
from services.disclosure.replay import Difference, Erasure

ASKED = Asked(datetime(2026, 3, 2, tzinfo=UTC), None, None, 0, None)
BASIS = Basis(ASKED, "a-cluster", "a-digest", "1.0")
FOUND = Difference("PL1", "vt:twente", "police.incidents[0]@5", "field", "a", "b", "unit", "r")
DONE = Done(7, (FOUND,), (Erasure("PL2", "2031-04-05", "five-years", 2),), 9)
MARK = Mark(Ends(4_000, 9_000), 1_500, 1_250, 3_800, ("PL1", "PL3"), DONE)


def test_a_diary_gives_back_what_is_done_and_how_far_the_rest_is(tmp_path: Path):
    path = tmp_path / "diary"
    diary = Diary.opened(path, BASIS)
    assert (diary.done, diary.marks, path.exists()) == ({}, {}, False)
    diary.told(0, 1_250, 3_800, MARK)
    diary.told(2, 1_250, 3_800, MARK)
    diary.told(2, 1_375, 3_800)
    diary.finished(0, DONE)
    again = Diary.opened(path, BASIS)
    assert (again.done, again.marks) == ({0: DONE}, {2: MARK})
    assert [each.name for each in tmp_path.iterdir()] == ["diary"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"asked": Asked(None, None, None, 0, None)}, "other records"),
        ({"cluster": "another"}, "another cluster"),
        ({"rules": "another"}, "other agreements or reference data"),
        ({"program": "2.0"}, "another version of the program"),
        ({"program": "2.0", "cluster": "another"}, "another cluster, another version"),
    ],
    ids=lambda it: it if isinstance(it, str) else None,
)
def test_the_diary_of_another_replay_is_refused_and_says_what_is_other(
    tmp_path: Path, changed: dict[str, object], said: str
):
    path = tmp_path / "diary"
    Diary.opened(path, BASIS).finished(0, DONE)
    before = path.read_bytes()
    with pytest.raises(KetensluisError, match="another_replay") as refused:
        Diary.opened(path, msgspec.structs.replace(BASIS, **changed))
    assert said in str(refused.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe"])
def test_what_is_no_diary_is_refused_and_left_alone(tmp_path: Path, content: bytes):
    path = tmp_path / "diary"
    path.write_bytes(content)
    with pytest.raises(KetensluisError, match="is not the diary of a replay"):
        Diary.opened(path, BASIS)
    assert path.read_bytes() == content


def test_without_a_file_nothing_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    diary = Diary.opened(None, BASIS)
    diary.told(0, 125, 300)
    diary.finished(0, DONE)
    assert (diary.done, list(tmp_path.iterdir())) == ({0: DONE}, [])


def test_where_it_stopped_is_said_in_one_line_as_far_as_it_is_remembered(tmp_path: Path):
    kept = Diary.opened(tmp_path / "diary", BASIS)
    assert kept.stopped() == "stopped with 0 partitions done: the same command goes on from there"
    kept.finished(0, DONE)
    kept.told(2, 1_250, 3_800, MARK)
    kept.told(2, 1_375, 3_800)
    assert kept.stopped() == (
        "stopped with 1 partitions done, partition 2 at 1,250 of 3,800 records: "
        "the same command goes on from there"
    )
    forgotten = Diary.opened(None, BASIS)
    forgotten.told(1, 125, 300)
    assert forgotten.stopped() == (
        "stopped with 0 partitions done, partition 1 at 125 of 300 records: "
        "the same command begins anew; with --resume FILE it goes on from there"
    )
