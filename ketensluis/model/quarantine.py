"""The entry under which a refused record is kept, whole, until a person has looked at it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from ketensluis.errors import Refused
from ketensluis.model.ids import derived_id
from ketensluis.model.messages import Quarantined
from ketensluis.model.record import Record

__all__ = [
    "ERASED_BY_ROLE",
    "ERASED_BY_RULE",
    "ERASED_ENTRY",
    "ERASED_UNDER",
    "REQUEUED_ENTRY",
    "incident_of",
    "quarantine_id",
    "quarantined",
    "quarantined_line",
]

# Headers of a record without value: which entry went back to its topic, and which one's content
# goes, by which rule or reason, and by which role where a person gave that.
REQUEUED_ENTRY = "requeued-entry"
ERASED_ENTRY, ERASED_BY_RULE, ERASED_BY_ROLE = "erased-entry", "erased-by-rule", "erased-by-role"
# The digest of what that rule or reason said.
ERASED_UNDER = "erased-under"

_LONGEST_ID = 64


def incident_of(record: Record) -> str | None:
    """The incident that the record says it is about, where it says so legibly."""
    claimed = record.header("ce_subject") or record.key or b""
    try:
        text = claimed.decode()
    except UnicodeDecodeError:
        return None
    return text if 0 < len(text) <= _LONGEST_ID and text.isprintable() else None


def quarantine_id(record: Record) -> str:
    """The id of the record's entry, whatever it is refused for."""
    return derived_id("quarantine", str(record.coordinates))


def quarantined(record: Record, error: Refused) -> Quarantined:
    """The entry of a record; the same record refused again gives the same id."""
    place = str(record.coordinates)
    return Quarantined(
        quarantine_id=quarantine_id(record),
        place=place,
        code=error.code,
        sentence=error.sentence,
        remedy=error.remedy,
        incident_id=incident_of(record),
        topic=record.coordinates.topic,
        key=record.key,
        value=record.value,
        headers=record.headers,
        at=record.sent_at,
    )


def quarantined_line(
    line: bytes, *, place: str, topic: str, error: Refused, incident_id: str | None, at: datetime
) -> Quarantined:
    """The entry of a line of a file that never reached its topic; `place` is `FILE:LINE`."""
    return Quarantined(
        quarantine_id=derived_id("quarantine", place, hashlib.sha256(line).hexdigest()),
        place=place,
        code=error.code,
        sentence=error.sentence,
        remedy=error.remedy,
        incident_id=incident_id,
        topic=topic,
        key=None,
        value=line,
        headers=(),
        at=at,
    )
