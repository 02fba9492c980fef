"""Follows topics as they grow, and tells how far consumer groups are behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ketensluis.closing import closed
from ketensluis.committed import committed_reader, record_of
from ketensluis.kafka.answering import kafka_answers
from ketensluis.kafka.cluster import partitions
from ketensluis.model.record import Record

__all__ = ["Tail", "open_tail"]

_MOST = 5000


class Tail:
    """Committed records of some topics, from where it began."""

    def __init__(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        self._consumer = consumer
        self._admin = admin
        self._after: dict[TopicPartition, int] = {}

    async def poll(self, timeout_ms: int = 200) -> list[Record]:
        """What has come since, in order within each partition; nothing after the timeout.

        Raises:
            Unavailable: Kafka does not answer.
        """
        with kafka_answers():
            found = await self._consumer.getmany(timeout_ms=timeout_ms, max_records=_MOST)
        self._after |= {place: batch[-1].offset + 1 for place, batch in found.items() if batch}
        return [record_of(each) for batch in found.values() for each in batch]

    async def behind(self, group: str, topic: str) -> int:
        """How many offsets of a followed topic this has not read, or the group not committed.

        The group need not commit the transaction markers after the last record.

        Raises:
            Unavailable: Kafka does not answer.
        """
        with kafka_answers():
            places = [each for each in self._consumer.assignment() if each.topic == topic]
            ends = await self._consumer.end_offsets(places)
            read = {place: await self._consumer.position(place) for place in places}
            done = await self._admin.list_consumer_group_offsets(group, partitions=places)
        return sum(
            max(0, ends[place] - read[place])
            + max(0, self._after.get(place, 0) - max(0, done[place].offset))
            for place in places
        )


@asynccontextmanager
async def open_tail(
    bootstrap: str, topics: Iterable[str], *, from_now: bool = False
) -> AsyncIterator[Tail]:
    """A tail of these topics, from their beginning or from now on.

    Raises:
        KetensluisError: `unknown_topic`.
        Unavailable: Kafka does not answer.
    """
    counts = await partitions(bootstrap, topics)
    places = [TopicPartition(name, number) for name, n in counts.items() for number in range(n)]
    with kafka_answers():
        async with committed_reader(bootstrap, where_gone="earliest") as consumer:
            admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
            try:
                await admin.start()
                consumer.assign(places)
                if from_now:
                    for place, end in (await consumer.end_offsets(places)).items():
                        consumer.seek(place, end)
                yield Tail(consumer, admin)
            finally:
                await closed(admin.close())
