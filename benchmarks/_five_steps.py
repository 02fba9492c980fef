"""A referral in five ledger events, from the decision to the feedback that closes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ketensluis.model.ledger import LedgerEvent

__all__ = ["AT", "STEPS", "event"]

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = ("decision", "received", "accepted", "assessed", "feedback")


def event(incident: str, step: int) -> LedgerEvent:
    """That step of that incident, a minute after the one before it; its id as long as a UUID."""
    sent = step == 0
    return LedgerEvent(
        event_id=f"{incident}-0000-0000-0000-{step:012d}",
        kind=STEPS[step],  # type: ignore[arg-type]  # the five kinds above
        incident_id=incident,
        sequence=1 if sent else 0,
        recipient="vt:utrecht",
        occurred_at=AT + timedelta(minutes=step),
        record=f"police.incidents[0]@{step}",
        unit="Midden-Nederland",
        municipality="GM0344",
        region="utrecht",
        event="registered" if sent else None,
        classification="hg" if sent else None,
        outcome="released" if sent else None,
        registered_at=AT if sent else None,
        decided_at=AT if sent else None,
        sent_at=AT if sent else None,
        message_id=f"m-{incident}",
        code="closed" if step == len(STEPS) - 1 else None,
    )
