"""What the tracker is called on a cluster: its group, and the topics that it reads and writes."""

from __future__ import annotations

from dataclasses import dataclass

from ketensluis.model import party

__all__ = ["Names"]


@dataclass(frozen=True, slots=True)
class Names:
    """The chain's own names; another set of them is another ledger on the same cluster."""

    group: str = "tracker"
    events: str = party.LEDGER_EVENTS
    cases: str = party.LEDGER_CASES
    alarms: str = party.LEDGER_ALARMS
    requests: str = party.REQUESTS
    quarantine: str = party.QUARANTINE
