"""The police's side of the intake: lines of incidents become signed records.

A line that does not fit becomes a quarantine entry, so that it is counted and can be mended;
the lines around it go through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import msgspec

from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.refusal import entry_record
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.party import INCIDENTS
from ketensluis.model.quarantine import quarantined_line
from ketensluis.model.record import Output

__all__ = ["FeedLine", "record_of", "records_of"]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A line of a source, where it stands (`FILE:LINE`), and what it holds or why not."""

    place: str
    result: Incident | Refused
    raw: bytes


def records_of(lines: Sequence[FeedLine], sealer: Sealer, at: datetime) -> list[Output]:
    """The records of many lines, in their order."""
    incidents = [line.result for line in lines if isinstance(line.result, Incident)]
    sealer.make_keys([each.incident_id for each in incidents], at)
    return [record_of(line, sealer, at) for line in lines]


def record_of(line: FeedLine, sealer: Sealer, at: datetime) -> Output:
    """The record of a line: a signed incident, or the quarantine entry of a refused one."""
    if isinstance(line.result, Refused):
        return _entry(line, line.result, sealer, at)
    incident = line.result
    return sealer.seal(
        incident,
        topic=INCIDENTS,
        key=incident.incident_id,
        subject=incident.incident_id,
        at=at,
        correlation=incident.incident_id,
    )


def _entry(line: FeedLine, error: Refused, sealer: Sealer, at: datetime) -> Output:
    # Only the file's name: a path can name a person (/home/<name>/...).
    place = PurePath(line.place).name
    entry = quarantined_line(
        line.raw, place=place, topic=INCIDENTS, error=error, incident_id=None, at=at
    )
    if sealer.keyring is None:
        # Nothing to seal it with: what stands at that place stays with who has it.
        entry = msgspec.structs.replace(entry, value=None, size=len(line.raw))
    return entry_record(entry, sealer)
