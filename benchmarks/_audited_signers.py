"""The parties' signatures under made records: the same each time that the records are made."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.util import urlsafe_b64encode

from ketensluis.envelope.cloudevents import JOSE, Attributes, instant, source_of, to_headers
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.jws import Claims, digest_of
from ketensluis.envelope.message_types import MESSAGE_TYPES
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.party import HUB
from ketensluis.model.record import Headers

__all__ = ["Signers"]

_KINDS: Final = {kind.ce_type: kind for kind in MESSAGE_TYPES}
# RFC 6979: a random number less, so that a record that is made again is the same record.
_ES256: Final = ECDSA(SHA256(), deterministic_signing=True)
_HALF = 32  # bytes
_UNREAD: Final = "s" * 86  # under encryption nobody can check it


class Signers:
    """Keys and certificates of these parties, and what they sign."""

    def __init__(self, folder: Path, parties: tuple[str, ...], at: datetime) -> None:
        make_demo_pki(folder, parties, at)
        self.directory = Directory.load(folder)
        self._identities = {party: Identity.load(folder, party) for party in parties}

    def headers(
        self,
        party: str,
        ce_type: str,
        value: bytes,
        *,
        topic: str,
        incident: str,
        message_id: str,
        at: datetime,
        causation: str | None = None,
        recipient: str = HUB,
        digest: str | None = None,
    ) -> Headers:
        """The headers of a message of that party: the attributes, and its signature."""
        kind, identity = _KINDS[f"nl.ketensluis.{ce_type}.v1"], self._identities[party]
        signing = identity.signing_at(at)
        attributes = Attributes(
            specversion="1.0",
            id=message_id,
            source=source_of(identity.oin, "ketensluis"),
            type=kind.ce_type,
            subject=incident,
            time=instant(at),
            dataschema=kind.dataschema,
            datacontenttype=JOSE if kind.confidential else "application/avro",
            causationid=causation,
            partitionkey=incident,
        )
        claims = Claims(
            alg=signing.certificate.algorithm,
            thumbprint=signing.certificate.thumbprint,
            signed_at=attributes.time,
            digest=digest or digest_of(value),
            topic=topic,
            recipient=recipient,
            ce=attributes,
        )
        protected = urlsafe_b64encode(msgspec.json.encode(claims))
        made = _UNREAD
        if not kind.confidential:
            said = protected + b"." + urlsafe_b64encode(value)
            r, s = decode_dss_signature(signing.private_key.private_key.sign(said, _ES256))
            raw = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
            made = urlsafe_b64encode(raw).decode()
        signature = f"{protected.decode()}..{made}"
        found = to_headers(attributes, signature=signature)
        return tuple(each for each in found if each[0] != "traceparent")  # which is random
