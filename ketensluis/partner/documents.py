"""A referral as its reader keeps it: the released fields, and what was withheld by which rule."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

import msgspec

from ketensluis.model.messages import Referral

__all__ = ["correction", "document", "file_stem"]

# Two of these, a time and a suffix stay below the 255 bytes that a file's name may have.
_LONGEST = 96
_DIGITS = 16


def document(referral: Referral) -> dict[str, Any]:
    """The released fields in the Incident's structure, and `withheld`: `{path, rule}` each."""
    released: dict[str, Any] = msgspec.to_builtins(referral.released)
    return {**released, "withheld": msgspec.to_builtins(referral.withheld)}


def correction(referral: Referral) -> str | None:
    """What it does to an earlier message, whose id ends that one's file name; None: nothing."""
    if referral.event == "withdrawn":
        return f"takes back {referral.replaces}: disregard it"
    if referral.replaces is None:
        return None
    changed = ", ".join(referral.changed) or "all of it, as that one was taken back"
    return f"replaces {referral.replaces}; what changed: {changed}"


def file_stem(*ids: str) -> str:
    """The ids with dots between, such as `<incident_id>.<message_id>`: safe as a file's name.

    Whatever a sender put into an id, the name stays in its folder, is not hidden, and fits.
    """
    return ".".join(map(_safe, ids))


def _safe(text: str) -> str:
    quoted = quote(text, safe="") or "_"
    if quoted.startswith("."):
        quoted = f"%2E{quoted[1:]}"
    if len(quoted) <= _LONGEST:
        return quoted
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    return f"{quoted[: _LONGEST - _DIGITS - 1]}~{digest}"
