"""Consumers that see what was committed and nothing else: no other is made to read records.

Nobody commits by the way, and where records are gone nobody goes on elsewhere in silence.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from ketensluis.closing import closed
from ketensluis.model.record import Coordinates, Record

__all__ = ["FETCH_WAIT_MS", "committed_reader", "record_of"]

FETCH_WAIT_MS = 100
"""Short, as whoever asks for offsets waits on the same connection behind a fetch."""
_PARTITION_BYTES = 2**20


@asynccontextmanager
async def committed_reader(
    bootstrap: str,
    *,
    client_id: str = "ketensluis",
    group_id: str | None = None,
    where_gone: Literal["none", "earliest"] = "none",
    partition_bytes: int = _PARTITION_BYTES,
    wait_ms: int = FETCH_WAIT_MS,
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that has started, has no partitions yet, and is stopped at the end.

    Args:
        bootstrap: `host:port` of the cluster.
        client_id: what the broker's own log and metrics call it.
        group_id: for whom it commits what it has read; None commits nothing.
        where_gone: `none` raises where an offset is gone, since lost input must never be passed
            over; `earliest` is for who has an own way to find what is missing.
        partition_bytes: the most that it fetches of one partition at once, in bytes.
        wait_ms: how long a fetch waits at the broker for records, in milliseconds.

    Raises:
        KafkaError, OSError: Kafka is away.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        client_id=client_id,
        group_id=group_id,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset=where_gone,
        max_partition_fetch_bytes=partition_bytes,
        fetch_max_wait_ms=wait_ms,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await closed(consumer.stop())


def record_of(found: ConsumerRecord[bytes, bytes]) -> Record:
    """The hub's form of a record as aiokafka has it."""
    return Record(
        Coordinates(found.topic, found.partition, found.offset),
        found.key,
        found.value,
        tuple(found.headers),
        found.timestamp,
    )
