"""What an audit keeps of a record: who it is about, which message, where it lies."""

from __future__ import annotations

from typing import Final, NamedTuple

from ketensluis.model.party import INCIDENTS, LEDGER_ALARMS, LEDGER_EVENTS, QUARANTINE, REQUESTS

__all__ = ["ANSWERS", "MAIL", "Mail", "Source", "kind_of"]

MAIL: Final = ("referrals.", "notices.", "disclosures.")
ANSWERS: Final = "responses."


class Source(NamedTuple):
    """A record that something may be about, or an event that is about one."""

    place: str
    incident_id: str
    timestamp_ms: int


class Mail(NamedTuple):
    """A message to a recipient as it lies on its topic; the digest that its signature names."""

    topic: str
    place: str
    digest: str
    incident_id: str
    timestamp_ms: int


def kind_of(topic: str) -> str:
    """Under which name records of that topic are counted."""
    if topic.startswith(MAIL):
        return "messages"
    if topic.startswith(ANSWERS):
        return "answers"
    return {
        INCIDENTS: "incident records",
        LEDGER_EVENTS: "ledger events",
        LEDGER_ALARMS: "alarms",
        QUARANTINE: "quarantine entries",
        REQUESTS: "requests",
    }.get(topic, "other records")
