"""Records of `ledger.events` in; out comes what each incident of theirs is to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.record import Record
from services.tracker.process import Told, Tracking
from services.tracker.remembered import Remembered, unpack

__all__ = ["Folded", "Folding"]

_Read = tuple[Record, LedgerEvent]


@dataclass(frozen=True, slots=True)
class Folded:
    """By incident, what its events changed; and the records that cannot be handled, and why."""

    told: dict[bytes, Told] = field(default_factory=dict)
    refused: list[tuple[Record, Refused]] = field(default_factory=list)


class Folding:
    """Folds a batch: what came of one incident is read, folded and remembered once."""

    def __init__(self, tracking: Tracking, codec: Codec) -> None:
        self._tracking = tracking
        self._codec = codec

    def fold(
        self, records: Iterable[Record], stored: Callable[[Sequence[bytes]], list[bytes | None]]
    ) -> Folded:
        """Fold records of one partition; `stored` gives what the table holds of incidents.

        Raises:
            Unavailable: a schema cannot be looked up now.
        """
        folded = Folded()
        read: dict[bytes, list[_Read]] = {}
        for record in records:
            try:
                event = self._read(record)
            except Refused as error:
                folded.refused.append((record, error))
            else:
                read.setdefault(record.key or b"", []).append((record, event))
        for (key, several), value in zip(read.items(), stored(list(read)), strict=True):
            try:
                known = unpack(value)
            except Refused as error:
                folded.refused.extend((record, error) for record, _ in several)
            else:
                self._events(folded, key, known, several)
        return folded

    def _read(self, record: Record) -> LedgerEvent:
        if record.value is None:
            raise Refused("no_value", "the record has no value", "ledger events are never deleted")
        event = self._codec.decode(record.value, LedgerEvent)
        if record.key != event.incident_id.encode():
            raise Refused(
                "wrong_key",
                "the record's key is not its incident's id",
                "ledger events are keyed by incident, so that its events stay together",
            )
        return event

    def _events(
        self, folded: Folded, key: bytes, known: Remembered, several: Sequence[_Read]
    ) -> None:
        try:
            folded.told[key] = self._tracking.events(known, [event for _, event in several])
        except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the others' books
            if len(several) == 1:
                folded.refused.append((several[0][0], _fault(error)))
                return
            for each in several:  # the one that it is must not take the others with it
                told = folded.told.get(key)
                self._events(folded, key, told.known if told else known, [each])


def _fault(error: Exception) -> Refused:
    return Refused(
        "tracker_fault",
        f"the tracker cannot fold this event ({type(error).__name__})",
        "report it; requeue the record when the tracker was repaired",
    )
