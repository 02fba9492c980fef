"""Made-up ledger events, for every test of the ledger and of the tracker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ketensluis.model.ledger import LedgerEvent

VT, OTHER, OM = "vt:utrecht", "vt:gelderland-midden", "om:midden-nederland"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INCIDENT = "PL0900-2026000001"


def at(minutes: float) -> datetime:
    """So many minutes after a Monday morning."""
    return START + timedelta(minutes=minutes)


def decision(minutes: float, **fields: Any) -> LedgerEvent:
    """A decision; released, with a message, unless told otherwise."""
    told: dict[str, Any] = {
        "kind": "decision",
        "incident_id": INCIDENT,
        "sequence": 1,
        "recipient": VT,
        "occurred_at": at(minutes),
        "record": "police.incidents[0]@7",
        "unit": "Midden-Nederland",
        "municipality": "GM0344",
        "region": "utrecht",
        "event": "registered",
        "classification": "hg",
        "outcome": "released",
        "registered_at": START,
        "labelled_at": START,
        "decided_at": at(minutes),
        **fields,
    }
    if told["outcome"] == "released":
        told.setdefault("message_id", f"m-{told['recipient']}-{told['sequence']}")
        told.setdefault("sent_at", told["decided_at"])
    told.setdefault(
        "event_id", f"d-{told['incident_id']}-{told['recipient']}-{told['sequence']}-{minutes}"
    )
    return LedgerEvent(**told)


def answer(minutes: float, kind: str, **fields: Any) -> LedgerEvent:
    """An answer to the first message to VT, unless told otherwise."""
    told: dict[str, Any] = {
        "kind": kind,
        "incident_id": INCIDENT,
        "sequence": 1,
        "recipient": VT,
        "occurred_at": at(minutes),
        "record": "responses.vt.utrecht[0]@3",
        **fields,
    }
    told.setdefault("message_id", f"m-{VT}-{told['sequence']}")
    told.setdefault(
        "event_id",
        f"a-{told['incident_id']}-{kind}-{told['message_id']}-{minutes}-{told['recipient']}",
    )
    return LedgerEvent(**told)


def whole_ladder(incident: str = INCIDENT) -> list[LedgerEvent]:
    """One obligation from its registration to its end."""
    return [
        decision(1, incident_id=incident),
        answer(2, "received", incident_id=incident),
        answer(30, "accepted", incident_id=incident),
        answer(60, "assessed", code="structurally_unsafe", incident_id=incident),
        answer(90, "feedback", code="closed", incident_id=incident),
    ]
