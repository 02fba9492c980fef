"""What was refused and waits for a person: list it, look at it.

The topic only grows: a requeue (`ketensluis.kafka.requeue`) removes nothing, it adds a marker,
a record without value whose headers say which entry went back, by which role, and as which
record. The topic must therefore not be compacted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from ketensluis.errors import KetensluisError, Refused
from ketensluis.kafka.scan import scan
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import QUARANTINE
from ketensluis.model.record import Coordinates, Record

__all__ = ["Decode", "Entry", "Requeue", "entries", "find", "marker_headers"]

Decode = Callable[[bytes], Quarantined]

_ENTRY, _ROLE, _PLACE = "requeued-entry", "requeued-by-role", "requeued-as"


@dataclass(frozen=True, slots=True)
class Requeue:
    """When, by which role, and as which record an entry went back to its topic."""

    at: datetime
    by_role: str
    place: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What may be shown of an entry: no key, no header, no byte of the record.

    `place` is where it lay before, `lies_at` where its entry lies; `size` is in bytes.
    """

    quarantine_id: str
    place: str
    topic: str
    code: str
    sentence: str
    remedy: str
    incident_id: str | None
    at: datetime
    size: int
    lies_at: Coordinates
    requeued: Requeue | None = None

    @property
    def state(self) -> Literal["open", "requeued"]:
        """Whether it still waits for somebody."""
        return "open" if self.requeued is None else "requeued"


async def entries(bootstrap: str, decode: Decode) -> list[Entry]:
    """Every entry, the oldest first.

    Raises:
        KetensluisError: `unknown_topic`, the chain's topics were not made.
        Unavailable: `kafka_unavailable`.
    """
    known: dict[str, Entry] = {}
    async for record in scan(bootstrap, QUARANTINE):
        if record.value is None:
            _mark(known, record)
        else:
            entry = _entry(record, decode)
            known.setdefault(entry.quarantine_id, entry)
    return list(known.values())


async def find(bootstrap: str, decode: Decode, quarantine_id: str) -> tuple[Entry, Quarantined]:
    """One entry, and the refused record itself: personal data, for whoever may see it.

    Raises:
        KetensluisError: `not_in_quarantine`.
        Refused: the entry itself cannot be decoded.
        Unavailable: `kafka_unavailable`.
    """
    known: dict[str, Entry] = {}
    content = b""
    async for record in scan(bootstrap, QUARANTINE):
        if record.value is None:
            _mark(known, record)
        elif not known and (entry := _entry(record, decode)).quarantine_id == quarantine_id:
            known[quarantine_id], content = entry, record.value
    if not known:
        raise KetensluisError(
            "not_in_quarantine",
            f"there is no entry {quarantine_id}",
            "sluis quarantine list names the entries",
        )
    return known[quarantine_id], decode(content)


def marker_headers(quarantine_id: str, done: Requeue) -> list[tuple[str, bytes]]:
    """The headers of the record that marks an entry as requeued; its time is `done.at`."""
    said = {_ENTRY: quarantine_id, _ROLE: done.by_role, _PLACE: done.place}
    return [(name, text.encode()) for name, text in said.items()]


def _mark(known: dict[str, Entry], marker: Record) -> None:
    of, by_role, place = (
        (marker.header(name) or b"").decode(errors="replace") for name in (_ENTRY, _ROLE, _PLACE)
    )
    if (entry := known.get(of)) is not None:
        at = datetime.fromtimestamp(marker.timestamp_ms / 1000, UTC)
        known[of] = replace(entry, requeued=Requeue(at, by_role, place))


def _entry(record: Record, decode: Decode) -> Entry:
    value = record.value or b""
    try:
        it = decode(value)
    except Refused as error:
        # It is shown as it can be: an entry that hides would never be looked at.
        return Entry(
            quarantine_id=str(record.coordinates),
            place=str(record.coordinates),
            topic=record.coordinates.topic,
            code=error.code,
            sentence=error.sentence,
            remedy=error.remedy,
            incident_id=None,
            at=datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
            size=len(value),
            lies_at=record.coordinates,
        )
    return Entry(
        quarantine_id=it.quarantine_id,
        place=it.place,
        topic=it.topic,
        code=it.code,
        sentence=it.sentence,
        remedy=it.remedy,
        incident_id=it.incident_id,
        at=it.at,
        size=len(it.value or b""),
        lies_at=record.coordinates,
    )
