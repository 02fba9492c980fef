"""What is sealed can be opened by the one it is for, and says no more than it must."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from ketensluis.envelope import jws
from ketensluis.envelope.message_types import MESSAGE_TYPES
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.incident import Incident
from ketensluis.model.messages import (
    DisclosureRequest,
    Receipt,
    Referral,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.party import HUB, INCIDENTS, REQUESTS, mail_topic, responses_topic
from ketensluis.model.record import Record
from tests.unit.envelope.parts import (
    AT,
    INCIDENT_ID,
    OM,
    POLICE,
    RSA_VT,
    VT,
    World,
    arrived,
    assessment,
    encode,
    incident,
    receipt,
    referral,
)


def request() -> DisclosureRequest:
    return DisclosureRequest(
        request_id="r",
        incident_id=INCIDENT_ID,
        topic=INCIDENTS,
        partition=0,
        offset=0,
        reason="hold_over",
        requested_at=AT,
    )


def plain(world: World) -> Record:
    sealed = world.sealer(HUB).plain(
        request(), topic=REQUESTS, key=INCIDENT_ID, subject=INCIDENT_ID, at=AT
    )
    return arrived(sealed)


@pytest.mark.parametrize("recipient", [VT, RSA_VT])
def test_a_referral_opens_for_its_recipient(world: World, recipient: str) -> None:
    record = world.referral(recipient)
    opened = world.opener(recipient).open(record, Referral)
    assert opened.message == referral(recipient)
    assert opened.signer == HUB
    assert opened.value == encode(referral(recipient))
    assert opened.digest == jws.digest_of(opened.signed)
    assert opened.attributes.partitionkey == INCIDENT_ID
    assert [each.issuer for each in opened.evidence.chain][-1] == (
        world.directory.trust.anchors[0].subject
    )


@pytest.mark.parametrize("sender", [VT, RSA_VT])
def test_an_answer_opens_for_the_hub(world: World, sender: str) -> None:
    opened = world.opener(HUB).open(world.assessment(sender), (Receipt, SafetyAssessment))
    assert opened.message == assessment()
    assert opened.signer == sender


def test_nobody_else_opens_it(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.opener(RSA_VT).open(world.referral(VT), Referral)
    assert refused.value.code == "not_for_us"


def test_the_national_police_may_register_for_a_unit(world: World) -> None:
    record = world.seal(incident(), "police", INCIDENTS)
    assert world.opener(HUB).open(record, Incident).signer == "police"


def test_the_digest_names_the_same_message_on_both_sides(world: World) -> None:
    """A receipt holds it, and the sender compares it with what it signed."""
    record = world.referral()
    opened = world.opener(VT).open(record, Referral)
    assert opened.digest == jws.read(record.header("jws")).claims.digest


def test_the_same_message_has_the_same_id_again(world: World) -> None:
    for make in (world.incident, world.assessment, world.referral):
        assert make().header("ce_id") == make().header("ce_id")


def test_another_message_has_another_id(world: World) -> None:
    other = world.seal(incident(sequence=2), POLICE, INCIDENTS)
    assert other.header("ce_id") != world.incident().header("ce_id")


def test_two_encryptions_of_the_same_message_have_nothing_in_common(world: World) -> None:
    first, second = world.assessment(), world.assessment()
    assert first.value != second.value
    assert first.header("jws") != second.header("jws")


def test_what_lies_in_the_clear_does_not_tell_one_outcome_from_another(world: World) -> None:
    """Neither the digest nor the length: there are only three outcomes to try."""
    sizes = set()
    for outcome in ("acutely_unsafe", "structurally_unsafe", "no_unsafety"):
        message = msgspec.structs.replace(assessment(), outcome=outcome)
        record = world.seal(message, VT, responses_topic(VT))
        assert record.value is not None
        claims = jws.read(record.header("jws")).claims
        assert claims.digest != jws.digest_of(encode(message))
        sizes.add(len(record.value))
    assert len(sizes) == 1


def test_a_confidential_type_shows_nothing_of_its_content(world: World) -> None:
    record = world.referral()
    everything = b"".join([record.value or b"", *(value for _, value in record.headers)])
    assert b"police-vt" not in everything


def test_every_message_of_the_exchange_that_carries_content_is_confidential() -> None:
    found = {each.message.__name__ for each in MESSAGE_TYPES if each.confidential}
    assert found == {
        "Referral", "Notice", "SafetyAssessment", "Feedback", "Decision", "FeedbackNotice",
    }  # fmt: skip


def test_types_are_named_in_reverse_dns_with_one_major_version() -> None:
    names = [each.ce_type for each in MESSAGE_TYPES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"nl\.ketensluis\.[a-z-]+\.v1", name) for name in names)


def test_a_hub_internal_message_is_read_without_a_signature(world: World) -> None:
    assert world.opener(HUB).plain(plain(world), DisclosureRequest) == request()


def test_a_signed_type_is_never_taken_unsigned(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.opener(HUB).plain(world.incident(), Incident)
    assert refused.value.code == "missing_signature"


def test_a_signed_type_is_never_sent_unsigned(world: World) -> None:
    with pytest.raises(KetensluisError) as failed:
        world.sealer(POLICE).plain(incident(), topic=INCIDENTS, key="k", subject=INCIDENT_ID, at=AT)
    assert failed.value.code == "must_be_signed"


def test_an_internal_message_is_not_taken_for_a_signed_one(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.opener(HUB).open(plain(world), DisclosureRequest)
    assert refused.value.code == "unexpected_type"


Seal = Callable[[World], object]


@pytest.mark.parametrize(
    ("code", "seal"),
    [
        ("signer_not_allowed", lambda world: world.seal(incident(), VT, INCIDENTS)),
        ("signer_not_allowed", lambda world: world.seal(receipt("m"), HUB, "responses.hub")),
        (
            "wrong_subject",
            lambda world: world.seal(incident(incident_id="other"), POLICE, INCIDENTS),
        ),
        (
            "unknown_party",
            lambda world: world.seal(referral(), HUB, mail_topic("vt:x"), "vt:x"),
        ),
        (
            "expired_certificate",
            lambda world: world.sealer(POLICE).seal(
                incident(),
                topic=INCIDENTS,
                key="k",
                subject=INCIDENT_ID,
                at=AT + timedelta(days=4 * 365),
            ),
        ),
        ("unknown_type", lambda world: world.seal(world.directory.entries[VT], HUB, "x")),
    ],
)
def test_what_would_be_refused_is_not_sealed(world: World, code: str, seal: Seal) -> None:
    with pytest.raises(KetensluisError) as failed:
        seal(world)
    assert failed.value.code == code


def test_the_trace_goes_on_from_record_to_record(world: World) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sealed = world.sealer(OM).seal(
        Rejection(incident_id=INCIDENT_ID, message_id="m", unit=None, at=AT, reason="incomplete"),
        topic=responses_topic(OM),
        key=INCIDENT_ID,
        subject=INCIDENT_ID,
        at=AT,
        traceparent=parent,
    )
    found = dict(sealed.headers)["traceparent"].decode()
    assert found[:36] == parent[:36]
    assert found != parent
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", found)
