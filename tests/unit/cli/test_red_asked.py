"""`sluis replay` and `sluis provisions` asked for what there is not, or in two ways at once."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from ketensluis.cli.replay_asked import Asked
from ketensluis.cli.replay_diary import Basis, Diary
from ketensluis.cli.replaying import replay_all
from ketensluis.errors import KetensluisError
from ketensluis.processing_log.request import requested
from ketensluis.runtime.settings import Settings
from tests.unit.cli.conftest import Sluis

BROKER = ("--broker", "127.0.0.1:1")


@pytest.mark.parametrize(
    ("asked", "option"),
    [
        (("--offsets", "9:3"), "--offsets"),
        (("--since", "2026-03-02T00:00:00Z", "--until", "2026-03-01T00:00:00Z"), "--since"),
        (("--since", "2026-03-02T00:00:00Z", "--until", "2026-03-02T01:00:00+01:00"), "--since"),
    ],
)
def test_a_replay_of_nothing_is_wrong_usage(sluis: Sluis, asked: tuple[str, ...], option: str):
    done = sluis("replay", *asked, *BROKER)
    assert (done.code, option in done.err) == (2, True)


def test_a_partition_that_there_is_not_is_named(monkeypatch: pytest.MonkeyPatch):
    async def four(*_: object) -> dict[str, int]:
        return {"police.incidents": 4}

    monkeypatch.setattr("ketensluis.kafka.cluster.partitions", four)
    asked = Asked(None, None, 77, 0, None)
    rules: Any = None
    diary = Diary(None, Basis(asked, "", "", ""))
    with pytest.raises(KetensluisError) as refused:
        replay_all(Settings(), rules, asked, diary, nullcontext(print))
    assert refused.value.code == "no_partition"
    assert "from 0 to 3" in refused.value.remedy


def test_ids_are_opened_of_an_incident_only(sluis: Sluis, tmp_path: Path):
    (tmp_path / "q.json").write_text('{"bsn": "999999990"}')
    done = sluis("provisions", "--person", tmp_path / "q.json", "--open", *BROKER)
    assert (done.code, "--incident" in done.err) == (2, True)


@pytest.mark.parametrize(
    "told",
    [
        b'{"bsn": "999999990", "bsn": "999999991"}',
        b'{"bsn": "999999990", "surname": "Das", "surname": "Das"}',
        b"[" * 100_000,
        b"\xef\xbb\xbf{}",
        b"\xff",
    ],
    ids=["two numbers", "a name twice", "deep", "a mark before it", "no text"],
)
def test_a_request_that_reads_in_two_ways_or_in_none_is_refused_and_not_repeated(told: bytes):
    with pytest.raises(KetensluisError) as refused:
        requested(told, b"k" * 32)
    assert refused.value.code == "bad_person"
    assert "9999" not in str(refused.value)
