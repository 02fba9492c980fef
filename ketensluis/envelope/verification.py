"""What must hold of a signed message, each with the code that names the defect.

Claims are compared before the signature is checked: that decides only which defect is named.
Nothing is accepted unless all of it holds, the signature included.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509

from ketensluis.envelope import jws
from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.cloudevents import Attributes, oin_of
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.message_types import MessageType
from ketensluis.errors import Refused
from ketensluis.model.party import responses_topic
from ketensluis.model.record import EARLIEST, LATEST, sent_at

__all__ = ["TOLERANCE", "Signer", "check_claims", "check_sent", "find_signer", "verify"]

TOLERANCE: Final = timedelta(minutes=5)


class Signer(msgspec.Struct, frozen=True):
    """Who signed: the party, its certificate, and the chain above it at the time of signing."""

    party: str
    certificate: Certificate
    chain: tuple[x509.Certificate, ...]


def find_signer(
    signature: jws.Signature, directory: Directory, sent_along: Iterable[x509.Certificate] = ()
) -> Signer:
    """Whom the signature names, if their certificate was good when it says that it was made.

    `sent_along` is the chain that was kept with a message: with it, a message verifies even
    when the directory has forgotten the certificate.

    Raises:
        Refused: `unknown_signer`, `wrong_key_usage`, `expired_certificate`,
            `revoked_certificate`, `revocation_unknown`, `untrusted_certificate`.
    """
    chain = tuple(sent_along)
    certificate = _certificate(signature.claims.thumbprint, directory, chain)
    party = directory.party_of(certificate.oin)
    if party is None:
        raise Refused("unknown_signer", "the signature names a certificate of no known party")
    if not certificate.signs:
        raise Refused("wrong_key_usage", "the certificate that is named is not one to sign with")
    at = datetime.fromisoformat(signature.claims.signed_at)
    return Signer(party, certificate, directory.trust.chain(certificate, at, chain))


def check_sent(signer: Signer, directory: Directory, timestamp_ms: int) -> None:
    """Check that what a key signed before it was revoked was sent before that, too.

    `sigT` is the signer's own word: whoever has stolen the key writes a date of before.

    Raises:
        Refused: `revoked_certificate`.
    """
    revoked_at = directory.trust.known_revoked_at(signer.certificate)
    if revoked_at is not None and sent_at(timestamp_ms) > revoked_at + TOLERANCE:
        raise Refused(
            "revoked_certificate",
            "it says that it was signed before the certificate was revoked, and was sent after",
            "sign it with a key that is the sender's own, and send it again",
        )


def _certificate(
    thumbprint: str, directory: Directory, chain: tuple[x509.Certificate, ...]
) -> Certificate:
    if chain:
        kept = Certificate.of(chain[0])
        if kept.thumbprint == thumbprint:
            return kept
    return directory.signer(thumbprint)


def verify(
    signature: jws.Signature,
    signer: Signer,
    *,
    attributes: Attributes,
    kind: MessageType,
    signed: bytes,
    topic: str,
    timestamp_ms: int,
) -> None:
    """Checks that the signer signed this value, with these attributes, for this topic.

    Raises:
        Refused: `altered_value`, `altered_header`, `wrong_topic`, `wrong_key`,
            `algorithm_key_mismatch`, `wrong_schema`, `wrong_content_type`,
            `source_not_signer`, `signer_not_allowed`, `wrong_time`.
    """
    claims = signature.claims
    if jws.digest_of(signed) != claims.digest:
        raise Refused("altered_value", "the value is not the one that was signed")
    _check_stated(claims, attributes, topic)
    jws.verify(signature, signed, signer.certificate)
    _check_rest(claims, signer, attributes, kind, topic, timestamp_ms)


def check_claims(
    signature: jws.Signature,
    signer: Signer,
    *,
    attributes: Attributes,
    kind: MessageType,
    topic: str,
    timestamp_ms: int,
) -> None:
    """Checks all but the value and the signature over it, for who cannot read the value.

    Of the signature itself it proves nothing: only that what it claims fits the record.

    Raises:
        Refused: as `verify`, but for `altered_value`, `wrong_key`, `algorithm_key_mismatch`.
    """
    _check_stated(signature.claims, attributes, topic)
    _check_rest(signature.claims, signer, attributes, kind, topic, timestamp_ms)


def _check_stated(claims: jws.Claims, attributes: Attributes, topic: str) -> None:
    if attributes != claims.ce:
        raise Refused(
            "altered_header", f"{_difference(attributes, claims.ce)} is not as it was signed"
        )
    if topic != claims.topic:
        raise Refused("wrong_topic", f"it was signed for another topic than {topic}")


def _check_rest(
    claims: jws.Claims,
    signer: Signer,
    attributes: Attributes,
    kind: MessageType,
    topic: str,
    timestamp_ms: int,
) -> None:
    _check_kind(attributes, kind)
    _check_sender(attributes, kind, signer, topic)
    _check_time(claims, attributes, timestamp_ms)


def _difference(found: Attributes, signed: Attributes) -> str:
    """The names of the headers that differ."""
    differ = [
        each
        for each in msgspec.structs.fields(Attributes)
        if getattr(found, each.name) != getattr(signed, each.name)
    ]
    names = {"datacontenttype": "content-type", "partitionkey": "the record's key"}
    return ", ".join(names.get(each.name, f"ce_{each.name}") for each in differ)


def _check_kind(attributes: Attributes, kind: MessageType) -> None:
    if attributes.dataschema != kind.dataschema:
        raise Refused("wrong_schema", "the header ce_dataschema is not the schema of the ce_type")
    if not kind.takes(attributes.datacontenttype):
        raise Refused("wrong_content_type", "the header content-type does not fit the ce_type")


def _check_sender(attributes: Attributes, kind: MessageType, signer: Signer, topic: str) -> None:
    if oin_of(attributes) != signer.certificate.oin:
        raise Refused(
            "source_not_signer", "the header ce_source names another organisation than the signer"
        )
    if not kind.may_sign(signer.party):
        raise Refused("signer_not_allowed", f"{signer.party} may not send {kind.ce_type}")
    if topic.startswith("responses.") and topic != responses_topic(signer.party):
        raise Refused("signer_not_allowed", f"{signer.party} may not send on the topic {topic}")


def _check_time(claims: jws.Claims, attributes: Attributes, timestamp_ms: int) -> None:
    signed_at = datetime.fromisoformat(claims.signed_at)
    if abs(signed_at - attributes.at) > TOLERANCE:
        raise Refused("wrong_time", "it was not signed at the time that the header ce_time says")
    sent = sent_at(timestamp_ms)
    if sent in {EARLIEST, LATEST}:
        raise Refused("wrong_time", "the record's own time is none that can be")
    if signed_at > sent + TOLERANCE:
        raise Refused("wrong_time", "it says that it was signed after it had been sent")
