"""Whatever is sealed opens as it was, and nothing that was touched opens at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ketensluis.envelope.blinding import blind, unblind
from ketensluis.envelope.mail import Opener
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.messages import Referral, SafetyAssessment
from ketensluis.model.party import INCIDENTS
from ketensluis.model.record import Coordinates, Record
from tests.unit.envelope.parts import HUB, POLICE, RSA_VT, VT, World, arrived, incident

_UNSIGNED = {"traceparent"}
_SENTENCES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=2000)
_IDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=64)


@given(incident_id=_IDS, narrative=_SENTENCES, sequence=st.integers(1, 2**31))
def test_what_is_sealed_opens_as_it_was(
    world: World, incident_id: str, narrative: str, sequence: int
) -> None:
    message = incident(incident_id=incident_id, narrative=narrative, sequence=sequence)
    sealed = world.sealer(POLICE).seal(
        message, topic=INCIDENTS, key=incident_id, subject=incident_id, at=message.registered_at
    )
    opened = world.opener(HUB).open(arrived(sealed), Incident)
    assert opened.message == message
    assert opened.signer == POLICE


@given(st.binary(max_size=3000))
def test_padding_comes_off_as_it_went_on(value: bytes) -> None:
    padded = blind(value)
    assert len(padded) % 256 == 0
    assert len(padded) >= len(value) + 16
    assert padded.startswith(value)
    assert unblind(padded) == value


@given(st.binary(max_size=600))
def test_any_bytes_are_unpadded_or_refused(signed: bytes) -> None:
    with suppress(Refused):
        assert signed.startswith(unblind(signed))


def _flips(content: bytes) -> Iterator[bytes]:
    for at, byte in enumerate(content):
        for bit in range(8):
            yield content[:at] + bytes([byte ^ 1 << bit]) + content[at + 1 :]


def _touched(record: Record) -> Iterator[Record]:
    """The record with each single bit of its value, key and signed headers flipped."""
    assert record.value is not None
    assert record.key is not None
    yield from (replace(record, value=value) for value in _flips(record.value))
    yield from (replace(record, key=key) for key in _flips(record.key))
    for at, (name, content) in enumerate(record.headers):
        if name in _UNSIGNED:
            continue
        before, after = record.headers[:at], record.headers[at + 1 :]
        for flipped in _flips(content):
            yield replace(record, headers=(*before, (name, flipped), *after))
        for flipped in _flips(name.encode()):
            changed = flipped.decode(errors="replace")
            yield replace(record, headers=(*before, (changed, content), *after))


def _opens(opener: Opener, record: Record) -> bool:
    try:
        opener.open(record, (Incident, Referral, SafetyAssessment))
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    ("make", "reader"),
    [("incident", HUB), ("encrypted_incident", HUB), ("referral", VT), ("assessment", HUB)],
)
def test_no_record_opens_after_a_flip_of_any_bit(world: World, make: str, reader: str) -> None:
    record: Record = getattr(world, make)()
    opener = world.opener(reader)
    assert _opens(opener, record)
    assert not [each for each in _touched(record) if _opens(opener, each)]


@given(st.data())
def test_no_record_of_rsa_keys_opens_after_a_flip_of_a_bit(
    world: World, data: st.DataObject
) -> None:
    record = world.referral(RSA_VT)
    assert record.value is not None
    at = data.draw(st.integers(0, len(record.value) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = bytearray(record.value)
    flipped[at] ^= 1 << bit
    assert not _opens(world.opener(RSA_VT), replace(record, value=bytes(flipped)))


_HEADER = st.tuples(
    st.sampled_from(
        ["ce_id", "ce_type", "ce_source", "ce_time", "content-type", "jws", "CE_ID", "x"]
    ),
    st.binary(max_size=60) | st.sampled_from([b"1.0", b"nl.ketensluis.incident.v1", b"e30..e30"]),
)


@given(st.lists(_HEADER, max_size=12), st.none() | st.binary(max_size=20), st.binary(max_size=60))
def test_whatever_arrives_is_refused_and_never_crashes(
    world: World, headers: list[tuple[str, bytes]], key: bytes | None, value: bytes
) -> None:
    record = Record(Coordinates(INCIDENTS, 0, 0), key, value, tuple(headers), 0)
    assert not _opens(world.opener(HUB), record)


@given(
    st.sampled_from(["ce_id", "ce_type", "ce_source", "ce_time", "content-type", "jws"]),
    st.binary(max_size=80),
)
def test_no_header_can_be_replaced(world: World, name: str, content: bytes) -> None:
    record = world.incident()
    headers = tuple((key, content if key == name else old) for key, old in record.headers)
    changed = replace(record, headers=headers)
    assert _opens(world.opener(HUB), changed) == (headers == record.headers)
