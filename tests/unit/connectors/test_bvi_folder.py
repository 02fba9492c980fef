"""The watched folder: which lines it yields, from where, and what becomes of a file."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from made_incidents import REGIONS, incident

from connectors.bvi import source as source_module
from connectors.bvi.source import Chunk, FolderSource
from ketensluis.errors import Refused, Unavailable
from ketensluis.model.incident import Incident
from ketensluis.model.intake import to_json

KAFKA_METADATA_BYTES = 4096


def lines(*numbers: int) -> bytes:
    return b"".join(to_json(incident(incident_id=f"PL-{number}")) + b"\n" for number in numbers)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderSource:
    monkeypatch.setattr(source_module, "_CHUNK_LINES", 2)
    return FolderSource(tmp_path, REGIONS)


def ids(chunks: list[Chunk]) -> list[str]:
    return [
        line.result.incident_id
        for chunk in chunks
        for line in chunk.lines
        if isinstance(line.result, Incident)
    ]


def taken(folder: FolderSource) -> list[str]:
    return sorted(path.name for path in folder.folder.glob("taken/*"))


def test_files_are_taken_by_name_line_by_line_and_put_away(folder: FolderSource, tmp_path: Path):
    (tmp_path / "b.ndjson").write_bytes(lines(4))
    (tmp_path / "a.ndjson").write_bytes(lines(1, 2, 3))
    chunks = list(folder.read(None))
    assert ids(chunks) == ["PL-1", "PL-2", "PL-3", "PL-4"]
    assert [line.place for chunk in chunks for line in chunk.lines][:2] == [
        "a.ndjson:1",
        "a.ndjson:2",
    ]
    assert taken(folder) == ["a.ndjson", "b.ndjson"]
    assert list(folder.read(chunks[-1].position)) == []


def test_an_empty_file_is_put_away_and_yields_no_line(folder: FolderSource, tmp_path: Path):
    (tmp_path / "empty.ndjson").touch()
    assert ids(list(folder.read(None))) == []
    assert taken(folder) == ["empty.ndjson"]


@pytest.mark.parametrize("stored", range(1, 8))
def test_killed_after_any_chunk_each_line_is_taken_once(
    folder: FolderSource, tmp_path: Path, stored: int
):
    (tmp_path / "a.ndjson").write_bytes(lines(1, 2, 3))
    (tmp_path / "b.ndjson").write_bytes(lines(4, 5))
    before = list(islice(folder.read(None), stored))
    # While it was down, a file came that goes before the one in hand.
    (tmp_path / "0.ndjson").write_bytes(lines(6))
    position = before[-1].position
    first = list(islice(folder.read(position), 1))
    after = [*first, *folder.read(first[-1].position if first else position)]
    found = ids([*before, *after])
    assert sorted(found) == [f"PL-{number}" for number in range(1, 7)]
    assert taken(folder) == ["0.ndjson", "a.ndjson", "b.ndjson"]


def test_killed_before_it_was_put_away_a_file_is_not_taken_again(
    folder: FolderSource, tmp_path: Path
):
    (tmp_path / "b.ndjson").write_bytes(lines(1, 2))
    chunks = folder.read(None)
    position = [next(chunks), next(chunks)][-1].position  # published whole, not yet put away
    chunks.close()  # type: ignore[attr-defined]
    assert (tmp_path / "b.ndjson").exists()
    (tmp_path / "a.ndjson").write_bytes(lines(3))
    assert ids(list(folder.read(position))) == ["PL-3"]
    assert taken(folder) == ["a.ndjson", "b.ndjson"]


def test_the_same_name_with_other_content_is_another_file(folder: FolderSource, tmp_path: Path):
    path = tmp_path / "day.ndjson"
    path.write_bytes(lines(1))
    first = list(folder.read(None))
    path.write_bytes(lines(2))
    assert ids(list(folder.read(first[-1].position))) == ["PL-2"]
    assert len(taken(folder)) == 2
    assert "day.ndjson" in taken(folder)


@pytest.mark.parametrize("name", ["a.ndjson.part", ".a.ndjson", "a.json", "A.NDJSON.tmp"])
def test_a_file_that_does_not_bear_its_name_yet_is_left_alone(
    folder: FolderSource, tmp_path: Path, name: str
):
    (tmp_path / name).write_bytes(lines(1)[:40])
    (tmp_path / "folder.ndjson").mkdir()
    assert list(folder.read(None)) == []
    (tmp_path / name).rename(tmp_path / "a.ndjson")
    (tmp_path / "a.ndjson").write_bytes(lines(1))
    assert ids(list(folder.read(None))) == ["PL-1"]


def test_a_file_that_grows_while_it_is_read_is_taken_anew_and_nothing_is_lost(
    folder: FolderSource, tmp_path: Path
):
    path = tmp_path / "a.ndjson"
    path.write_bytes(lines(1, 2, 3))
    found: list[Chunk] = []
    with pytest.raises(Unavailable) as caught:  # noqa: PT012 - it grows in the middle
        for chunk in folder.read(None):
            found.append(chunk)
            if len(found) == 2:
                with path.open("ab") as file:
                    file.write(lines(4))
    assert caught.value.code == "file_changed"
    assert path.exists()
    again = list(folder.read(found[-1].position))
    assert set(ids(again)) == {"PL-1", "PL-2", "PL-3", "PL-4"}


def test_a_bad_line_is_named_by_file_and_line_and_its_neighbours_go(
    folder: FolderSource, tmp_path: Path
):
    (tmp_path / "a.ndjson").write_bytes(lines(1) + b'{"incident_id": \n\n' + lines(2))
    chunks = list(folder.read(None))
    assert ids(chunks) == ["PL-1", "PL-2"]
    bad = [line for chunk in chunks for line in chunk.lines if isinstance(line.result, Refused)]
    assert [(line.place, line.raw) for line in bad] == [("a.ndjson:2", b'{"incident_id": ')]


def test_a_chunk_is_bounded_by_its_bytes_as_well(
    folder: FolderSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(source_module, "_CHUNK_LINES", 1000)
    monkeypatch.setattr(source_module, "_CHUNK_BYTES", 1)
    (tmp_path / "a.ndjson").write_bytes(lines(1, 2, 3))
    assert [len(chunk.lines) for chunk in folder.read(None)] == [1, 1, 1, 0]


def test_a_position_fits_into_kafkas_offset_metadata(folder: FolderSource, tmp_path: Path):
    (tmp_path / f"{'n' * 240}.ndjson").write_bytes(lines(1))
    for chunk in folder.read(None):
        assert len(chunk.position.encode()) < KAFKA_METADATA_BYTES


def test_a_file_that_cannot_be_put_away_may_heal(folder: FolderSource, tmp_path: Path):
    (tmp_path / "taken").write_text("in the way")
    (tmp_path / "a.ndjson").write_bytes(lines(1))
    with pytest.raises(Unavailable) as caught:
        list(folder.read(None))
    assert caught.value.code == "source_unavailable"
