"""Deterministic ids: a repeat of the same derivation gives the same id (RFC 9562, UUIDv5)."""

from __future__ import annotations

import hashlib
import uuid

__all__ = ["derived_id"]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis").bytes


def derived_id(*parts: str | int) -> str:
    """The UUIDv5 of the parts; parts are length-prefixed, so no two lists collide."""
    name = "".join([f"{len(text)}:{text}" for text in map(str, parts)])
    # As `uuid.uuid5`, at half its time: several ids are derived for each record.
    digest = bytearray(hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest())
    digest[6] = digest[6] & 0x0F | 0x50  # the version, 5
    digest[8] = digest[8] & 0x3F | 0x80  # the variant, RFC 9562
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}"
