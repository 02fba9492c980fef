"""One task's transactional producer: at most one transaction open, and no doubt survives it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, ProducerClosed, ProducerFenced

from ketensluis.closing import closed
from ketensluis.model.record import Output
from ketensluis.runtime.doubt import Doubt, Doubts, settle
from ketensluis.runtime.sending import BATCH_BYTES, by_partition, send

__all__ = ["Delivered", "Transactions"]

_RETRY_BACKOFF_MS = 50
# How long a producer may take to abort and to let go of its connections.
_FAREWELL = 2.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where the last record for each partition of the outputs came to lie."""

    last: Mapping[TopicPartition, int]


class Transactions:
    """Commits outputs and offsets together, under a transactional id that fences others.

    After any error nothing more is done with it: whether the transaction was committed may
    be unknown then. `discard` it and open a new one; opening waits until Kafka has ended what
    was open under that id (InitProducerId), and ends itself what Kafka may have forgotten of a
    commit in doubt, so what is read afterwards is final.
    """

    def __init__(
        self, producer: AIOKafkaProducer, timeout: float, transactional_id: str, doubts: Doubts
    ) -> None:
        self._producer = producer
        self._timeout = timeout
        self._id = transactional_id
        self._doubts = doubts
        self._in_transaction = False

    @classmethod
    async def open(
        cls, bootstrap: str, transactional_id: str, *, timeout_s: float, doubts: Doubts
    ) -> Self:
        """Take over the id: whoever held it is fenced, and its open transaction aborted.

        `doubts` is kept by the caller from one opening to the next.

        Raises:
            KafkaError, TimeoutError: Kafka is away.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            client_id=transactional_id,
            transactional_id=transactional_id,
            transaction_timeout_ms=int(timeout_s * 1000),
            max_batch_size=BATCH_BYTES,
            retry_backoff_ms=_RETRY_BACKOFF_MS,
        )
        opened = cls(producer, timeout_s, transactional_id, doubts)
        try:
            async with asyncio.timeout(timeout_s):
                await producer.start()
                if (doubt := doubts.get(transactional_id)) is not None:
                    await settle(producer, doubt, bootstrap)
                    del doubts[transactional_id]
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
            grouped = await by_partition(self._producer, outputs)
            self._doubts[self._id] = Doubt(frozenset(grouped), dict(offsets), group)
            await self._producer.begin_transaction()
            self._in_transaction = True
            sent = await send(self._producer, grouped, timestamp_ms)
            done: list[asyncio.Future[Any]] = [each.future for each in sent]
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
            del self._doubts[self._id]
        return Delivered({each.place: each.last_offset() for each in sent})

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
                await closed(self._producer.stop())


def _raise_worst(errors: list[BaseException]) -> None:
    """Raise the error that explains the others: they follow from it."""
    for telling in (MessageSizeTooLargeError, ProducerFenced, BaseException):
        for error in errors:
            if isinstance(error, telling):
                raise error
