"""The states of a log that parties saw: none is left out, and rubbish counts for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_log import MadeLog, log_key, log_of, witness_key

from ketensluis.audit.heads import states
from ketensluis.journal.checkpoints import cosign, cosigned
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Line, Note

WITNESSES = {"police": witness_key(1), "vt:zeeland": witness_key(2)}
KEYS = JournalKeys(
    log_key().public, {party: key.public for party, key in WITNESSES.items()}, quorum=2
)


@pytest.fixture
def log() -> MadeLog:
    return log_of(7)


def seen(note: Note, party: str = "police") -> bytes:
    """What a party publishes: the state with the log's line and its own."""
    return str(note.with_lines([cosign(note, WITNESSES[party], 1_770_000_000)])).encode()


def test_the_lines_of_one_state_come_together(log: MadeLog):
    note = log.checkpoint()
    (whole,) = states([note], [seen(note, party) for party in WITNESSES], KEYS)
    assert len(cosigned(whole, KEYS.witnesses.values())) == 2


def test_a_state_that_a_party_saw_and_the_hub_shows_no_more_is_there_all_the_same(log: MadeLog):
    """Else whoever replaced the log would only have to take its checkpoints away too."""
    other = log_of(9).checkpoint()
    found = states([log.checkpoint()], [seen(other)], KEYS)
    assert {each.text for each in found} == {log.checkpoint().text, other.text}


def forged(note: Note) -> bytes:
    good = cosign(note, WITNESSES["police"], 1_770_000_000)
    line = Line(good.name, good.key_id, good.signature[:-1] + b"\x00")
    return str(note.with_lines([line])).encode()


def unsigned(note: Note) -> bytes:
    other = Note(log_of(9).checkpoint().text, ())
    return str(other.with_lines([cosign(other, WITNESSES["police"], 1)])).encode()


@pytest.mark.parametrize("rubbish", [lambda _: b"\xff rubbish", forged, unsigned])
@pytest.mark.parametrize("first", [True, False])
def test_what_no_party_and_no_log_signed_counts_for_nothing(
    log: MadeLog, rubbish: Callable[[Note], bytes], *, first: bool
):
    note = log.checkpoint()
    lines = [rubbish(note), seen(note)] if first else [seen(note), rubbish(note)]
    (whole,) = states([note], lines, KEYS)
    assert [each.witness for each in cosigned(whole, KEYS.witnesses.values())] == [
        WITNESSES["police"].public.name
    ]
