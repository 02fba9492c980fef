"""A received message as a file: the signed original, to show to others and to verify again.

The file is a JWS in flattened JSON form (RFC 7515, section 7.2.2), so any JOSE library checks
its signature: `payload` (the signed bytes: the Avro value, padded where it was confidential),
`protected`, `signature`, and `header.x5c` (the signer's certificate and those above it, as they
stood at signing; base64 of DER, section 4.1.6). Beside these it has `format` and `record`:
topic, partition, offset, timestamp in milliseconds, key and headers as they lay on the topic.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from ketensluis.envelope import jws
from ketensluis.envelope.blinding import unblind
from ketensluis.envelope.cloudevents import SIGNATURE, Attributes, parse
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.message_types import type_named
from ketensluis.envelope.opening import Opened
from ketensluis.envelope.verification import find_signer, verify
from ketensluis.errors import Refused
from ketensluis.model.record import Coordinates, Record

__all__ = ["StoredMessage", "Verified", "load", "save", "store", "verify_stored"]

T = TypeVar("T", bound=msgspec.Struct)

FORMAT: Final = "ketensluis-message-1"
_TOPIC: Final = re.compile("[A-Za-z0-9._-]{1,249}")  # as Kafka has them


class StoredRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the message lay, and its headers but the signature; `timestamp_ms` since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: str | None
    headers: tuple[tuple[str, str], ...]


class _Unprotected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    x5c: tuple[str, ...]


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file's content; see the module."""

    format: Literal["ketensluis-message-1"]
    payload: str
    protected: str
    signature: str
    header: _Unprotected
    record: StoredRecord


@dataclass(frozen=True, slots=True)
class Verified:
    """What a stored message proves: who signed what, and when.

    `value` is the Avro value; `digest` the SHA-256 of the signed bytes, in hexadecimal;
    `certificate` the signer's, whatever else the file has; `revoked_at` when a certificate
    under the signature was revoked, after it was made.
    """

    signer: str
    attributes: Attributes
    signed_at: str
    recipient: str
    coordinates: Coordinates
    value: bytes
    digest: str
    certificate: x509.Certificate
    revoked_at: datetime | None = None


def store(record: Record, opened: Opened[T]) -> StoredMessage:
    """The stored form of a record that was opened."""
    protected, _, signature = opened.signature.compact.split(".")
    chain = opened.evidence.chain
    return StoredMessage(
        format=FORMAT,
        payload=urlsafe_b64encode(opened.signed).decode(),
        protected=protected,
        signature=signature,
        header=_Unprotected(
            x5c=tuple(base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain)
        ),
        record=StoredRecord(
            topic=record.coordinates.topic,
            partition=record.coordinates.partition,
            offset=record.coordinates.offset,
            timestamp_ms=record.timestamp_ms,
            key=None if record.key is None else record.key.decode(),
            headers=tuple(
                (name, value.decode(errors="replace"))
                for name, value in record.headers
                if name != SIGNATURE
            ),
        ),
    )


def save(message: StoredMessage, path: Path) -> None:
    """Writes the file; JSON, indented."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(message)) + b"\n")


def load(path: Path) -> StoredMessage:
    """Reads the file.

    Raises:
        Refused: `bad_message_file`: it is not one, or it was damaged.
    """
    try:
        message = msgspec.json.decode(path.read_bytes(), type=StoredMessage)
    except (OSError, msgspec.MsgspecError, RecursionError) as error:
        raise _no_message(path) from error
    numbers = (message.record.partition, message.record.offset)
    if _TOPIC.fullmatch(message.record.topic) is None or not all(0 <= n < 2**63 for n in numbers):
        raise _no_message(path)
    return message


def _no_message(path: Path) -> Refused:
    return Refused(
        "bad_message_file",
        f"{path.name} is not a message as `sluis receive` writes it",
        "name a .msg file as it was received, whole and unaltered",
    )


def verify_stored(message: StoredMessage, directory: Directory) -> Verified:
    """Checks a stored message as it was checked on receipt, with no Kafka and no private key.

    The chain that was kept with it is trusted only as far as the directory's anchors go.

    Raises:
        Refused: as `Opener.open`, or `bad_message_file`.
    """
    try:
        signed = urlsafe_b64decode(message.payload.encode())
        chain = tuple(
            x509.load_der_x509_certificate(base64.b64decode(each, validate=True))
            for each in message.header.x5c
        )
    except (binascii.Error, ValueError) as error:
        raise Refused(
            "bad_message_file", "the file's base64 or certificates are damaged"
        ) from error
    record = _record(message)
    attributes = parse(record)
    kind = type_named(attributes.type)
    signature = jws.read(f"{message.protected}..{message.signature}".encode())
    signer = find_signer(signature, directory, chain)
    verify(
        signature,
        signer,
        attributes=attributes,
        kind=kind,
        signed=signed,
        topic=record.coordinates.topic,
        timestamp_ms=record.timestamp_ms,
    )
    return Verified(
        signer=signer.party,
        attributes=attributes,
        signed_at=signature.claims.signed_at,
        recipient=signature.claims.recipient,
        coordinates=record.coordinates,
        value=unblind(signed) if kind.encrypted(attributes.datacontenttype) else signed,
        digest=signature.claims.digest,
        certificate=signer.chain[0],
        revoked_at=directory.trust.revoked_at(signer.chain),
    )


def _record(message: StoredMessage) -> Record:
    kept = message.record
    return Record(
        coordinates=Coordinates(kept.topic, kept.partition, kept.offset),
        key=None if kept.key is None else kept.key.encode(),
        value=None,
        headers=tuple((name, value.encode()) for name, value in kept.headers),
        timestamp_ms=kept.timestamp_ms,
    )
