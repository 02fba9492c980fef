"""Brings the log up to date from its topic, once nobody else can add to it."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from ketensluis.committed import FETCH_WAIT_MS, committed_reader, record_of
from ketensluis.journal.growing import Growing
from services.journal.folder import Kept, LogFolder
from services.journal.process import advance, entries_in, read_coordinates

__all__ = ["restore"]

_FETCH_BYTES = 8 * 2**20


async def restore(bootstrap: str, topic: str, folder: LogFolder, moved: Callable[[], None]) -> Kept:
    """The log with all entries of the topic, settled in the folder.

    Raises:
        KafkaError: Kafka is away.
        KetensluisError: `journal_broken`, the topic contradicts itself.
    """
    place = TopicPartition(topic, 0)
    async with committed_reader(bootstrap, partition_bytes=_FETCH_BYTES) as consumer:
        begin, end = await _bounds(consumer, place)
        kept = folder.load()
        lost = kept is None or not begin <= kept.next_offset <= end
        if kept is None or lost:
            structlog.get_logger().info("log_rebuilt", topic=topic)
            folder.clear()
            kept = Kept(Growing(), {}, begin)
        growing, positions = kept.growing, kept.positions
        consumer.assign([place])
        consumer.seek(place, kept.next_offset)
        while await consumer.position(place) < end:
            found = await consumer.getmany(place, timeout_ms=FETCH_WAIT_MS)
            for each in found.get(place, ()):
                entries = entries_in(record_of(each), growing.size)
                advance(positions, read_coordinates(entries))
                for entry in entries:
                    folder.keep(growing.add(entry))
            moved()
        if lost:
            folder.keep(growing.earlier())
        kept = Kept(growing, positions, end)
    folder.settle(kept)
    return kept


async def _bounds(consumer: AIOKafkaConsumer, place: TopicPartition) -> tuple[int, int]:
    begin = (await consumer.beginning_offsets([place]))[place]
    return begin, (await consumer.end_offsets([place]))[place]
