"""What was refused lies sealed, and opens as it was, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from made_keys import MemoryKeyring

from ketensluis.avro.codec import Codec
from ketensluis.envelope.keyring import Erased
from ketensluis.envelope.refusal import entry_key, sealed_entry, unsealed_entry
from ketensluis.errors import Refused
from ketensluis.model.quarantine import quarantined, quarantined_line
from ketensluis.model.record import Coordinates, Record

AT = datetime(2026, 1, 5, tzinfo=UTC)
UNFIT = Refused("bad_json", "no")
RECORD = Record(
    Coordinates("police.incidents", 0, 7),
    b"PL0600-1",
    b"\xffAnna van Dam",
    (("x", b"Zandoogje"),),
    0,
)
CODEC = Codec.from_lock()


def test_no_byte_of_the_record_is_legible_and_it_opens_as_it_was():
    keys, entry = MemoryKeyring(), quarantined(RECORD, UNFIT)
    sealed = sealed_entry(entry, keys)
    lying = CODEC.encode(sealed)
    assert not any(secret in lying for secret in (b"Anna", b"van Dam", b"Zandoogje"))
    assert (sealed.size, sealed.place, sealed.code) == (13, entry.place, "bad_json")
    assert unsealed_entry(CODEC.decode(lying, type(sealed)), keys) == entry


def test_a_line_of_a_file_is_sealed_too():
    line = quarantined_line(
        b"Anna van Dam", place="a.ndjson:1", topic="t", error=UNFIT, incident_id=None, at=AT
    )
    assert b"Anna" not in CODEC.encode(sealed_entry(line, MemoryKeyring()))


def test_after_its_key_was_destroyed_it_says_erased():
    keys, entry = MemoryKeyring(), quarantined(RECORD, UNFIT)
    sealed = sealed_entry(entry, keys)
    keys.erase(entry_key(entry.quarantine_id), at=AT, rule="one")
    with pytest.raises(Erased):
        unsealed_entry(sealed, keys)


def test_what_is_sealed_for_another_entry_does_not_open():
    keys, entry = MemoryKeyring(), quarantined(RECORD, UNFIT)
    moved = msgspec.structs.replace(sealed_entry(entry, keys), quarantine_id="another")
    with pytest.raises(Refused) as refused:
        unsealed_entry(moved, keys)
    assert refused.value.code == "other_entrys_key"


def test_an_entry_of_before_there_were_keys_is_as_it_was():
    entry = quarantined(RECORD, UNFIT)
    assert unsealed_entry(entry, MemoryKeyring()) == entry == sealed_entry(entry, None)
