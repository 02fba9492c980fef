"""`sluis pki log-keys`, `rotate-log` and `retire-log`, as who keeps the log types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_log import MadeLog

from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.keys import load_log_keys
from tests.unit.cli.conftest import Sluis


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_demo_journal_keys(tmp_path / "pki", ("hub", "police"))
    log = MadeLog(*load_log_keys(tmp_path / "pki")).add([b"one", b"two"])
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "checkpoint").write_text(str(log.checkpoint()))
    return tmp_path


def sizes(sluis: Sluis, home: Path) -> list[tuple[int, int | None]]:
    done = sluis("pki", "log-keys", "--home", home, "--json")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    return [(each["from_size"], each["until_size"]) for each in rows]


def test_a_key_is_renewed_and_the_old_one_retired_at_the_size_of_the_log(sluis: Sluis, home: Path):
    assert sizes(sluis, home) == [(0, None)]
    (old,) = load_log_keys(home / "pki")
    assert sluis("pki", "rotate-log", "--home", home).code == 0
    assert sizes(sluis, home) == [(0, None), (2, None)]
    done = sluis("pki", "retire-log", old.public.key_id.hex(), "--home", home, "--size", "5")
    assert (done.code, done.err) == (0, "")
    assert sizes(sluis, home) == [(0, 5), (2, None)]
    shown = sluis("pki", "log-keys", "--home", home).out
    assert old.public.key_id.hex() in shown
    assert "in use" in shown


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("retire-log", "00000000"), "unknown_log_key"),
        (("retire-log", "ONLY"), "bad_log_keys"),
        (("rotate-log",), "no_log"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    sluis: Sluis, home: Path, asked: tuple[str, ...], code: str
):
    (only,) = load_log_keys(home / "pki")
    if code == "no_log":
        (home / "journal" / "checkpoint").unlink()
    told = [only.public.key_id.hex() if each == "ONLY" else each for each in asked]
    done = sluis("pki", *told, "--home", home)
    assert done.code == 1
    assert code in done.err
    assert "Traceback" not in done.err
