"""Brings a task's memory up to date from its changelog."""

from __future__ import annotations

from collections.abc import Callable

from aiokafka import TopicPartition

from ketensluis.committed import FETCH_WAIT_MS, committed_reader
from ketensluis.runtime.state import StateStore

__all__ = ["restore"]

_FETCH_BYTES = 8 * 2**20


async def restore(
    bootstrap: str, changelog: TopicPartition, store: StateStore, moved: Callable[[], None]
) -> int:
    """Apply what was committed to the changelog since the store's position; returns how many.

    The task's transactional producer must be open already: then no earlier worker can add to
    the changelog any more, and its end is final. `moved` is called as it goes on.

    Raises:
        KafkaError: Kafka is away.
    """
    applied = 0
    async with committed_reader(
        bootstrap, where_gone="earliest", partition_bytes=_FETCH_BYTES
    ) as consumer:
        store.clear_if_stale()
        end = (await consumer.end_offsets([changelog]))[changelog]
        if store.position > end:  # another topic of the same name: what is here is not its copy
            store.clear()
        consumer.assign([changelog])
        consumer.seek(changelog, store.position)
        while await consumer.position(changelog) < end:
            found = await consumer.getmany(changelog, timeout_ms=FETCH_WAIT_MS)
            records = found.get(changelog, [])
            position = await consumer.position(changelog)
            store.apply(((record.key, record.value) for record in records), position)
            applied += len(records)
            moved()
    return applied
