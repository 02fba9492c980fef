"""A referral as its reader keeps it: the released fields, and what was withheld by which rule."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from ketensluis.model.messages import Referral

__all__ = ["document", "file_stem"]


def document(referral: Referral) -> dict[str, Any]:
    """The released fields in the Incident's structure, and `withheld`: `{path, rule}` each."""
    released: dict[str, Any] = msgspec.to_builtins(referral.released)
    return {**released, "withheld": msgspec.to_builtins(referral.withheld)}


def file_stem(incident_id: str, message_id: str) -> str:
    """`<incident_id>.<message_id>`, safe as a file name whatever a sender put into the id."""
    return f"{quote(incident_id, safe='')}.{quote(message_id, safe='')}"
