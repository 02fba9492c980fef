"""Deterministic ids: a repeat of the same derivation gives the same id (RFC 9562, UUIDv5)."""

from __future__ import annotations

import hashlib
import uuid

__all__ = ["derived_id", "uuid_text"]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis").bytes
_DIGITS = 32


def derived_id(*parts: str | int) -> str:
    """The UUIDv5 of the parts; parts are length-prefixed, so no two lists collide."""
    name = "".join([f"{len(text)}:{text}" for text in map(str, parts)])
    # As `uuid.uuid5`, at half its time: several ids are derived for each record.
    digest = bytearray(hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest())
    digest[6] = digest[6] & 0x0F | 0x50  # the version, 5
    digest[8] = digest[8] & 0x3F | 0x80  # the variant, RFC 9562
    return uuid_text(digest.hex()[:_DIGITS])


def uuid_text(digits: str) -> str:
    """The 32 hexadecimal digits of a UUID as it is written."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
