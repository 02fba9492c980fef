"""Opening a record that is addressed to one party: decrypt, verify, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from ketensluis.envelope import dossier_jwe, jws
from ketensluis.envelope.blinding import unblind
from ketensluis.envelope.cloudevents import JOSE, SIGNATURE, Attributes, parse
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.keyring import Erased, Keyring
from ketensluis.envelope.message_types import MessageType, type_named
from ketensluis.envelope.opened import Decode, Opened, Opening
from ketensluis.envelope.verification import Signer, check_sent, find_signer, verify
from ketensluis.errors import Refused
from ketensluis.model.party import HUB
from ketensluis.model.record import Record

__all__ = ["Decode", "Opened", "Opener", "signature_of"]

T = TypeVar("T", bound=msgspec.Struct)


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
        return self._opened(self._verified(self._decrypted(self._claimed(record, expected))))

    def open_all(
        self, records: Iterable[Record], expected: type[T] | tuple[type[T], ...]
    ) -> list[Opened[T] | Refused]:
        """Each record as `open` has it, or why it was refused (`Erased` if it was).

        Each step is done for all of them before the next: a verification by itself goes through
        more memory than the processor's nearest cache has, so that steps in turn, record by
        record, take a quarter longer.
        """
        found: list[Any] = [_try(lambda one: self._claimed(one, expected), one) for one in records]
        self._fetch_keys(one for one in found if not isinstance(one, Refused))
        for step in (self._decrypted, self._verified, self._opened):
            found = [one if isinstance(one, Refused) else _try(step, one) for one in found]
        return found

    def _claimed(self, record: Record, expected: type[T] | tuple[type[T], ...]) -> Opening[T]:
        """What the record says of itself, before anything of it is believed."""
        attributes, kind, found = _read(
            record, expected if isinstance(expected, tuple) else (expected,)
        )
        signature, signer = signature_of(record, kind, self._directory)
        if signature.claims.recipient != self._identity.party:
            raise Refused("not_for_us", f"it was signed for another than {self._identity.party}")
        if signer.party != HUB:  # which signs a backlog with the key of its day, late as it is
            check_sent(signer, self._directory, record.timestamp_ms)
        return Opening(record, attributes, kind, found, signature, signer)

    def _fetch_keys(self, openings: Iterable[Opening[T]]) -> None:
        """Have the keys at hand that these name: they are found at once in a tenth of the time."""
        if self._keyring is not None:
            values = [
                one.record.value or b""
                for one in openings
                if one.kind.by_dossier and one.kind.encrypted(one.attributes.datacontenttype)
            ]
            named = [_try(dossier_jwe.key_named, each) for each in values]
            self._keyring.fetch(each for each in named if not isinstance(each, Refused))

    def _decrypted(self, opening: Opening[T]) -> Opening[T]:
        opening.signed = self.signed_bytes(opening.record, opening.kind, opening.attributes)
        return opening

    def _verified(self, opening: Opening[T]) -> Opening[T]:
        verify(
            opening.signature,
            opening.signer,
            attributes=opening.attributes,
            kind=opening.kind,
            signed=opening.signed,
            topic=opening.record.coordinates.topic,
            timestamp_ms=opening.record.timestamp_ms,
        )
        return opening

    def _opened(self, opening: Opening[T]) -> Opened[T]:
        attributes, signed = opening.attributes, opening.signed
        encrypted = opening.kind.encrypted(attributes.datacontenttype)
        value = unblind(signed) if encrypted else signed
        return Opened(
            message=_decoded(self._decode, value, opening.expected, attributes),
            attributes=attributes,
            signer=opening.signer.party,
            value=value,
            signed=signed,
            digest=opening.signature.claims.digest,
            signature=opening.signature,
            evidence=opening.signer,
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


def _try(step: Callable[[Any], Any], one: Any) -> Any:
    try:
        return step(one)
    except Refused as error:
        return error


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
