"""Hands records to a producer as whole batches: one future a batch, not one a record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from ketensluis.errors import Unavailable
from ketensluis.model.record import Output
from ketensluis.runtime.partitioner import partition_of

__all__ = ["BATCH_BYTES", "Grouped", "Sent", "by_partition", "send"]

# Under the smallest limit of a topic that is in use (Kafka's default is 1 MiB less 12 bytes).
BATCH_BYTES = 1_000_000
# How long to look for a topic before it is held to be missing.
_METADATA = 10.0

Grouped = dict[TopicPartition, list[Output]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch that was handed over: where to, and how many records; the future is done when
    Kafka has it, with the offset of the first of them.
    """  # noqa: D205 - one sentence

    place: TopicPartition
    count: int
    future: asyncio.Future[RecordMetadata]

    def last_offset(self) -> int:
        """Of the last record, once Kafka has the batch; raises what went wrong with it."""
        return int(self.future.result().offset) + self.count - 1


async def by_partition(producer: AIOKafkaProducer, outputs: Iterable[Output]) -> Grouped:
    """The records by the partition that each belongs to, in their order.

    Raises:
        Unavailable: `topic_missing`.
    """
    grouped: dict[tuple[str, int], list[Output]] = {}
    counts: dict[str, tuple[int, ...]] = {}
    for output in outputs:
        topic = output.topic
        if (known := counts.get(topic)) is None:
            known = counts[topic] = await _partitions(producer, topic)
        if (number := output.partition) is None:
            number = partition_of(output.key, known)
        if (several := grouped.get((topic, number))) is None:
            several = grouped[topic, number] = []
        several.append(output)
    return {TopicPartition(*place): several for place, several in grouped.items()}


async def send(producer: AIOKafkaProducer, grouped: Grouped, timestamp_ms: int) -> list[Sent]:
    """Hand the records over, with that time (milliseconds since the epoch, UTC).

    Raises:
        KafkaError: Kafka does not take them now; some of them may have been taken.
    """
    sent: list[Sent] = []
    for place, records in grouped.items():
        batch = producer.create_batch()
        for record in records:
            if not _append(batch, record, timestamp_ms):
                sent.append(await _submit(producer, batch, place))
                batch = producer.create_batch()
                _append(batch, record, timestamp_ms)
        sent.append(await _submit(producer, batch, place))
    return sent


async def _submit(producer: AIOKafkaProducer, batch: BatchBuilder, place: TopicPartition) -> Sent:
    batch.close()
    future: asyncio.Future[RecordMetadata] = await producer.send_batch(
        batch, place.topic, partition=place.partition
    )
    future.add_done_callback(_looked_at)
    return Sent(place, batch.record_count(), future)


async def _partitions(producer: AIOKafkaProducer, topic: str) -> tuple[int, ...]:
    try:
        async with asyncio.timeout(_METADATA):
            return tuple(sorted(await producer.partitions_for(topic)))
    except (TimeoutError, UnknownTopicOrPartitionError) as error:
        raise Unavailable(
            "topic_missing",
            f"there is no topic {topic} to produce to",
            "create it: sluis topics apply",
        ) from error


def _append(batch: BatchBuilder, record: Output, timestamp_ms: int) -> bool:
    appended = batch.append(
        timestamp=timestamp_ms, key=record.key, value=record.value, headers=list(record.headers)
    )
    return appended is not None


def _looked_at(future: asyncio.Future[RecordMetadata]) -> None:
    """Where the wait was cut short, nobody else asks what became of it."""
    if not future.cancelled():
        future.exception()
