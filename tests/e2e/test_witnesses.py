"""In a running chain the parties' connectors witness the log, and believe no other."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from audited_day import Day
from chain_rig import end, run, spawn
from made_log import MadeLog
from waiting import eventually

from ketensluis.journal.checkpoints import Head, cosigned, open_checkpoint, sign
from ketensluis.journal.keys import JournalKeys, load_log_keys
from ketensluis.journal.notes import Note
from ketensluis.kafka.scan import scan
from ketensluis.model.party import COSIGNATURES

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
    return {keys.parties[each.witness] for each in cosigned(note, keys.witnesses.values())}


def test_a_connector_cosigns_the_log_beside_its_mail(day: Day, tmp_path: Path):
    assert "vt:twente" not in seen_by(day)
    with connector(day, "veilig_thuis", "vt:twente", tmp_path / "log"):
        eventually(lambda: "vt:twente" in seen_by(day))
    assert seen_by(day) >= {"police", "om:limburg", "vt:zeeland"}


@contextmanager
def police_connector(day: Day, home: Path) -> Iterator[Path]:
    """The police's own program, at home elsewhere than the hub: gives its log."""
    left = json.loads((day.folder / ".ketensluis" / "up.json").read_text())
    folder, log = home / "registrations", home / "log"
    folder.mkdir(parents=True)
    running = spawn(
        log, "run", "bvi", "--folder", folder, "--home", home, "--broker", left["bootstrap"],
        pki=day.folder / ".ketensluis" / "pki", journal_url=left["journal_url"],
    )  # fmt: skip
    try:
        yield log
    finally:
        assert end(running, signal.SIGTERM) == 0, log.read_text()


def lines_of_police(day: Day) -> Counter[Note]:
    """The states that came in under the police's name, each with nothing but their line."""
    left = json.loads((day.folder / ".ketensluis" / "up.json").read_text())
    name = JournalKeys.load(day.folder / ".ketensluis" / "pki").witnesses["police"].name

    async def read() -> Counter[Note]:
        return Counter(
            [
                Note(note.text, (line,))
                async for record in scan(left["bootstrap"], COSIGNATURES)
                for note in [Note.parse((record.value or b"").decode())]
                for line in note.lines
                if line.name == name
            ]
        )

    return run(read())


def test_the_polices_connector_cosigns_the_log_beside_its_registrations(day: Day, tmp_path: Path):
    """It never saw the log before, so it gives its own line under a state that has one."""
    before = lines_of_police(day)
    memory = tmp_path / "home" / "desks" / "police" / "witness" / "checkpoint"
    with police_connector(day, tmp_path / "home") as log:
        eventually(lambda: lines_of_police(day) - before)
        assert "connector_started" in log.read_text()
    (seen, *_) = lines_of_police(day) - before
    keys = JournalKeys.load(day.folder / ".ketensluis" / "pki")
    assert [each.witness for each in cosigned(seen, keys.witnesses.values())] == [
        keys.witnesses["police"].name
    ]
    assert Head.parse(Note.parse(memory.read_text()).text).size >= Head.parse(seen.text).size


def test_the_polices_connector_that_was_shown_another_history_does_not_cosign(
    day: Day, tmp_path: Path
):
    key = load_log_keys(day.folder / ".ketensluis" / "pki")[0]
    other = MadeLog(key)
    other.add([b"another %d" % n for n in range(5)])
    shown = sign(Head(key.public.name, 5, other.growing.root()), key)
    memory = tmp_path / "home" / "desks" / "police" / "witness"
    memory.mkdir(parents=True)
    (memory / "checkpoint").write_text(str(shown))
    before = lines_of_police(day)
    with police_connector(day, tmp_path / "home") as log:
        eventually(lambda: list(memory.glob("inconsistent-*.txt")))
        eventually(lambda: "log_not_trusted" in log.read_text())
    assert (memory / "checkpoint").read_text() == str(shown)
    assert lines_of_police(day) == before


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
    key, true = (
        load_log_keys(home / "pki")[0],
        Note.parse((home / "journal" / "cosigned").read_text()),
    )
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
