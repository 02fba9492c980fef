"""The tracker's table, read and written by partition, from events and from timers alike.

A Faust table can only be written while an event is handled, and its changelog is not known to
be on Kafka when offsets are committed. Faust keeps what it is good at: the changelog's topic,
its recovery, and which worker has which partition.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from faust.types import TP

from ketensluis.model.record import Output
from services.tracker.outbox import Outbox

__all__ = ["Shelf"]


class Shelf:
    """Values by partition and key, each change also on the table's changelog topic."""

    def __init__(self, table: Any, outbox: Outbox) -> None:
        self._table = table
        self._outbox = outbox

    def get(self, partition: int, key: bytes) -> bytes | None:
        """The value, or None."""
        value: bytes | None = self._database(partition).get(key)
        return value

    async def put(self, partition: int, key: bytes, value: bytes, timestamp: float) -> None:
        """Store it here and hand it to the changelog.

        The position up to which the local copy is complete moves when Kafka has it.
        """
        topic = self._table.changelog_topic_name
        future = await self._outbox.put(Output(topic, key, value, (), partition), timestamp)
        self._database(partition).put(key, value)
        future.add_done_callback(lambda done: self._reached(TP(topic, partition), done))

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """Every key and value of a partition."""
        store = self._table.data
        return iter(store._visible_items(self._database(partition)))  # noqa: SLF001 - see above

    def _database(self, partition: int) -> Any:
        return self._table.data._db_for_partition(partition)  # noqa: SLF001 - see above

    def _reached(self, place: TP, done: asyncio.Future[Any]) -> None:
        store = self._table.data
        if done.cancelled() or done.exception() or place.partition not in store._dbs:  # noqa: SLF001
            return  # the commit fails with it, or the partition is another worker's by now
        store.set_persisted_offset(place, done.result().offset)
