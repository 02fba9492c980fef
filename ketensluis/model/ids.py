"""Deterministic ids: a repeat of the same derivation gives the same id (RFC 9562, UUIDv5)."""

from __future__ import annotations

import hashlib
import uuid

__all__ = ["derived_id", "derived_number", "uuid_text"]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis").bytes
_NAMED = hashlib.sha1(_NAMESPACE, usedforsecurity=False)
_VARIANTS = {digit: f"{int(digit, 16) & 0x3 | 0x8:x}" for digit in "0123456789abcdef"}
_DIGITS = 32
_BYTES = 16


def derived_id(*parts: str | int) -> str:
    """The UUIDv5 of the parts; parts are length-prefixed, so no two lists collide."""
    # As `uuid.uuid5`, at a third of its time: several ids are derived for each record. The
    # version is 5; the variant (RFC 9562, section 4.1) is in the first bits of the next part.
    made = _named(parts).hexdigest()
    variant = _VARIANTS[made[16]]
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:_DIGITS]}"


def derived_number(*parts: str | int) -> int:
    """The 128 bits of the parts of which `derived_id` makes an id, before it is marked as one."""
    return int.from_bytes(_named(parts).digest()[:_BYTES], "big")


def _named(parts: tuple[str | int, ...]) -> hashlib._Hash:
    named = _NAMED.copy()
    named.update("".join([f"{len(text)}:{text}" for text in map(str, parts)]).encode())
    return named


def uuid_text(digits: str) -> str:
    """The 32 hexadecimal digits of a UUID as it is written."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
