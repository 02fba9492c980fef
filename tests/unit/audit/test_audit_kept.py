"""A state of the log that a party kept, held against the log as it is shown now."""

from __future__ import annotations

import pytest
from made_log import MadeLog, log_key, log_keys, log_of, made_record, witness, witness_key

from ketensluis.audit.heads import Heads
from ketensluis.audit.kept import kept_points
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.entry import Entry
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note

KEYS = JournalKeys(log_keys(), {"vt:zeeland": witness()}, quorum=1)


def kept_of(log: MadeLog) -> Note:
    note = log.checkpoint()
    return note.with_lines([cosign(note, witness_key(), 1_770_000_000)])


def other_past(number: int) -> bytes | None:
    return Entry.of(made_record(3, value=b"another")).encode() if number == 3 else None


def said(kept: Note, now: MadeLog) -> dict[str, tuple[bool | None, str]]:
    points = kept_points(kept, Heads(now.checkpoint(), None), KEYS, now.fetch)
    return {each.name: (each.holds, each.sentence) for each in points}


@pytest.mark.parametrize("size", [9, 13, 300])
def test_a_log_that_continues_what_was_kept_holds(size: int):
    found = said(kept_of(log_of(9)), log_of(size))
    assert {holds for holds, _ in found.values()} == {True}
    assert "vt:zeeland" in found["witnesses"][1]
    assert str(size) in found["log"][1]


@pytest.mark.parametrize(
    ("now", "code"),
    [(log_of(9, other_past), "two_histories"), (log_of(20, other_past), "inconsistent"),
     (log_of(8), "truncated")],
)  # fmt: skip
def test_a_log_that_does_not_continue_what_was_kept_is_named(now: MadeLog, code: str):
    holds, sentence = said(kept_of(log_of(9)), now)["log"]
    assert (holds, sentence.split(":")[0]) == (False, code)


def test_what_the_log_never_signed_says_nothing_of_it():
    stranger = MadeLog(key=log_key(seed=b"s" * 32)).add([b"entry"])
    found = said(stranger.checkpoint(), log_of(9))
    assert (found["signature"][0], found["log"][0]) == (False, None)


def test_a_log_whose_tiles_are_gone_is_not_said_to_continue():
    now = log_of(300)
    now.files.clear()
    holds, sentence = said(kept_of(log_of(9)), now)["log"]
    assert (holds, "cannot be read" in sentence) == (None, True)
