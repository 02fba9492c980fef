"""The books take every record, and never look complete when something in them is unreadable."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from made_ledger import INCIDENT, VT, answer, at, decision

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.kafka.books import Books
from ketensluis.ledger.fold import cases
from ketensluis.model.party import (
    INCIDENTS,
    LEDGER_ALARMS,
    LEDGER_CASES,
    LEDGER_EVENTS,
    QUARANTINE,
)
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Record

CODEC = Codec.from_lock()
JUNK = [None, b"", b"\x00", b"hello", b"\x00\x00\x00\x00\x63junk", b"\x00\x00\x00\x00\x01\xff"]


def record(topic: str, offset: int, value: bytes | None, key: bytes | None = b"k") -> Record:
    return Record(Coordinates(topic, 0, offset), key, value, (), 1_772_000_000_000)


def books(*records: Record) -> Books:
    found = Books(CODEC)
    for each in records:
        found.enter(each)
    return found


def encoded(message: msgspec.Struct) -> bytes:
    return CODEC.encode(message)


def row(number: int) -> bytes:
    (case,) = cases((decision(number),))
    return encoded(case)


@pytest.mark.parametrize("value", JUNK)
@pytest.mark.parametrize("topic", [LEDGER_EVENTS, LEDGER_ALARMS])
def test_an_unreadable_record_of_the_books_is_open_until_somebody_accounts_for_it(
    topic: str, value: bytes | None
):
    bad = record(topic, 3, value)
    assert books(bad).open == [f"{topic}[0]@3"]

    entry = quarantined(bad, Refused("bad_avro", "the bytes are not what they should be"))
    assert not books(bad, record(QUARANTINE, 0, encoded(entry))).open


@pytest.mark.parametrize("value", [value for value in JUNK if value is not None])
def test_an_unreadable_quarantine_entry_counts_and_is_named(value: bytes):
    found = books(record(QUARANTINE, 4, value))
    assert list(found.quarantined) == [f"{QUARANTINE}[0]@4"]
    assert found.open == [f"{QUARANTINE}[0]@4"]


def test_a_marker_of_a_requeue_is_no_entry():
    found = books(record(QUARANTINE, 4, None))
    assert not found.quarantined
    assert not found.open


def test_an_unreadable_row_takes_the_place_of_the_one_before_and_is_named():
    found = books(record(LEDGER_CASES, 0, row(1)), record(LEDGER_CASES, 1, b"junk"))
    assert not found.cases
    assert found.open == [f"{LEDGER_CASES}[0]@1"]


def test_a_readable_row_takes_the_place_of_unreadable_ones():
    found = books(
        record(LEDGER_CASES, 0, b"junk"),
        record(LEDGER_CASES, 1, b"more junk"),
        record(LEDGER_CASES, 2, row(2)),
    )
    assert found.cases[b"k"].decided_at == at(2)
    assert not found.open


def test_a_deleted_row_is_gone():
    found = books(record(LEDGER_CASES, 0, row(1)), record(LEDGER_CASES, 1, None))
    assert not found.cases
    assert not found.open


def test_an_incident_is_open_until_an_event_or_an_entry_names_its_place():
    incoming = record(INCIDENTS, 7, b"whatever", b"PL0900-2026000001")
    assert books(incoming).open == [f"{INCIDENTS}[0]@7"]

    event = record(LEDGER_EVENTS, 0, encoded(decision(1)))
    found = books(event, incoming)
    assert not found.open
    assert found.decided == {"PL0900-2026000001"}

    entry = quarantined(incoming, Refused("bad_avro", "no"))
    assert entry.at == datetime.fromtimestamp(1_772_000_000, UTC)
    assert not books(incoming, record(QUARANTINE, 0, encoded(entry))).open


def test_answers_are_kept_by_what_they_name_for_the_balance_to_match():
    told = (decision(1), answer(2, "received"), answer(3, "accepted"), answer(4, "rejected"))
    events = [record(LEDGER_EVENTS, n, encoded(each)) for n, each in enumerate(told)]

    assert books(*events).answered == {(INCIDENT, VT, f"m-{VT}-1")}
