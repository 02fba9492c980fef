"""A task that is open: fenced off from others, its memory complete, its place known."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError

from ketensluis.committed import committed_reader, record_of
from ketensluis.model.record import Output, Record
from ketensluis.runtime.batch import Report, size
from ketensluis.runtime.bounds import Bounds
from ketensluis.runtime.changelog import restore
from ketensluis.runtime.clock import Clock, milliseconds
from ketensluis.runtime.deciding import Deciding
from ketensluis.runtime.doubt import Doubts
from ketensluis.runtime.metrics import Metrics
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Stage
from ketensluis.runtime.state import StateFolder, StateStore
from ketensluis.runtime.transactions import Transactions
from ketensluis.runtime.trouble import code_of

__all__ = ["OpenedTask", "Shared", "open_task"]

_POLL_MS = 200
_FETCH_WAIT_MS = 500


@dataclass(frozen=True, slots=True)
class Shared:
    """What the tasks of one worker have in common."""

    stage: Stage
    settings: Settings
    clock: Clock
    metrics: Metrics
    folder: StateFolder
    committed: Callable[[TopicPartition], Awaitable[int | None]]
    doubts: Doubts = field(default_factory=dict)


@asynccontextmanager
async def open_task(
    shared: Shared, partition: int, bounds: Bounds, *, report: Report, moved: Callable[[], None]
) -> AsyncIterator[OpenedTask]:
    """Open the task of a partition number; the order is what makes it exactly once.

    1. The transactional id is taken over: earlier holders are fenced, what they left open is
       aborted, and their last commit is complete, as is our own. From here on, nobody else can
       commit.
    2. The memory is read to the end of its changelog, which is final because of 1.
    3. The committed offsets are read, final for the same reason, and reading starts there.

    Raises:
        KafkaError, TimeoutError: Kafka is away.
    """
    stage, settings = shared.stage, shared.settings
    inputs = [TopicPartition(topic, partition) for topic in stage.inputs]
    async with AsyncExitStack() as stack:
        transactions = await Transactions.open(
            settings.bootstrap,
            f"{stage.name}-{partition}",
            timeout_s=settings.transaction_timeout,
            doubts=shared.doubts,
        )
        stack.push_async_callback(transactions.discard)
        store = None
        if stage.state_topic is not None:
            store = shared.folder.store(partition)
            changelog = TopicPartition(stage.state_topic, partition)
            await restore(settings.bootstrap, changelog, store, moved)
        async with asyncio.timeout(settings.transaction_timeout):
            committed = {place: await shared.committed(place) for place in inputs}
        consumer = await stack.enter_async_context(
            committed_reader(
                settings.bootstrap,
                client_id=f"{stage.name}-{partition}",
                partition_bytes=settings.fetch_bytes,
                wait_ms=_FETCH_WAIT_MS,
            )
        )
        beginnings = await consumer.beginning_offsets(inputs)
        consumer.assign(inputs)
        positions = {}
        for place, offset in committed.items():
            positions[place] = beginnings[place] if offset is None else offset
            consumer.seek(place, positions[place])
        deciding = Deciding(
            stage,
            partition,
            settings.bootstrap,
            _nothing if store is None else store.get,
            largest=bounds.largest,
            report=report,
            stack=stack,
        )
        yield OpenedTask(
            shared, partition, bounds, deciding, transactions, consumer, store, positions
        )


def _nothing(_: bytes) -> None:
    """What a stage without memory remembers."""


class OpenedTask:
    """Takes batch after batch; after any error it is closed, and opened anew."""

    def __init__(
        self,
        shared: Shared,
        partition: int,
        bounds: Bounds,
        deciding: Deciding,
        transactions: Transactions,
        consumer: AIOKafkaConsumer,
        store: StateStore | None,
        positions: dict[TopicPartition, int],
    ) -> None:
        self.busy = False
        """Whether records are being processed or committed."""
        self._shared = shared
        self._partition = partition
        self._bounds = bounds
        self._deciding = deciding
        self._transactions = transactions
        self._consumer = consumer
        self._store = store
        self._positions = positions

    async def step(self) -> int:
        """Wait a moment for records and commit what they lead to; returns how many.

        Raises:
            KafkaError, TimeoutError, KetensluisError: whether it was committed is not known.
        """
        found = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=self._bounds.records)
        positions = {place: await self._consumer.position(place) for place in self._positions}
        records = [record_of(each) for several in found.values() for each in several]
        if records:
            self.busy = True
            try:
                await self._commit(records, {place: positions[place] for place in found})
            finally:
                self.busy = False
        self._positions = positions
        return len(records)

    async def behind(self) -> int:
        """How many offsets lie between what is done and what others have committed."""
        ends = await self._consumer.end_offsets(list(self._positions))
        return sum(max(0, end - self._positions[place]) for place, end in ends.items())

    async def _commit(self, records: list[Record], offsets: Mapping[TopicPartition, int]) -> None:
        began = time.monotonic()
        stage, metrics = self._shared.stage, self._shared.metrics
        batch = await self._deciding.decide(records)
        outputs = batch.outputs + [
            Output(str(stage.state_topic), key, value, partition=self._partition)
            for key, value in batch.writes.items()
        ]
        try:
            delivered = await self._transactions.commit(
                outputs,
                offsets,
                group=stage.name,
                timestamp_ms=milliseconds(self._shared.clock.now()),
            )
        except BaseException as error:
            metrics.aborts(code_of(error)).inc()
            if isinstance(error, MessageSizeTooLargeError):
                self._bounds.narrow(records, max(size(output) for output in outputs))
            raise
        self._bounds.widen()
        if self._store is not None and batch.writes:
            changelog = TopicPartition(str(stage.state_topic), self._partition)
            self._store.apply(batch.writes.items(), delivered.last[changelog] + 1)
        for topic, count in Counter(record.coordinates.topic for record in records).items():
            metrics.consumed(topic).inc(count)
        for topic, count in Counter(output.topic for output in outputs).items():
            metrics.produced(topic).inc(count)
        for code in batch.refused:
            metrics.quarantined(code).inc()
        metrics.refused.inc(len(batch.refused))
        metrics.batch.observe(time.monotonic() - began)
