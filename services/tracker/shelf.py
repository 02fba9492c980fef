"""The tracker's table, read and written by partition, from events and from timers alike.

A Faust table can only be written while an event is handled, and its changelog is not known to
be on Kafka when offsets are committed. Faust keeps what it is good at: the changelog's topic,
its recovery, and which worker has which partition.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from faust.types import TP
from rocksdict import WriteBatch

from ketensluis.model.record import Output
from ketensluis.runtime.sending import Sent

__all__ = ["Shelf"]


class Shelf:
    """Values by partition and key, each change also on the table's changelog topic."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def get(self, partition: int, keys: Sequence[bytes]) -> list[bytes | None]:
        """The value of each key, or None."""
        found: list[bytes | None] = self._database(partition).get(list(keys))
        return found

    def put(self, partition: int, values: Mapping[bytes, bytes]) -> list[Output]:
        """Store them here, at once; the records that the changelog must be given.

        When these were sent, `sent` is to be told.
        """
        batch = WriteBatch(raw_mode=True)
        for key, value in values.items():
            batch.put(key, value)
        self._database(partition).write(batch)
        topic = self._table.changelog_topic_name
        return [Output(topic, key, value, (), partition) for key, value in values.items()]

    def sent(self, batches: Iterable[Sent]) -> None:
        """Move the position up to which the local copy is complete, when Kafka has them."""
        for each in batches:
            if each.place.topic == self._table.changelog_topic_name:
                each.future.add_done_callback(partial(self._reached, each))

    def items(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """Every key and value of a partition."""
        store = self._table.data
        return iter(store._visible_items(self._database(partition)))  # noqa: SLF001 - see above

    def _database(self, partition: int) -> Any:
        return self._table.data._db_for_partition(partition)  # noqa: SLF001 - see above

    def _reached(self, sent: Sent, done: asyncio.Future[Any]) -> None:
        store, place = self._table.data, TP(sent.place.topic, sent.place.partition)
        if done.cancelled() or done.exception() or place.partition not in store._dbs:  # noqa: SLF001
            return  # the commit fails with it, or the partition is another worker's by now
        store.set_persisted_offset(place, sent.last_offset())
