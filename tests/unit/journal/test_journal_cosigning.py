"""Which state of the log is shown as seen by enough parties."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_log import MadeLog, log_of

from ketensluis.journal.checkpoints import cosign, cosigned
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.keys import JournalKeys, load_log_keys, load_witness_keys
from ketensluis.journal.notes import Line, Note
from services.journal.cosigning import Gathering

AT = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
PARTIES = ("vt:twente", "om:limburg", "police")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    make_demo_journal_keys(folder, ("hub", *PARTIES))
    return folder


def log(pki: Path, size: int) -> MadeLog:
    made = MadeLog(*load_log_keys(pki))
    made.add([b"entry %d" % number for number in range(size)])
    return made


def gathering_of(pki: Path) -> Gathering:
    return Gathering(lambda: JournalKeys.load(pki))


def seen(pki: Path, note: Note, party: str) -> Note:
    return note.with_lines([cosign(note, load_witness_keys(pki, party)[0], AT)])


def test_a_state_is_shown_once_as_many_parties_as_the_quorum_asks_for_have_seen_it(pki: Path):
    gathering, keys = gathering_of(pki), JournalKeys.load(pki)
    note = log(pki, 10).checkpoint()
    assert gathering.add(seen(pki, note, PARTIES[0])) is None
    assert gathering.add(seen(pki, note, PARTIES[0])) is None
    shown = gathering.add(seen(pki, note, PARTIES[1]))
    assert shown is not None
    assert shown.text == note.text
    assert len(cosigned(shown, keys.witnesses.values())) == 2
    shown = gathering.add(seen(pki, note, PARTIES[2]))
    assert shown is not None
    assert len(cosigned(shown, keys.witnesses.values())) == 3
    assert gathering.add(seen(pki, note, PARTIES[2])) is None


def test_an_older_state_never_takes_the_place_of_a_newer_one(pki: Path):
    gathering = gathering_of(pki)
    older, newer = log(pki, 10).checkpoint(), log(pki, 20).checkpoint()
    gathering.add(seen(pki, older, PARTIES[0]))
    gathering.add(seen(pki, newer, PARTIES[0]))
    assert gathering.add(seen(pki, newer, PARTIES[1])) is not None
    assert gathering.add(seen(pki, older, PARTIES[1])) is None


@pytest.mark.parametrize("kind", ["another log's", "not the log's", "a false line"])
def test_what_anyone_else_writes_there_counts_for_nothing(pki: Path, kind: str):
    gathering = gathering_of(pki)
    note = log(pki, 10).checkpoint()
    good = seen(pki, note, PARTIES[1])
    false = Line(good.lines[1].name, good.lines[1].key_id, bytes(72))
    written = {
        "another log's": log_of(10).checkpoint(),
        "not the log's": Note(note.text, good.lines[1:]),
        "a false line": Note(note.text, (note.lines[0], false)),
    }[kind]
    gathering.add(seen(pki, note, PARTIES[0]))
    assert gathering.add(written) is None
    assert gathering.add(good) is not None
