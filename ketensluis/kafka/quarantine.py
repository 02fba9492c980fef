"""What was refused and waits for a person: list it, look at it.

The topic only grows: what became of an entry (a requeue, an erasure) is a marker that comes after
it. The topic must therefore not be compacted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ketensluis.errors import KetensluisError, Refused
from ketensluis.kafka.quarantine_markers import Erasure, Requeue, marked
from ketensluis.kafka.scan import scan
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import QUARANTINE
from ketensluis.model.record import Coordinates, Record

__all__ = ["Decode", "Entries", "Entry", "entries", "find"]

Decode = Callable[[bytes], Quarantined]


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
    erased: Erasure | None = None

    @property
    def state(self) -> Literal["open", "requeued", "erased"]:
        """Whether it still waits for somebody."""
        if self.erased is not None:
            return "erased"
        return "open" if self.requeued is None else "requeued"


class Entries:
    """Every entry and what became of it, filled record by record in the order of the topic."""

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        self._known: dict[str, Entry] = {}

    def enter(self, record: Record) -> None:
        """Take one record in: an entry, or a marker of what became of one."""
        if record.value is None:
            _mark(self._known, record)
        else:
            entry = _entry(record, self._decode)
            self._known.setdefault(entry.quarantine_id, entry)

    def all(self) -> list[Entry]:
        """Every entry, the oldest first."""
        return list(self._known.values())

    def by_id(self, quarantine_id: str) -> Entry:
        """The entry.

        Raises:
            KetensluisError: `not_in_quarantine`.
        """
        if quarantine_id not in self._known:
            raise _not_there(quarantine_id)
        return self._known[quarantine_id]


async def entries(bootstrap: str, decode: Decode) -> list[Entry]:
    """Every entry, the oldest first.

    Raises:
        KetensluisError: `unknown_topic`, the chain's topics were not made.
        Unavailable: `kafka_unavailable`.
    """
    found = Entries(decode)
    async for record in scan(bootstrap, QUARANTINE):
        found.enter(record)
    return found.all()


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
        raise _not_there(quarantine_id)
    return known[quarantine_id], decode(content)


def _mark(known: dict[str, Entry], marker: Record) -> None:
    of, done = marked(marker)
    entry = known.get(of)
    if entry is None:
        return
    if isinstance(done, Requeue):
        known[of] = replace(entry, requeued=done)
    elif entry.erased is None:
        known[of] = replace(entry, erased=done)


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
            at=record.sent_at,
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
        size=len(it.value or b"") if it.size is None else it.size,
        lies_at=record.coordinates,
    )


def _not_there(quarantine_id: str) -> KetensluisError:
    return KetensluisError(
        "not_in_quarantine",
        f"there is no entry {quarantine_id}",
        "sluis quarantine list names the entries",
    )
