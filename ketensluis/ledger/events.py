"""The set of events of one incident, in one canonical order whatever order they came in."""

from __future__ import annotations

from datetime import datetime

import msgspec

from ketensluis.model.ledger import LedgerEvent

__all__ = ["Events", "add", "decided_at", "erasure", "in_time", "in_version"]

Events = tuple[LedgerEvent, ...]


def add(events: Events, event: LedgerEvent) -> Events:
    """The set with the event in it, in canonical order; adding one twice changes nothing.

    Two events with one id and different content cannot come from a sound sender; the one
    whose encoding sorts first is kept, so that even then the order of arrival is no matter.
    """
    known = next((other for other in events if other.event_id == event.event_id), None)
    if known is not None:
        if known == event or _encoded(known) < _encoded(event):
            return events
        events = tuple(other for other in events if other is not known)
    return tuple(sorted((*events, event), key=in_time))


def in_time(event: LedgerEvent) -> tuple[datetime, str]:
    """The canonical order: time of the event itself, then its id."""
    return event.occurred_at, event.event_id


def in_version(decision: LedgerEvent) -> tuple[int, datetime, str]:
    """The order in which decisions replace each other: version, time of decision, id."""
    return decision.sequence, decided_at(decision), decision.event_id


def decided_at(decision: LedgerEvent) -> datetime:
    """When it was decided; an event without that time was decided when it occurred."""
    return decision.decided_at or decision.occurred_at


def erasure(events: Events) -> LedgerEvent | None:
    """The event that says that the incident's content is gone; None if a version came after."""
    erased = [event for event in events if event.kind == "erased"]
    if not erased:
        return None
    newest = max(event.sequence for event in events if event.kind in {"decision", "erased"})
    return max((each for each in erased if each.sequence == newest), key=in_time, default=None)


def _encoded(event: LedgerEvent) -> bytes:
    return msgspec.json.encode(event)
