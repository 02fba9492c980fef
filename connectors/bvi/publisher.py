"""Publishes what a source yields, each line once: position and records in one transaction.

The position is kept in Kafka as the metadata of an offset of a group that nobody reads with,
so it is committed with the records or not at all. The transactional id fences off an earlier
run that is still alive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata

from connectors.bvi.source import Chunk, Source
from ketensluis.closing import closed
from ketensluis.envelope.mail import Sealer
from ketensluis.kafka.answering import kafka_answers
from ketensluis.kafka.limits import LARGEST_BATCH_BYTES
from ketensluis.model.messages import ControlTotal
from ketensluis.model.party import CONTROL_TOTALS, INCIDENTS, slug
from ketensluis.model.record import Output
from ketensluis.partner.incident_feed import records_of
from ketensluis.runtime.clock import Clock, milliseconds

__all__ = ["Publisher", "open_publisher"]

_PLACE = TopicPartition(INCIDENTS, 0)
# A chunk of a thousand lines took under a second; a busy broker may take much longer.
_TRANSACTION_MS = 300_000
# Kafka forgets the offsets of a group without members after offsets.retention.minutes, 7 days.
_KEEP_SECONDS = 6 * 3600.0


class Publisher:
    """The connector's way into the hub; `position` is how far the source was published."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        group: str,
        sealer: Sealer,
        clock: Clock,
        position: str | None,
    ) -> None:
        self.position = position
        self._producer = producer
        self._group = group
        self._sealer = sealer
        self._clock = clock
        self._kept_at = asyncio.get_running_loop().time()

    async def publish(self, chunk: Chunk) -> None:
        """Publish the lines of a chunk and its position, all or nothing."""
        now = self._clock.now()
        await self._transact(records_of(chunk.lines, self._sealer, now), chunk.position)

    async def keep(self) -> None:
        """Store the position again when it has not moved for hours, lest Kafka forget it."""
        if self.position and asyncio.get_running_loop().time() - self._kept_at > _KEEP_SECONDS:
            await self._transact([], self.position)

    async def publish_totals(self, totals: Sequence[ControlTotal]) -> None:
        """Publish control totals; a later one of the same unit and day, its key, replaces it."""
        now = self._clock.now()
        outputs = [
            self._sealer.seal(
                total,
                topic=CONTROL_TOTALS,
                key=f"{slug(total.unit)}:{total.day}",
                subject=f"{slug(total.unit)}:{total.day}",
                at=now,
            )
            for total in totals
        ]
        await self._transact(outputs, None)

    async def _transact(self, outputs: Sequence[Output], position: str | None) -> None:
        with kafka_answers():
            async with self._producer.transaction():
                await self._send(outputs)
                if position is not None:
                    await self._producer.send_offsets_to_transaction(
                        {_PLACE: OffsetAndMetadata(0, position)}, self._group
                    )
        # What was committed a moment ago is not yet what a question for it is answered with:
        # after the first time, the position is known from here.
        if position is not None:
            self.position = position
            self._kept_at = asyncio.get_running_loop().time()

    async def _send(self, outputs: Sequence[Output]) -> None:
        timestamp = milliseconds(self._clock.now())
        sent = [
            await self._producer.send(
                output.topic,
                output.value,
                key=output.key,
                headers=list(output.headers),
                timestamp_ms=timestamp,
            )
            for output in outputs
        ]
        await asyncio.gather(*sent)


@asynccontextmanager
async def open_publisher(
    source: Source, bootstrap: str, sealer: Sealer, clock: Clock
) -> AsyncIterator[Publisher]:
    """A publisher for that source; an earlier one of the same source can publish no more.

    Raises:
        KetensluisError: `superseded`, by a later run of the same source.
        Unavailable: Kafka does not answer.
    """
    group = f"bvi.{source.name}"
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id=group,
        transaction_timeout_ms=_TRANSACTION_MS,
        max_request_size=LARGEST_BATCH_BYTES,
        linger_ms=5,
    )
    with kafka_answers():
        try:
            # 1. Fences off an earlier run, and waits for the end of its last transaction.
            await producer.start()
            # 2. So what is committed now is final.
            position = await _position(bootstrap, group)
            yield Publisher(producer, group, sealer, clock, position)
        finally:
            await closed(producer.stop())


async def _position(bootstrap: str, group: str) -> str | None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        found = await admin.list_consumer_group_offsets(group, partitions=[_PLACE])
    finally:
        await closed(admin.close())
    return found[_PLACE].metadata or None if _PLACE in found else None
