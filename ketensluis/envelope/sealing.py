"""Sealing a message into a record in the name of one party: sign, then encrypt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from ketensluis.envelope import dossier_jwe, jwe, jws
from ketensluis.envelope.blinding import blind
from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.cloudevents import AVRO, JOSE, Attributes, instant, source_of, to_headers
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.keyring import Keyring
from ketensluis.envelope.message_types import MessageType, type_of
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.model.ids import derived_id
from ketensluis.model.mac import mac
from ketensluis.model.party import HUB
from ketensluis.model.record import Output

__all__ = ["Encode", "Sealer"]

Encode = Callable[[msgspec.Struct], bytes]


class Sealer:
    """Makes records of messages in the name of one party."""

    def __init__(
        self,
        identity: Identity,
        directory: Directory,
        encode: Encode,
        system: str = "ketensluis",
        keyring: Keyring | None = None,
    ) -> None:
        self._identity = identity
        self._directory = directory
        self._encode = encode
        self._keyring = keyring
        self._source = source_of(identity.oin, system)
        # Ids of answers derive from content that must not be guessable from the id.
        # Of the first key, which is kept: a rotation must not give the same answer another id.
        private = identity.encryption_keys[-1].private_key.as_der(private=True)
        self._id_key = hashlib.sha256(b"ketensluis message ids" + private).digest()

    @property
    def keyring(self) -> Keyring | None:
        """The keys of incidents, where this party has them."""
        return self._keyring

    def seal(
        self,
        message: msgspec.Struct,
        *,
        topic: str,
        key: str,
        subject: str,
        at: datetime,
        recipient: str | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        traceparent: str | None = None,
    ) -> Output:
        """The message as a signed record, encrypted if its type is confidential.

        An incident is encrypted with its own key, where the party has a keyring.

        `at` is the time of logging and of signing; without `recipient` it is for the hub;
        `traceparent` is that of the record from which this one follows.

        Raises:
            KetensluisError: `unknown_type`, `signer_not_allowed`, `wrong_subject`: what the
                caller may not send at all.
            Unavailable: `expired_certificate`: our own; nothing can be sent until it is renewed.
            Refused: the recipient's certificate is missing or not good.
        """
        kind = type_of(type(message))
        signing = self._identity.signing_at(at)
        self._check(kind, message, subject, at, signing.certificate)
        value = self._encode(message)
        by_dossier = self._keyring if kind.by_dossier else None
        content = JOSE if kind.confidential or by_dossier else AVRO
        attributes = self._attributes(
            kind, message, value, topic, key, subject, at, correlation, causation, content
        )
        signed = blind(value) if content == JOSE else value
        claims = jws.Claims(
            alg=signing.certificate.algorithm,
            thumbprint=signing.certificate.thumbprint,
            signed_at=attributes.time,
            digest=jws.digest_of(signed),
            topic=topic,
            recipient=recipient or HUB,
            ce=attributes,
        )
        signature = jws.sign(claims, signed, signing.private_key)
        if kind.confidential:
            signed = jwe.encrypt(signed, self._directory.encryption(claims.recipient, at))
        elif by_dossier is not None:
            signed = dossier_jwe.encrypt(signed, by_dossier.key_for(subject, at))
        headers = to_headers(attributes, signature=signature, traceparent=traceparent)
        return Output(topic, key.encode(), signed, headers)

    def make_keys(self, incident_ids: Iterable[str], at: datetime) -> None:
        """Make the keys of many incidents at once, which is much faster than one by one."""
        if self._keyring is not None:
            self._keyring.make(incident_ids, at)

    def certificate_of(self, party: str, at: datetime) -> Certificate:
        """The certificate to which what only that party may read is encrypted at that moment.

        Raises:
            Refused: `unknown_party` or `no_certificate`.
        """
        return self._directory.encryption(party, at)

    def plain(
        self,
        message: msgspec.Struct,
        *,
        topic: str,
        key: str,
        subject: str,
        at: datetime,
        correlation: str | None = None,
        causation: str | None = None,
        traceparent: str | None = None,
    ) -> Output:
        """A hub-internal message (ledger, history, request, quarantine) as a record, unsigned.

        Raises:
            KetensluisError: `must_be_signed`: the type is one that is signed.
        """
        kind = type_of(type(message))
        if kind.signers:
            raise KetensluisError("must_be_signed", f"{kind.ce_type} is never sent unsigned")
        value = self._encode(message)
        attributes = self._attributes(
            kind, message, value, topic, key, subject, at, correlation, causation, AVRO
        )
        headers = to_headers(attributes, traceparent=traceparent)
        return Output(topic, key.encode(), value, headers)

    def _attributes(
        self,
        kind: MessageType,
        message: msgspec.Struct,
        value: bytes,
        topic: str,
        key: str,
        subject: str,
        at: datetime,
        correlation: str | None,
        causation: str | None,
        content: str,
    ) -> Attributes:
        return Attributes(
            specversion="1.0",
            id=self._id(kind, message, topic, value),
            source=self._source,
            type=kind.ce_type,
            subject=subject,
            time=instant(at),
            dataschema=kind.dataschema,
            datacontenttype=content,
            correlationid=correlation,
            causationid=causation,
            partitionkey=key,
        )

    def _id(self, kind: MessageType, message: msgspec.Struct, topic: str, value: bytes) -> str:
        """Its own id, else one that the same content on the same topic has again."""
        if kind.own_id and (own := getattr(message, kind.own_id)):
            return str(own)
        digest = mac(self._id_key, value).hex()
        return derived_id(kind.ce_type, self._source, topic, digest)

    def _check(
        self,
        kind: MessageType,
        message: msgspec.Struct,
        subject: str,
        at: datetime,
        certificate: Certificate,
    ) -> None:
        party = self._identity.party
        if not kind.may_sign(party):
            raise KetensluisError("signer_not_allowed", f"{party} may not send {kind.ce_type}")
        if getattr(message, "incident_id", subject) != subject:
            raise KetensluisError("wrong_subject", "the subject is another incident's")
        if not certificate.valid_at(at):
            raise Unavailable(
                "expired_certificate",
                f"the signing certificate of {party} is not valid at {instant(at)}",
                "renew the certificate, or set the clock right",
            )
