"""Carries out what the tracker decides: table, rows, alarms and requests, in a safe order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import msgspec

from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.refusal import make_entry_keys, sealed_entry
from ketensluis.errors import Refused
from ketensluis.model.ledger import Alarm
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Output, Record
from ketensluis.runtime.clock import Clock, milliseconds
from services.tracker.due import DueIndex
from services.tracker.folding import Folding
from services.tracker.metrics import TrackerMetrics
from services.tracker.names import Names
from services.tracker.outbox import Outbox
from services.tracker.process import Told, Tracking
from services.tracker.remembered import due_micros, micros, pack, unpack
from services.tracker.shelf import Shelf

__all__ = ["AtEnd", "Handler"]

AtEnd = Callable[[int, int], Awaitable[bool]]
"""Whether a partition, handled up to that offset, was handled to its end."""

_NEVER_SEEN = datetime(1970, 1, 1, tzinfo=UTC)


class Handler:
    """One worker's hands. Events and the timer never touch one incident at the same time.

    The order that makes a crash at any point harmless:
    1. alarms and requests are sent, and known to be on Kafka;
    2. then the table remembers them;
    3. changelog and rows are sent, every time that an event is seen;
    4. the events' offsets are committed when all of it is on Kafka (`Outbox.settle`).
    A crash after 1 sends them again under the same id; one after 2 or 3 repeats the rows.
    """

    def __init__(
        self,
        *,
        tracking: Tracking,
        folding: Folding,
        fingerprint: bytes,
        sealer: Sealer,
        clock: Clock,
        outbox: Outbox,
        shelf: Shelf,
        names: Names,
        metrics: TrackerMetrics,
    ) -> None:
        self._tracking = tracking
        self._folding = folding
        self._fingerprint = fingerprint
        self._sealer = sealer
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

    async def records(self, records: Sequence[Record]) -> None:
        """Handle records of `ledger.events`; what cannot be handled goes to quarantine.

        After an error the same records are to be given again.

        Raises:
            Exception: only what may heal, such as Kafka not taking a message.
        """
        now = self._clock.now()
        outputs: list[Output] = []
        refused: list[tuple[Record, Refused]] = []
        grouped = _by_partition(records)
        async with self._turn:
            for partition, several in grouped.items():
                folded = self._folding.fold(several, partial(self._shelf.get, partition))
                outputs += self._remember(partition, folded.told, now)
                refused += folded.refused
            make_entry_keys([record for record, _ in refused], self._sealer)
            outputs += [self._quarantined(record, error, now) for record, error in refused]
            await self._send(outputs, now)
            for partition, several in grouped.items():
                last = several[-1]
                self._seen[partition] = last.sent_at
                self.handled[partition] = last.coordinates.offset + 1
        for _, error in refused:
            self._metrics.quarantined.labels("tracker", error.code).inc()
        self._metrics.consumed.inc(len(records))
        self._metrics.handled += len(records)

    async def moments(self, partition: int, at_end: AtEnd, *, most: int) -> int:
        """Look at incidents of a partition whose moment has come, at most so many.

        As of now, if all that lies on the partition was handled; else as of the last record
        that was: while years are replayed, or after a weekend's standstill, an answer that
        still lies ahead is no silence. `at_end` is asked while no record is handled, as what
        it said before another batch came in holds no more. Returns how many were looked at.
        """
        async with self._turn:
            now = self._clock.now()
            if (due := self._due.get(partition)) is None or not due.due(micros(now), 1):
                return 0
            caught_up = await at_end(partition, self.handled.get(partition, 0))
            as_of = now if caught_up else min(now, self._seen.get(partition, _NEVER_SEEN))
            found = due.due(micros(as_of), most)
            if not found:
                return 0
            told = {
                key: self._tracking.moment(unpack(value), as_of)
                for key, value in zip(found, self._shelf.get(partition, found), strict=True)
            }
            await self._send_once(told.values(), now)
            await self._send(self._remember(partition, told, now), now)
        return len(found)

    def late(self) -> float:
        """Seconds for which the first moment that was not looked at has been due."""
        firsts = [first for each in self._due.values() if (first := each.first()) is not None]
        return max(0.0, (micros(self._clock.now()) - min(firsts)) / 1e6) if firsts else 0.0

    def waiting(self) -> int:
        """How many incidents wait for a moment."""
        return sum(map(len, self._due.values()))

    async def released(self) -> None:
        """Nothing is this worker's any more; what is being told of it is told to the end first.

        Who gets a partition restores it from the changelog, which must not grow behind its back.
        """
        async with self._turn:
            self.restored(())

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

    async def _send_once(self, told: Iterable[Told], now: datetime) -> None:
        """Step 1."""
        messages = [message for each in told for message in each.once]
        if not messages:
            return
        outputs = []
        for each in messages:
            topic = self._names.alarms if isinstance(each, Alarm) else self._names.requests
            outputs.append(self._output(each, topic, each.incident_id, now))
        for sent in await self._outbox.send(outputs, milliseconds(now)):
            await sent.future
        for each in messages:
            if isinstance(each, Alarm):
                self._metrics.alarms.labels(each.clock, each.kind).inc()
            else:
                self._metrics.requests.labels(each.reason).inc()

    def _remember(self, partition: int, told: Mapping[bytes, Told], now: datetime) -> list[Output]:
        """Step 2; what step 3 has to send."""
        if not told:
            return []
        values = {key: pack(each.known, self._fingerprint) for key, each in told.items()}
        outputs = self._shelf.put(partition, values)
        if (due := self._due.get(partition)) is not None:
            for key, value in values.items():
                due.set(key, due_micros(value, self._fingerprint))
        for each in told.values():
            outputs += [
                self._output(row, self._names.cases, f"{row.incident_id}|{row.recipient}", now)
                for row in each.rows
            ]
        return outputs

    async def _send(self, outputs: Sequence[Output], now: datetime) -> None:
        """Step 3."""
        if outputs:
            self._shelf.sent(await self._outbox.send(outputs, milliseconds(now)))

    def _quarantined(self, record: Record, error: Refused, now: datetime) -> Output:
        entry = sealed_entry(quarantined(record, error), self._sealer.keyring)
        return self._output(entry, self._names.quarantine, entry.quarantine_id, now)

    def _output(self, message: msgspec.Struct, topic: str, key: str, now: datetime) -> Output:
        subject = getattr(message, "incident_id", None) or key
        return self._sealer.plain(message, topic=topic, key=key, subject=subject, at=now)


def _by_partition(records: Iterable[Record]) -> dict[int, list[Record]]:
    grouped: dict[int, list[Record]] = {}
    for record in records:
        grouped.setdefault(record.coordinates.partition, []).append(record)
    return grouped
