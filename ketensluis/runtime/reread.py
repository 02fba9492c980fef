"""Reads one committed record again, by its coordinates."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ketensluis.errors import Refused
from ketensluis.model.record import Coordinates, Record

__all__ = ["Rereader", "record_of"]

_FETCH_WAIT_MS = 100
_TIMEOUT = 30.0


class Rereader:
    """A read_committed consumer of its own; usable as an async context."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            # One batch of records, whatever its size, is all that is wanted.
            max_partition_fetch_bytes=1,
            fetch_max_wait_ms=_FETCH_WAIT_MS,
        )

    async def __aenter__(self) -> Self:
        try:
            await self._consumer.start()
        except BaseException:
            await self._consumer.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._consumer.stop()

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
                        place, timeout_ms=_FETCH_WAIT_MS, max_records=1
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


def record_of(found: ConsumerRecord[bytes, bytes]) -> Record:
    """The hub's form of a record as aiokafka has it."""
    return Record(
        Coordinates(found.topic, found.partition, found.offset),
        found.key,
        found.value,
        tuple(found.headers),
        found.timestamp,
    )
