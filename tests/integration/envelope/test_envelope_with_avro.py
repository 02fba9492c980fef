"""The envelope around real Avro: every message type, sealed and opened by the real codec."""

from __future__ import annotations

import msgspec
import pytest

from ketensluis.avro.codec import Codec
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.message_types import MESSAGE_TYPES
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.messages import Receipt, Referral
from ketensluis.model.party import HUB, INCIDENTS, mail_topic, responses_topic
from tests.unit.envelope.parts import (
    AT,
    INCIDENT_ID,
    POLICE,
    RSA_VT,
    VT,
    World,
    arrived,
    incident,
    receipt,
    referral,
    resigned,
)


@pytest.fixture(scope="session")
def codec() -> Codec:
    return Codec.from_lock()


def test_every_message_type_has_an_avro_schema(codec: Codec) -> None:
    for kind in MESSAGE_TYPES:
        with pytest.raises(Refused):
            codec.decode(b"", kind.message)


@pytest.mark.parametrize(
    ("message", "sender", "reader", "topic"),
    [
        (incident(), POLICE, HUB, INCIDENTS),
        (referral(VT), HUB, VT, mail_topic(VT)),
        (referral(RSA_VT), HUB, RSA_VT, mail_topic(RSA_VT)),
        (receipt("m"), VT, HUB, responses_topic(VT)),
    ],
    ids=["incident", "referral", "referral to an RSA key", "receipt"],
)
def test_a_message_comes_through_unchanged(
    world: World, codec: Codec, message: msgspec.Struct, sender: str, reader: str, topic: str
) -> None:
    sealer = Sealer(world.identity(sender), world.directory, codec.encode)
    opener = Opener(world.identity(reader), world.directory, codec.decode)
    sealed = sealer.seal(
        message, topic=topic, key=INCIDENT_ID, subject=INCIDENT_ID, at=AT, recipient=reader
    )
    opened = opener.open(arrived(sealed), (Incident, Referral, Receipt))
    assert opened.message == message
    assert opened.value == codec.encode(message)


def test_a_value_that_is_not_avro_is_refused_though_it_is_signed(
    world: World, codec: Codec
) -> None:
    record = resigned(world, world.incident(), by=POLICE, signed=b"{}")
    with pytest.raises(Refused) as refused:
        Opener(world.identity(HUB), world.directory, codec.decode).open(record, Incident)
    assert refused.value.code == "not_avro"
