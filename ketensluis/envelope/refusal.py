"""The record by which a refused one is kept: its entry on the quarantine topic."""

from __future__ import annotations

from ketensluis.envelope.sealing import Sealer
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import QUARANTINE
from ketensluis.model.record import Output

__all__ = ["entry_record"]


def entry_record(entry: Quarantined, sealer: Sealer) -> Output:
    """The entry as a record; it is about the incident, where that is known."""
    return sealer.plain(
        entry,
        topic=QUARANTINE,
        key=entry.quarantine_id,
        subject=entry.incident_id or entry.quarantine_id,
        at=entry.at,
    )
