"""Reads one committed record again, by its coordinates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ketensluis.committed import FETCH_WAIT_MS, committed_reader, record_of
from ketensluis.errors import Refused
from ketensluis.model.record import Coordinates, Record

__all__ = ["Rereader", "open_rereader"]

_TIMEOUT = 30.0


@asynccontextmanager
async def open_rereader(bootstrap: str) -> AsyncIterator[Rereader]:
    """A rereader with a consumer of its own.

    Raises:
        KafkaError, OSError: Kafka is away.
    """
    # One batch of records, whatever its size, is all that is wanted.
    async with committed_reader(bootstrap, partition_bytes=1) as consumer:
        yield Rereader(consumer)


class Rereader:
    """Reads one committed record, wherever it lies."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def read(self, coordinates: Coordinates) -> Record:
        """The record that lies there.

        Raises:
            Refused: `record_gone`, no committed record lies there (any more).
            KafkaError, TimeoutError: Kafka is away.
        """
        place = TopicPartition(coordinates.topic, coordinates.partition)
        async with asyncio.timeout(_TIMEOUT):
            begin = (await self._consumer.beginning_offsets([place]))[place]
            end = (await self._consumer.end_offsets([place]))[place]
            if begin <= coordinates.offset < end:
                self._consumer.assign([place])
                self._consumer.seek(place, coordinates.offset)
                while await self._consumer.position(place) <= coordinates.offset:
                    found = await self._consumer.getmany(
                        place, timeout_ms=FETCH_WAIT_MS, max_records=1
                    )
                    if record := _first(found.get(place, ()), coordinates.offset):
                        return record
        raise Refused(
            "record_gone",
            f"{coordinates} holds no committed record",
            "it was deleted, or never committed: ask its sender for it",
        )


def _first(found: Sequence[ConsumerRecord[bytes, bytes]], offset: int) -> Record | None:
    return record_of(found[0]) if found and found[0].offset == offset else None
