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
from ketensluis.envelope.mail import Sealer
from ketensluis.kafka.answering import kafka_answers
from ketensluis.model.messages import ControlTotal
from ketensluis.model.party import CONTROL_TOTALS, INCIDENTS, slug
from ketensluis.model.record import Output
from ketensluis.partner.incident_feed import record_of
from ketensluis.runtime.clock import Clock, milliseconds

__all__ = ["Publisher", "open_publisher"]

_PLACE = TopicPartition(INCIDENTS, 0)
# A chunk of a thousand lines took under a second; a busy broker may take much longer.
_TRANSACTION_MS = 300_000


class Publisher:
    """The connector's way into the hub."""

    def __init__(
        self, producer: AIOKafkaProducer, bootstrap: str, group: str, sealer: Sealer, clock: Clock
    ) -> None:
        self._producer = producer
        self._bootstrap = bootstrap
        self._group = group
        self._sealer = sealer
        self._clock = clock

    async def position(self) -> str | None:
        """How far the source was published; None if never.

        Raises:
            Unavailable: Kafka does not answer.
        """
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        with kafka_answers():
            try:
                await admin.start()
                found = await admin.list_consumer_group_offsets(self._group, partitions=[_PLACE])
            finally:
                await admin.close()
        return found[_PLACE].metadata or None if _PLACE in found else None

    async def publish(self, chunk: Chunk) -> None:
        """Publish the lines of a chunk and its position, all or nothing."""
        now = self._clock.now()
        outputs = [record_of(line, self._sealer, now) for line in chunk.lines]
        with kafka_answers():
            async with self._producer.transaction():
                await self._send(outputs)
                await self._producer.send_offsets_to_transaction(
                    {_PLACE: OffsetAndMetadata(0, chunk.position)}, self._group
                )

    async def publish_totals(self, totals: Sequence[ControlTotal]) -> None:
        """Publish control totals; one that is published again is recognised by its id."""
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
        with kafka_answers():
            async with self._producer.transaction():
                await self._send(outputs)

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
        Unavailable: Kafka does not answer.
    """
    group = f"bvi.{source.name}"
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id=group,
        transaction_timeout_ms=_TRANSACTION_MS,
        linger_ms=5,
    )
    with kafka_answers():
        try:
            await producer.start()
            yield Publisher(producer, bootstrap, group, sealer, clock)
        finally:
            await producer.stop()
