"""Whether a record's signature holds, for who judges it and is not the one that it is for."""

from __future__ import annotations

from ketensluis.envelope.cloudevents import parse
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.keyring import Erased
from ketensluis.envelope.message_types import type_named
from ketensluis.envelope.opening import Opener, signature_of
from ketensluis.envelope.verification import check_claims, check_sent, verify
from ketensluis.errors import Refused
from ketensluis.model.party import HUB
from ketensluis.model.record import Record

__all__ = ["check_signature"]


def check_signature(record: Record, directory: Directory, opener: Opener | None = None) -> bool:
    """Whether the signature over the value could be checked, and held; its certificate as of then.

    It cannot where the value is encrypted to another, or was erased, or where there are no
    keys: without the hub's `opener`, what is encrypted stays so. Then all else was checked: who
    is named as the signer, its certificate, chain and revocation as of the time of signing,
    whether it may send this, and that headers, topic and time are those that it names.

    Raises:
        Refused: what does not hold, with the code that `Opener.open` has for it.
    """
    attributes = parse(record)
    kind = type_named(attributes.type)
    signature, signer = signature_of(record, kind, directory)
    check_sent(signer, directory, record.timestamp_ms)
    topic, timestamp_ms = record.coordinates.topic, record.timestamp_ms
    signed: bytes | None = record.value or b""
    if kind.encrypted(attributes.datacontenttype):
        signed = None
        if opener is not None and signature.claims.recipient == HUB:
            try:
                signed = opener.signed_bytes(record, kind, attributes)
            except Refused as error:
                if not isinstance(error, Erased) and error.code != "unknown_key":
                    raise
    if signed is None:
        check_claims(
            signature, signer, attributes=attributes, kind=kind, topic=topic,
            timestamp_ms=timestamp_ms,
        )  # fmt: skip
        return False
    verify(
        signature, signer, attributes=attributes, kind=kind, signed=signed, topic=topic,
        timestamp_ms=timestamp_ms,
    )  # fmt: skip
    return True
