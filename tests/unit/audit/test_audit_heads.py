"""The states of a log that parties saw: none is left out, and rubbish counts for nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_log import MadeLog, log_key, log_keys, log_of, witness, witness_key

from ketensluis.audit.heads import states
from ketensluis.journal.checkpoints import cosign, cosigned
from ketensluis.journal.key_terms import KeyTerm
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Line, Note

WITNESSES = {"police": witness_key(1), "vt:zeeland": witness_key(2)}
KEYS = JournalKeys(log_keys(), {"police": witness(1), "vt:zeeland": witness(2)}, quorum=2)


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


def test_a_state_that_a_party_was_shown_under_a_retired_key_is_there_and_no_other(log: MadeLog):
    """It is the proof of it; without a party's line anyone with the old key could have put it."""
    new = log_key(seed=b"n" * 32)
    log_over_time = LogKeys((KeyTerm(log_key().public, 0, 3), KeyTerm(new.public, 2)))
    keys = JournalKeys(log_over_time, KEYS.witnesses, quorum=2)
    other = log.checkpoint()
    (found,) = states([], [seen(other)], keys)
    assert found.text == other.text
    assert len(found.lines) == 2
    assert states([], [str(other).encode()], keys) == ()


def test_a_line_of_another_key_of_the_log_beside_a_known_state_counts_for_nothing(log: MadeLog):
    """Else anyone could spoil a good state by a rotten line under it."""
    new = log_key(seed=b"n" * 32)
    keys = JournalKeys(log_keys(log_key(), new), KEYS.witnesses, quorum=2)
    note = log.checkpoint()
    rotten = Line(new.public.name, new.public.key_id, b"x" * 64)
    (found,) = states([note], [str(note.with_lines([rotten])).encode()], keys)
    assert found == note
