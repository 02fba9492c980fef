"""A stored message verifies again without Kafka, without the recipient's key, years later."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ketensluis.envelope.directory import Directory
from ketensluis.envelope.stored import StoredMessage, load, save, store, verify_stored
from ketensluis.errors import Refused
from ketensluis.model.messages import Referral
from tests.unit.envelope.parts import HUB, RSA_VT, VT, World, encode, referral


def stored(world: World, recipient: str = VT) -> StoredMessage:
    record = world.referral(recipient)
    return store(record, world.opener(recipient).open(record, Referral))


def test_it_comes_back_from_its_file_and_verifies(world: World, tmp_path: Path) -> None:
    save(stored(world, RSA_VT), tmp_path / "referral.msg")
    found = verify_stored(load(tmp_path / "referral.msg"), world.directory)
    assert found.signer == HUB
    assert found.recipient == RSA_VT
    assert found.value == encode(referral(RSA_VT))
    assert found.attributes.type == "nl.ketensluis.referral.v1"


def test_it_verifies_after_the_directory_forgot_the_certificate(world: World) -> None:
    """The chain was kept beside it; the anchor and the party's OIN are all that is needed."""
    message = stored(world)
    entry = msgspec.structs.replace(world.directory.entries[HUB], signing=())
    forgetful = Directory(
        {**world.directory.entries, HUB: entry},
        world.directory.certificates,
        type(world.directory.trust)(world.directory.trust.anchors),
    )
    assert verify_stored(message, forgetful).signer == HUB


def _with_record(message: StoredMessage, **changes: object) -> StoredMessage:
    record = msgspec.structs.replace(message.record, **changes)
    return msgspec.structs.replace(message, record=record)


Change = Callable[[StoredMessage], StoredMessage]


def _payload(message: StoredMessage) -> StoredMessage:
    other = ("A" if message.payload[30] != "A" else "B").join(
        [message.payload[:30], message.payload[31:]]
    )
    return msgspec.structs.replace(message, payload=other)


def _other_chain(message: StoredMessage) -> StoredMessage:
    chain = tuple(reversed(message.header.x5c))
    return msgspec.structs.replace(message, header=type(message.header)(x5c=chain))


def _no_certificate(message: StoredMessage) -> StoredMessage:
    chain = (base64.b64encode(b"no certificate").decode(),)
    return msgspec.structs.replace(message, header=type(message.header)(x5c=chain))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_payload, "altered_value"),
        (lambda each: _with_record(each, topic="referrals.zeeland"), "wrong_topic"),
        (lambda each: _with_record(each, key="other"), "altered_header"),
        (lambda each: _with_record(each, headers=each.record.headers[1:]), "missing_header"),
        (lambda each: _with_record(each, timestamp_ms=0), "wrong_time"),
        (lambda each: msgspec.structs.replace(each, signature=each.signature[:-2]), "wrong_key"),
        (lambda each: msgspec.structs.replace(each, protected="e30"), "unknown_algorithm"),
        (_other_chain, "bad_certificate"),
        (_no_certificate, "bad_message_file"),
    ],
)
def test_a_change_to_the_file_is_found_and_named(world: World, change: Change, code: str) -> None:
    with pytest.raises(Refused) as refused:
        verify_stored(change(stored(world)), world.directory)
    assert refused.value.code == code


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"format":"else"}'])
def test_another_file_is_named_as_no_message(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.msg"
    path.write_bytes(content)
    with pytest.raises(Refused, match=re.escape("x.msg")) as refused:
        load(path)
    assert refused.value.code == "bad_message_file"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=re.escape("x.msg")):
        load(tmp_path / "x.msg")
