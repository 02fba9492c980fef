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
from ketensluis.envelope.refusal import entry_key, entry_record
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.messages import Quarantined
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
    """The records of many lines, in their order; the keys of all of them are made at once."""
    contents = [_content(line, sealer, at) for line in lines]
    sealer.make_keys([_key_of(each) for each in contents], at)
    return [_sealed(each, sealer, at) for each in contents]


def record_of(line: FeedLine, sealer: Sealer, at: datetime) -> Output:
    """The record of a line: a signed incident, or the quarantine entry of a refused one."""
    return _sealed(_content(line, sealer, at), sealer, at)


def _content(line: FeedLine, sealer: Sealer, at: datetime) -> Incident | Quarantined:
    if isinstance(line.result, Incident):
        return line.result
    # Only the file's name: a path can name a person (/home/<name>/...).
    place = PurePath(line.place).name
    entry = quarantined_line(
        line.raw, place=place, topic=INCIDENTS, error=line.result, incident_id=None, at=at
    )
    if sealer.keyring is None:
        # Nothing to seal it with: what stands at that place stays with who has it.
        return msgspec.structs.replace(entry, value=None, size=len(line.raw))
    return entry


def _key_of(content: Incident | Quarantined) -> str:
    """What its key is made for."""
    if isinstance(content, Incident):
        return content.incident_id
    return entry_key(content.quarantine_id)


def _sealed(content: Incident | Quarantined, sealer: Sealer, at: datetime) -> Output:
    if isinstance(content, Quarantined):
        return entry_record(content, sealer)
    return sealer.seal(
        content,
        topic=INCIDENTS,
        key=content.incident_id,
        subject=content.incident_id,
        at=at,
        correlation=content.incident_id,
    )
