"""The table's values: canonical, complete, and readable by their head alone."""

from __future__ import annotations

import random

import pytest
from made_ledger import at, whole_ladder

from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from services.tracker.remembered import NEVER, Remembered, due_micros, micros, pack, unpack

CLOCKS = b"eightby8"


def test_what_was_packed_comes_back_whole():
    known = Remembered(
        events=tuple(whole_ladder()),
        raised={"receipt|vt:utrecht|x": ("overdue", "cleared")},
        asked=("r-1",),
        due=at(45),
    )

    assert unpack(pack(known, CLOCKS)) == known


def test_an_event_that_is_about_no_recipient_comes_back_whole():
    repeated = LedgerEvent(
        event_id="e-1",
        kind="duplicate",
        incident_id="I-1",
        sequence=1,
        recipient=None,
        occurred_at=at(1),
        record="police.incidents[0]@7",
    )

    assert unpack(pack(Remembered(events=(repeated,)), CLOCKS)).events == (repeated,)


def test_the_same_content_gives_the_same_bytes_whatever_the_order():
    events = whole_ladder()
    shuffled = random.Random(7).sample(events, len(events))  # noqa: S311 - no secret

    assert pack(Remembered(events=tuple(events)), CLOCKS) == pack(
        Remembered(events=tuple(shuffled)), CLOCKS
    )


def test_the_moment_is_read_without_the_rest_and_is_at_once_for_other_clocks():
    value = pack(Remembered(due=at(45)), CLOCKS)

    assert due_micros(value, CLOCKS) == micros(at(45))
    assert due_micros(value, b"otherone") == 0
    assert due_micros(pack(Remembered(), CLOCKS), CLOCKS) == NEVER


def test_nothing_is_known_of_an_incident_that_is_not_in_the_table():
    assert unpack(None) == Remembered()


@pytest.mark.parametrize("value", [b"", b"x" * 40, pack(Remembered(), CLOCKS)[:-1]])
def test_a_value_that_this_version_did_not_write_is_refused(value: bytes):
    with pytest.raises(Refused, match="bad_table"):
        unpack(value)
