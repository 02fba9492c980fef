"""Carries out what the tracker decides: table, rows, alarms and requests, in a safe order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from ketensluis.avro.codec import Codec
from ketensluis.envelope.mail import Sealer
from ketensluis.errors import Refused
from ketensluis.model.ledger import Alarm, Case, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Output, Record
from ketensluis.runtime.clock import Clock
from services.tracker.due import DueIndex
from services.tracker.metrics import TrackerMetrics
from services.tracker.names import Names
from services.tracker.outbox import Outbox
from services.tracker.process import Told, Tracking
from services.tracker.remembered import due_micros, micros, pack, unpack
from services.tracker.shelf import Shelf

__all__ = ["Handler"]

_NEVER_SEEN = datetime(1970, 1, 1, tzinfo=UTC)


class Handler:
    """One worker's hands. An event and the timer never touch one incident at the same time.

    The order that makes a crash at any point harmless:
    1. alarms and requests are sent, and known to be on Kafka;
    2. then the table remembers them;
    3. rows are sent, every time that their event is seen;
    4. the event's offset is committed when all of it is on Kafka (`Outbox.settle`).
    A crash after 1 sends them again under the same id; one after 2 or 3 repeats the rows.
    """

    def __init__(
        self,
        *,
        tracking: Tracking,
        fingerprint: bytes,
        sealer: Sealer,
        codec: Codec,
        clock: Clock,
        outbox: Outbox,
        shelf: Shelf,
        names: Names,
        metrics: TrackerMetrics,
    ) -> None:
        self._tracking = tracking
        self._fingerprint = fingerprint
        self._sealer = sealer
        self._codec = codec
        self._clock = clock
        self._outbox = outbox
        self._shelf = shelf
        self._names = names
        self._metrics = metrics
        self._turn = asyncio.Lock()
        self._due: dict[int, DueIndex] = {}
        self._seen: dict[int, datetime] = {}
        self.handled: dict[int, int] = {}
        """By partition, the offset after the last record that was handled."""

    async def record(self, record: Record) -> None:
        """Handle a record of `ledger.events`; what cannot be handled goes to quarantine.

        Raises:
            Exception: only what may heal, such as Kafka not taking a message.
        """
        now = self._clock.now()
        partition = record.coordinates.partition
        try:
            event = self._read(record)
            async with self._turn:
                await self._event(record, event, now)
        except Refused as error:
            await self._quarantine(record, error, now)
        logged = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
        self._seen[partition] = logged
        self.handled[partition] = record.coordinates.offset + 1
        self._metrics.consumed.inc()
        self._metrics.handled += 1

    async def moments(self, partition: int, *, caught_up: bool, most: int) -> int:
        """Look at incidents of a partition whose moment has come, at most so many.

        As of now, if all that lies on the partition was handled; else as of the last record
        that was: while years are replayed, or after a weekend's standstill, an answer that
        still lies ahead is no silence. Returns how many were looked at.
        """
        now = self._clock.now()
        as_of = now if caught_up else min(now, self._seen.get(partition, _NEVER_SEEN))
        if partition not in self._due:
            return 0
        async with self._turn:
            found = self._due[partition].due(micros(as_of), most)
            told = []
            for key in found:
                known = unpack(self._shelf.get(partition, key))
                told.append((key, self._tracking.moment(known, as_of)))
            await self._send_once((each for _, each in told), now)
            for key, each in told:
                await self._remember(partition, key, each, now)
        return len(found)

    def late(self) -> float:
        """Seconds for which the first moment that was not looked at has been due."""
        firsts = [first for each in self._due.values() if (first := each.first()) is not None]
        return max(0.0, (micros(self._clock.now()) - min(firsts)) / 1e6) if firsts else 0.0

    def waiting(self) -> int:
        """How many incidents wait for a moment."""
        return sum(map(len, self._due.values()))

    def restored(self, partitions: Iterable[int]) -> None:
        """Find the moments of these partitions anew: the table came from its changelog."""
        self._seen = {}
        self.handled = {}
        self._due = {
            partition: DueIndex(
                (key, due_micros(value, self._fingerprint))
                for key, value in self._shelf.items(partition)
            )
            for partition in partitions
        }

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

    async def _event(self, record: Record, event: LedgerEvent, now: datetime) -> None:
        partition, key = record.coordinates.partition, record.key
        assert key is not None  # noqa: S101 - checked against the event's incident
        known = unpack(self._shelf.get(partition, key))
        try:
            told = self._tracking.event(known, event)
        except Exception as error:
            # A fault of ours must not stop the others' books, nor lose this event.
            raise Refused(
                "tracker_fault",
                f"the tracker cannot fold this event ({type(error).__name__})",
                "report it; requeue the record when the tracker was repaired",
            ) from error
        await self._remember(partition, key, told, now)

    async def _send_once(self, told: Iterable[Told], now: datetime) -> None:
        """Step 1."""
        waiting: list[Awaitable[Any]] = []
        for each in told:
            for message in each.once:
                topic = self._names.alarms if isinstance(message, Alarm) else self._names.requests
                waiting.append(await self._put(message, topic, message.incident_id, now))
                self._count(message)
        for future in waiting:
            await future

    async def _remember(self, partition: int, key: bytes, told: Told, now: datetime) -> None:
        """Steps 2 and 3."""
        value = pack(told.known, self._fingerprint)
        await self._shelf.put(partition, key, value, now.timestamp())
        for row in told.rows:
            await self._put(row, self._names.cases, f"{row.incident_id}|{row.recipient}", now)
        if partition in self._due:
            self._due[partition].set(key, due_micros(value, self._fingerprint))

    async def _quarantine(self, record: Record, error: Refused, now: datetime) -> None:
        entry = quarantined(record, error)
        await self._put(entry, self._names.quarantine, entry.quarantine_id, now)
        self._metrics.quarantined.labels("tracker", error.code).inc()
        self._metrics.refused.inc()

    async def _put(
        self, message: msgspec.Struct, topic: str, key: str, now: datetime
    ) -> asyncio.Future[Any]:
        subject = getattr(message, "incident_id", None) or key
        output: Output = self._sealer.plain(message, topic=topic, key=key, subject=subject, at=now)
        return await self._outbox.put(output, now.timestamp())

    def _count(self, message: Alarm | DisclosureRequest | Case) -> None:
        if isinstance(message, Alarm):
            self._metrics.alarms.labels(message.clock, message.kind).inc()
        elif isinstance(message, DisclosureRequest):
            self._metrics.requests.labels(message.reason).inc()
