"""What is known of a record while it is opened, and of a message that was verified."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import msgspec

from ketensluis.envelope import jws
from ketensluis.envelope.cloudevents import Attributes
from ketensluis.envelope.message_types import MessageType
from ketensluis.envelope.verification import Signer
from ketensluis.model.record import Record

__all__ = ["Decode", "Opened", "Opening"]

T = TypeVar("T", bound=msgspec.Struct)


class Decode(Protocol):
    """Reads an encoded message of the expected class; raises Refused for anything else."""

    def __call__(self, value: bytes, expected: type[T], /) -> T: ...  # noqa: D102


class Opened(msgspec.Struct, Generic[T], frozen=True):
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


class Opening(msgspec.Struct, Generic[T]):
    """A record on its way to be opened; `signed` is there once it was decrypted."""

    record: Record
    attributes: Attributes
    kind: MessageType
    expected: type[T]
    signature: jws.Signature
    signer: Signer
    signed: bytes = b""
