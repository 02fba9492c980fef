"""In a running chain the parties' connectors witness the log, and believe no other."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from audited_day import Day
from chain_rig import end, eventually, spawn
from made_log import MadeLog

from ketensluis.journal.checkpoints import Head, cosigned, open_checkpoint, sign
from ketensluis.journal.keys import JournalKeys, load_log_key
from ketensluis.journal.notes import Note

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@contextmanager
def connector(day: Day, program: str, party: str, log: Path) -> Iterator[None]:
    home = day.folder / ".ketensluis"
    running = spawn(log, "run", program, "--party", party, "--home", home)
    try:
        yield
    finally:
        assert end(running, signal.SIGTERM) == 0, log.read_text()


def seen_by(day: Day) -> set[str]:
    """The parties under the state of the log that the journal shows."""
    home = day.folder / ".ketensluis"
    keys = JournalKeys.load(home / "pki")
    note = Note.parse((home / "journal" / "cosigned").read_text())
    open_checkpoint(note, keys.log)
    names = {key.name: party for party, key in keys.witnesses.items()}
    return {names[each.witness] for each in cosigned(note, keys.witnesses.values())}


def test_a_connector_cosigns_the_log_beside_its_mail(day: Day, tmp_path: Path):
    assert "vt:twente" not in seen_by(day)
    with connector(day, "veilig_thuis", "vt:twente", tmp_path / "log"):
        eventually(lambda: "vt:twente" in seen_by(day))
    assert seen_by(day) >= {"police", "om:limburg", "vt:zeeland"}


def test_one_program_at_a_time_witnesses_for_a_party(day: Day, tmp_path: Path):
    log = tmp_path / "log"
    with connector(day, "veilig_thuis", "vt:zeeland", log):
        eventually(lambda: "witness_elsewhere" in log.read_text())


@pytest.mark.parametrize(("size", "code"), [(None, "two_histories"), (5, "inconsistent")])
def test_a_party_that_was_shown_another_history_does_not_cosign_and_keeps_both(
    day: Day, tmp_path: Path, size: int | None, code: str
):
    """The operator showed it a log that was signed as well, and shows the other parties this."""
    home = day.folder / ".ketensluis"
    party = f"om:{'rotterdam' if size else 'den-haag'}"
    key, true = load_log_key(home / "pki"), Note.parse((home / "journal" / "cosigned").read_text())
    other = MadeLog(key)
    other.add([b"another %d" % n for n in range(size or Head.parse(true.text).size)])
    shown = sign(Head(key.public.name, other.growing.size, other.growing.root()), key)
    memory = home / "desks" / party.replace(":", ".") / "witness"
    memory.mkdir(parents=True)
    (memory / "checkpoint").write_text(str(shown))
    log = tmp_path / "log"
    with connector(day, "om", party, log):
        (proof,) = eventually(lambda: list(memory.glob(f"{code}-*.txt")))
    assert str(shown) in proof.read_text()
    assert true.text in proof.read_text()
    assert (memory / "checkpoint").read_text() == str(shown)
    assert "log_not_trusted" in log.read_text()
    assert party not in seen_by(day)
