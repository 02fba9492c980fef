"""Deterministic ids: a repeat of the same derivation gives the same id (RFC 9562, UUIDv5)."""

from __future__ import annotations

import uuid

__all__ = ["derived_id"]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis")


def derived_id(*parts: str | int) -> str:
    """The UUIDv5 of the parts; parts are length-prefixed, so no two lists collide."""
    name = "".join(f"{len(text)}:{text}" for text in map(str, parts))
    return str(uuid.uuid5(_NAMESPACE, name))
