"""Reads every partition that is to be journalled, new ones from their beginning."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ketensluis.committed import committed_reader
from ketensluis.kafka.offsets import track
from ketensluis.runtime.settings import Settings
from services.journal.names import GROUP, Names
from services.journal.process import Positions

__all__ = ["Inputs", "open_inputs"]

_POLL_MS = 200
# New topics (a new recipient) are looked for so often.
_TOPICS_SECONDS = 10.0


@asynccontextmanager
async def open_inputs(
    settings: Settings, names: Names, positions: Positions
) -> AsyncIterator[Inputs]:
    """The inputs, read on from these positions, which whoever takes records in moves on.

    Records that are gone before they were journalled are never skipped in silence.

    Raises:
        KafkaError: Kafka is away.
    """
    async with AsyncExitStack() as stack:
        consumer = await stack.enter_async_context(
            committed_reader(
                settings.bootstrap, client_id=GROUP, partition_bytes=settings.fetch_bytes
            )
        )
        admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
        stack.push_async_callback(admin.close)
        await admin.start()
        yield Inputs(consumer, admin, names, positions)


class Inputs:
    """All partitions that are to be journalled, as far as they are known."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        admin: AIOKafkaAdminClient,
        names: Names,
        positions: Positions,
    ) -> None:
        self._consumer = consumer
        self._admin = admin
        self._names = names
        self._positions = positions
        self._looked_at = 0.0

    async def wait(self, most: int) -> Mapping[TopicPartition, Sequence[ConsumerRecord]]:
        """Wait a moment for records; at most so many, in order within each partition."""
        if time.monotonic() - self._looked_at > _TOPICS_SECONDS:
            await self._look_for_topics()
        found: Mapping[TopicPartition, Sequence[ConsumerRecord]] = await self._consumer.getmany(
            timeout_ms=_POLL_MS, max_records=most
        )
        return found

    async def offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Up to where these partitions were read."""
        return {place: await self._consumer.position(place) for place in places}

    async def behind(self) -> int:
        """How many offsets lie between what was read and what others have committed."""
        places = list(self._consumer.assignment())
        ends = await self._consumer.end_offsets(places)
        return sum([max(0, ends[each] - await self._consumer.position(each)) for each in places])

    async def _look_for_topics(self) -> None:
        consumer = self._consumer
        self._looked_at = time.monotonic()
        places = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in await self._admin.describe_topics()
            if self._names.journalled(topic["topic"])
            for partition in topic["partitions"]
        ]
        if set(places) == consumer.assignment():
            return
        new = [each for each in places if (each.topic, each.partition) not in self._positions]
        track(consumer, places)
        beginnings = await consumer.beginning_offsets(new) if new else {}
        for each in places:
            known = self._positions.get((each.topic, each.partition))
            consumer.seek(each, beginnings[each] if known is None else known)
        consumer.resume(*places)
