"""An entry has one form, and every part of a record shows in it."""

from __future__ import annotations

import hashlib

import pytest
from made_log import made_record

from ketensluis.errors import Refused
from ketensluis.journal.entry import Entry
from ketensluis.model.record import Coordinates

WRITTEN = (
    b"ketensluis.journal.entry/v1\n"
    b"ledger.events 1 1\n"
    b"time 1770000000005\n"
    b"key " + hashlib.sha256(b"PL0600-5").hexdigest().encode() + b"\n"
    b"value " + hashlib.sha256(b"value 5").hexdigest().encode() + b"\n"
    b"headers "
    + hashlib.sha256(
        b"\0\0\0\5ce_id\0\0\0\0015" b"\0\0\0\3jws\0\0\0\4a..b"
    ).hexdigest().encode() + b"\n"
)  # fmt: skip


def test_an_entry_is_written_as_documented():
    assert Entry.of(made_record(5)).encode() == WRITTEN


def test_an_entry_is_read_back():
    assert Entry.decode(WRITTEN) == Entry.of(made_record(5))


@pytest.mark.parametrize(
    ("part", "content", "found"),
    [
        ("value", b"value 6", "value"),
        ("value", None, "value"),
        ("key", b"PL0600-6", "key"),
        ("key", b"", "key"),
        ("headers", (("ce_id", b"5"),), "headers"),
        ("headers", (("jws", b"a..b"), ("ce_id", b"5")), "headers"),
        ("headers", (("ce_id", b"5"), ("jws", None)), "headers"),
        ("headers", (("ce_i", b"d5"), ("jws", b"a..b")), "headers"),
        ("timestamp_ms", 1_770_000_000_004, "time"),
        ("coordinates", Coordinates("ledger.events", 1, 2), "coordinates"),
    ],
)
def test_whatever_part_of_a_record_changes_is_named(part: str, content: object, found: str):
    entry = Entry.of(made_record(5))
    changed = made_record(5, **{part: content})
    assert entry.differs(made_record(5)) is None
    assert entry.differs(changed) == found
    assert Entry.of(changed).encode() != WRITTEN


def test_nothing_and_the_empty_value_are_not_the_same():
    assert (
        Entry.of(made_record(5, value=None)).encode()
        != Entry.of(made_record(5, value=b"")).encode()
    )


@pytest.mark.parametrize(
    "written",
    [
        b"",
        WRITTEN[:-1],
        WRITTEN + b"\n",
        WRITTEN.replace(b"/v1", b"/v2"),
        WRITTEN.replace(b" 1 1\n", b" 01 1\n"),
        WRITTEN.replace(b"key ", b"key -"),
        WRITTEN.upper(),
        b"\xff" + WRITTEN,
    ],
)
def test_what_is_no_entry_is_refused(written: bytes):
    with pytest.raises(Refused, match="bad_entry"):
        Entry.decode(written)
