"""Faust's Kafka transport, made to read committed records and to commit only what is safe.

Faust reads committed records only under its own transactions, which are not atomic here; and
it commits offsets without waiting for the messages that their events gave rise to.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, cast

from aiokafka import AIOKafkaConsumer
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

__all__ = ["CommittedTransport", "SafeConsumer"]


class _CommittedThread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Read when the consumer starts, which is after this.
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - no other way in
        return consumer

    def last_stable_offset(self, place: TP) -> int | None:
        """The offset before which every transaction on the partition has ended."""
        found: int | None = self._ensure_consumer().last_stable_offset(place)
        return found


class SafeConsumer(driver.Consumer):
    """Reads committed records, and commits offsets after what their events gave rise to."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _CommittedThread(self, loop=self.loop, beacon=self.beacon)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fetched: dict[TP, int] = {}
        """By partition, the offset after the last record that was taken from Kafka."""

    async def _getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109 - Faust's
    ) -> Any:
        records = await super()._getmany(active_partitions, timeout)
        for place, taken in records.items():
            if taken:
                self.fetched[place] = taken[-1].offset + 1
        return records

    def last_stable_offset(self, place: TP) -> int | None:
        """Up to where committed records can be read, as the last fetch told."""
        return cast("_CommittedThread", self._thread).last_stable_offset(place)

    async def _handle_attached(self, commit_offsets: Mapping[TP, int]) -> None:
        """Called with offsets that are about to be committed: their messages go first."""
        await super()._handle_attached(commit_offsets)
        try:
            await cast("CommittedTransport", self.transport).before_commit()
        except Exception as error:
            raise ProducerSendError("what the events gave rise to was not taken") from error

    async def _commit_offsets(
        self,
        offsets: Mapping[TP, int],
        start_new_transaction: bool = True,  # noqa: FBT001, FBT002 - Faust's signature
    ) -> bool:
        committed = await super()._commit_offsets(offsets, start_new_transaction)
        if committed:
            cast("CommittedTransport", self.transport).on_committed()
        return committed


class CommittedTransport(driver.Transport):
    """Reads what was committed. `before_commit` is awaited before offsets are committed, and
    `on_committed` called after; both are set by whoever makes the transport.
    """  # noqa: D205 - two hooks, told together

    Consumer: ClassVar[type[SafeConsumer]] = SafeConsumer
    before_commit: Callable[[], Awaitable[None]]
    on_committed: Callable[[], None]
