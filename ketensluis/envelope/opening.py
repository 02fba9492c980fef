"""Opening a record that is addressed to one party: decrypt, verify, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import msgspec

from ketensluis.envelope import dossier_jwe, jws
from ketensluis.envelope.blinding import unblind
from ketensluis.envelope.cloudevents import JOSE, SIGNATURE, Attributes, parse
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.keyring import Erased, Keyring
from ketensluis.envelope.message_types import MessageType, type_named
from ketensluis.envelope.verification import Signer, find_signer, verify
from ketensluis.errors import Refused
from ketensluis.model.record import Record

__all__ = ["Decode", "Opened", "Opener", "signature_of"]

T = TypeVar("T", bound=msgspec.Struct)


class Decode(Protocol):
    """Reads an encoded message of the expected class; raises Refused for anything else."""

    def __call__(self, value: bytes, expected: type[T], /) -> T: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Opened(Generic[T]):
    """A message that was verified.

    Attributes:
        message: the message.
        attributes: its CloudEvents attributes, all of them signed.
        signer: the party that signed it.
        value: the Avro value.
        signed: the bytes under the signature: the value, padded where it is encrypted.
        digest: SHA-256 of `signed` in hexadecimal; a receipt names it.
        signature: the signature, with all that it vouches for.
        evidence: the signer's certificate and chain, to keep with the message.
    """

    message: T
    attributes: Attributes
    signer: str
    value: bytes
    signed: bytes
    digest: str
    signature: jws.Signature
    evidence: Signer


class Opener:
    """Opens records that are addressed to one party."""

    def __init__(
        self,
        identity: Identity,
        directory: Directory,
        decode: Decode,
        keyring: Keyring | None = None,
    ) -> None:
        self._identity = identity
        self._directory = directory
        self._decode = decode
        self._keyring = keyring

    def open(self, record: Record, expected: type[T] | tuple[type[T], ...]) -> Opened[T]:
        """The message in the record, verified, of the expected class or one of them.

        Raises:
            Erased: its content was erased.
            Refused: with a code that names the defect; see `docs/reference/envelope.md`.
        """
        attributes, kind, found = _read(
            record, expected if isinstance(expected, tuple) else (expected,)
        )
        signature, signer = signature_of(record, kind, self._directory)
        if signature.claims.recipient != self._identity.party:
            raise Refused("not_for_us", f"it was signed for another than {self._identity.party}")
        signed = self.signed_bytes(record, kind, attributes)
        verify(
            signature,
            signer,
            attributes=attributes,
            kind=kind,
            signed=signed,
            topic=record.coordinates.topic,
            timestamp_ms=record.timestamp_ms,
        )
        value = unblind(signed) if kind.encrypted(attributes.datacontenttype) else signed
        return Opened(
            message=_decoded(self._decode, value, found, attributes),
            attributes=attributes,
            signer=signer.party,
            value=value,
            signed=signed,
            digest=signature.claims.digest,
            signature=signature,
            evidence=signer,
        )

    def plain(self, record: Record, expected: type[T]) -> T:
        """A hub-internal message, which is not signed.

        Raises:
            Refused: headers or value are not sound, or the type is one that must be signed.
        """
        attributes, kind, found = _read(record, (expected,))
        if kind.signers:
            raise Refused("missing_signature", f"{kind.ce_type} is never accepted unsigned")
        return _decoded(self._decode, record.value or b"", found, attributes)

    def signed_bytes(self, record: Record, kind: MessageType, attributes: Attributes) -> bytes:
        """What is under a record's signature: its value, decrypted where it is encrypted.

        Raises:
            Erased: its content was erased.
            Refused: it is encrypted to another, or to nobody; `unknown_key`.
        """
        value = record.value or b""
        if not kind.encrypted(attributes.datacontenttype):
            return value
        if kind.by_dossier:
            return self._by_dossier(value, attributes.subject)
        if attributes.datacontenttype != JOSE:
            raise Refused("not_encrypted", f"{kind.ce_type} is never accepted unencrypted")
        return self._identity.decrypt(value)

    def _by_dossier(self, value: bytes, incident_id: str) -> bytes:
        key_id = dossier_jwe.key_named(value)
        if self._keyring is None:
            raise Refused("not_for_us", "the value is encrypted with an incident's key")
        other = Refused("other_incidents_key", "the value names the key of another incident")
        try:
            key = self._keyring.key(key_id)
        except Erased as error:
            # What is not this incident's is not erased by another's erasure.
            if error.incident_id != incident_id:
                raise other from error
            raise
        if key.incident_id != incident_id:
            raise other
        return dossier_jwe.decrypt(value, key)


def signature_of(
    record: Record, kind: MessageType, directory: Directory
) -> tuple[jws.Signature, Signer]:
    """A record's signature, not yet verified, and whom it names.

    Raises:
        Refused: it has none, or one of nobody whose certificate was good when it was made.
    """
    if not kind.signers:
        raise Refused("unexpected_type", f"{kind.ce_type} is not a type that is signed")
    signature = jws.read(_only(record, SIGNATURE))
    return signature, find_signer(signature, directory)


def _read(record: Record, expected: tuple[type[T], ...]) -> tuple[Attributes, MessageType, type[T]]:
    attributes = parse(record)
    kind = type_named(attributes.type)
    for each in expected:
        if each is kind.message:
            return attributes, kind, each
    raise Refused("unexpected_type", f"{kind.ce_type} is not expected on this topic")


def _only(record: Record, name: str) -> bytes | None:
    found = [value for key, value in record.headers if key == name]
    if len(found) > 1:
        raise Refused("repeated_header", f"the header {name} is there more than once")
    return found[0] if found else None


def _decoded(decode: Decode, value: bytes, expected: type[T], attributes: Attributes) -> T:
    message = decode(value, expected)
    if getattr(message, "incident_id", attributes.subject) != attributes.subject:
        raise Refused(
            "wrong_subject", "the header ce_subject names another incident than the value"
        )
    return message
