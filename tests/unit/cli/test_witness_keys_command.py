"""`sluis pki witness-keys`, `rotate-witness` and `retire-witness`, as a party types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_log import MadeLog

from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.keys import load_log_keys, load_witness_keys
from tests.unit.cli.conftest import Sluis


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_demo_journal_keys(tmp_path / "pki", ("hub", "police"))
    log = MadeLog(*load_log_keys(tmp_path / "pki")).add([b"one", b"two"])
    (tmp_path / "desks" / "police" / "witness").mkdir(parents=True)
    (tmp_path / "desks" / "police" / "witness" / "checkpoint").write_text(str(log.checkpoint()))
    return tmp_path


def sizes(sluis: Sluis, home: Path) -> list[tuple[int, int | None]]:
    done = sluis("pki", "witness-keys", "police", "--home", home, "--json")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    return [(each["from_size"], each["until_size"]) for each in rows]


def test_a_key_is_renewed_and_the_old_one_retired_at_the_size_that_the_party_saw(
    sluis: Sluis, home: Path
):
    (old,) = load_witness_keys(home / "pki", "police")
    assert sluis("pki", "rotate-witness", "police", "--home", home).code == 0
    assert sizes(sluis, home) == [(0, None), (2, None)]
    key_id = old.public.key_id.hex()
    done = sluis("pki", "retire-witness", "police", key_id, "--home", home, "--size", "5")
    assert (done.code, done.err) == (0, "")
    assert sizes(sluis, home) == [(0, 5), (2, None)]
    assert "in use" in sluis("pki", "witness-keys", "police", "--home", home).out


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("retire-witness", "police", "00000000"), "unknown_log_key"),
        (("rotate-witness", "vt:utrecht", "--size", "3"), "no_witness"),
        (("witness-keys", "vt:utrecht"), "no_witness"),
        (("rotate-witness", "police"), "no_log"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    sluis: Sluis, home: Path, asked: tuple[str, ...], code: str
):
    if code == "no_log":
        (home / "desks" / "police" / "witness" / "checkpoint").unlink()
    done = sluis("pki", *asked, "--home", home)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert code in done.err
