"""What became of an entry in quarantine, as a record without value says it in its headers.

The topic only grows: a requeue removes nothing, it adds a marker that says which entry went back,
by which role, and as which record. An erasure adds one that says by which rule, before the entry's
key is destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ketensluis.model.quarantine import (
    ERASED_BY_ROLE,
    ERASED_BY_RULE,
    ERASED_ENTRY,
    ERASED_UNDER,
    REQUEUED_ENTRY,
)
from ketensluis.model.record import Record

__all__ = ["Erasure", "Requeue", "erasure_headers", "marked", "marker_headers"]

_ROLE, _PLACE = "requeued-by-role", "requeued-as"


@dataclass(frozen=True, slots=True)
class Requeue:
    """When, by which role, and as which record an entry went back to its topic."""

    at: datetime
    by_role: str
    place: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """When an entry's content was erased, by which rule or reason, and which role, if any.

    `digest` is that of what the rule said (`retention.rules.digest_of`).
    """

    at: datetime
    rule: str
    by_role: str
    digest: str = ""


def marker_headers(quarantine_id: str, done: Requeue) -> list[tuple[str, bytes]]:
    """The headers of the record that marks an entry as requeued; its time is `done.at`."""
    said = {REQUEUED_ENTRY: quarantine_id, _ROLE: done.by_role, _PLACE: done.place}
    return [(name, text.encode()) for name, text in said.items()]


def erasure_headers(quarantine_id: str, done: Erasure) -> list[tuple[str, bytes]]:
    """The headers of the record that says that an entry's content goes; its time is `done.at`."""
    said = {
        ERASED_ENTRY: quarantine_id,
        ERASED_BY_RULE: done.rule,
        ERASED_BY_ROLE: done.by_role,
        ERASED_UNDER: done.digest,
    }
    return [(name, text.encode()) for name, text in said.items()]


def marked(marker: Record) -> tuple[str, Requeue | Erasure]:
    """The id of the entry that the marker is about, and what it says became of it."""

    def said(name: str) -> str:
        return (marker.header(name) or b"").decode(errors="replace")

    at = marker.sent_at
    if requeued := said(REQUEUED_ENTRY):
        return requeued, Requeue(at, said(_ROLE), said(_PLACE))
    return said(ERASED_ENTRY), Erasure(
        at, said(ERASED_BY_RULE), said(ERASED_BY_ROLE), said(ERASED_UNDER)
    )
