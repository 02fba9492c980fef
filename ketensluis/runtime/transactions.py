"""One task's transactional producer: at most one transaction open, and no doubt survives it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    ProducerClosed,
    ProducerFenced,
    UnknownTopicOrPartitionError,
)
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from ketensluis.errors import Unavailable
from ketensluis.model.record import Output
from ketensluis.runtime.partitioner import partition_of

__all__ = ["Delivered", "Transactions"]

# Under the smallest limit of a topic that is in use (Kafka's default is 1 MiB less 12 bytes).
_BATCH_BYTES = 1_000_000
_RETRY_BACKOFF_MS = 50
# How long a producer may take to abort and to let go of its connections.
_FAREWELL = 2.0
# How long to look for a topic before it is held to be missing.
_METADATA = 10.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where the last record for each partition of the outputs came to lie."""

    last: Mapping[TopicPartition, int]


class Transactions:
    """Commits outputs and offsets together, under a transactional id that fences others.

    After any error nothing more is done with it: whether the transaction was committed may
    be unknown then. `discard` it and open a new one; opening waits until Kafka has ended what
    was open under that id (InitProducerId), so what is read afterwards is final.
    """

    def __init__(self, producer: AIOKafkaProducer, timeout: float) -> None:
        self._producer = producer
        self._timeout = timeout
        self._in_transaction = False

    @classmethod
    async def open(cls, bootstrap: str, transactional_id: str, *, timeout_s: float) -> Self:
        """Take over the id: whoever held it is fenced, and its open transaction aborted.

        Raises:
            KafkaError, TimeoutError: Kafka is away.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            client_id=transactional_id,
            transactional_id=transactional_id,
            transaction_timeout_ms=int(timeout_s * 1000),
            max_batch_size=_BATCH_BYTES,
            retry_backoff_ms=_RETRY_BACKOFF_MS,
        )
        opened = cls(producer, timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                await producer.start()
        except BaseException:
            await opened.discard()
            raise
        return opened

    async def commit(
        self,
        outputs: Iterable[Output],
        offsets: Mapping[TopicPartition, int],
        *,
        group: str,
        timestamp_ms: int,
    ) -> Delivered:
        """Produce the outputs and commit the offsets of their inputs, all or nothing.

        Raises:
            MessageSizeTooLargeError: a topic takes no record as large as one of these.
            ProducerFenced: another worker has taken over.
            KafkaError, TimeoutError, Unavailable: whether it was committed is not known.
        """
        async with asyncio.timeout(self._timeout):
            grouped = await self._by_partition(outputs)
            await self._producer.begin_transaction()
            self._in_transaction = True
            waiting = await self._send(grouped, timestamp_ms)
            done = [asyncio.ensure_future(future) for _, future in waiting]
            done.append(
                asyncio.ensure_future(
                    self._producer.send_offsets_to_transaction(dict(offsets), group)
                )
            )
            # aiokafka commits a transaction of which a batch failed: look at each of them.
            await asyncio.wait(done)
            _raise_worst([error for each in done if (error := each.exception()) is not None])
            await self._producer.commit_transaction()
            self._in_transaction = False
        last: dict[TopicPartition, int] = {}
        for (place, count), future in zip((w[0] for w in waiting), done, strict=False):
            last[place] = future.result().offset + count - 1
        return Delivered(last)

    async def _send(
        self, grouped: Mapping[TopicPartition, list[Output]], timestamp_ms: int
    ) -> list[tuple[tuple[TopicPartition, int], asyncio.Future[RecordMetadata]]]:
        sent: list[tuple[tuple[TopicPartition, int], asyncio.Future[RecordMetadata]]] = []
        for place, records in grouped.items():
            batch = self._producer.create_batch()
            for record in records:
                if not _append(batch, record, timestamp_ms):
                    sent.append(((place, batch.record_count()), await self._submit(batch, place)))
                    batch = self._producer.create_batch()
                    _append(batch, record, timestamp_ms)
            sent.append(((place, batch.record_count()), await self._submit(batch, place)))
        return sent

    async def _submit(
        self, batch: BatchBuilder, place: TopicPartition
    ) -> asyncio.Future[RecordMetadata]:
        batch.close()
        future: asyncio.Future[RecordMetadata] = await self._producer.send_batch(
            batch, place.topic, partition=place.partition
        )
        future.add_done_callback(_looked_at)
        return future

    async def _by_partition(self, outputs: Iterable[Output]) -> dict[TopicPartition, list[Output]]:
        grouped: dict[tuple[str, int], list[Output]] = {}
        counts: dict[str, tuple[int, ...]] = {}
        for output in outputs:
            topic = output.topic
            if (known := counts.get(topic)) is None:
                known = counts[topic] = await self._partitions(topic)
            if (number := output.partition) is None:
                number = partition_of(output.key, known)
            if (several := grouped.get((topic, number))) is None:
                several = grouped[topic, number] = []
            several.append(output)
        return {TopicPartition(*place): several for place, several in grouped.items()}

    async def _partitions(self, topic: str) -> tuple[int, ...]:
        try:
            async with asyncio.timeout(_METADATA):
                return tuple(sorted(await self._producer.partitions_for(topic)))
        except (TimeoutError, UnknownTopicOrPartitionError) as error:
            raise Unavailable(
                "topic_missing",
                f"there is no topic {topic} to produce to",
                "create it: sluis topics apply",
            ) from error

    async def discard(self) -> None:
        """Abort what is open if Kafka can be reached, and let go of the connections.

        Never raises for Kafka's sake: what could not be aborted is aborted by whoever opens
        the same transactional id next, or by Kafka after the transaction's timeout.
        """
        if self._in_transaction:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_FAREWELL):
                    await self._producer.abort_transaction()
        # aiokafka's own stop() flushes first, which takes for ever while Kafka is away.
        sender = self._producer._sender.sender_task  # noqa: SLF001 - see above; no public way
        for _ in range(2):  # the first cancellation waits for the requests in flight
            if sender is not None and not sender.done():
                sender.cancel()
                await asyncio.wait([sender], timeout=_FAREWELL)
        accumulator = self._producer._message_accumulator  # noqa: SLF001 - see above
        accumulator.fail_all(ProducerClosed())
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await self._producer.stop()


def _append(batch: BatchBuilder, record: Output, timestamp_ms: int) -> bool:
    appended = batch.append(
        timestamp=timestamp_ms, key=record.key, value=record.value, headers=list(record.headers)
    )
    return appended is not None


def _looked_at(future: asyncio.Future[RecordMetadata]) -> None:
    """Where the wait was cut short, nobody else asks what became of it."""
    if not future.cancelled():
        future.exception()


def _raise_worst(errors: list[BaseException]) -> None:
    """Raise the error that explains the others: they follow from it."""
    for telling in (MessageSizeTooLargeError, ProducerFenced, BaseException):
        for error in errors:
            if isinstance(error, telling):
                raise error
