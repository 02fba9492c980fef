"""Faust's Kafka transport, made to read committed records and to commit only what is safe.

Faust reads committed records only under its own transactions, which are not atomic here; and
it commits offsets without waiting for the messages that their events gave rise to. It also
takes each record by itself through tasks, queue and stream, which costs twice what the tracker
does with it: the records of one topic are therefore taken as they were fetched, in batches.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from aiokafka.errors import IllegalStateError
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.services import WaitResults

from services.tracker.begun import Begun
from services.tracker.thread import CommittedThread

__all__ = ["CommittedTransport", "SafeConsumer"]

# What is handled between two looks at whether the partitions are still this worker's.
_AT_ONCE = 500


class SafeConsumer(driver.Consumer):
    """Reads committed records, and commits offsets after what their events gave rise to."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return CommittedThread(self, loop=self.loop, beacon=self.beacon)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._fetched: dict[TP, int] = {}
        """By partition, the offset after the last record that was taken from Kafka."""
        self._reached: dict[TP, int] = {}
        """By partition, the position as of the last fetch that came back to this thread."""

    def forget(self) -> None:
        """The partitions are another's, or will be read from where they were committed."""
        self._fetched.clear()
        self._reached.clear()

    async def at_end(self, place: TP, handled: int) -> bool:
        """Whether every committed record of the partition was handled; `handled` is up to where.

        The position alone does not say so: it passes over what is no record, such as an aborted
        one, and it is already past records that are on their way from the thread that fetches,
        where nothing else shows them.
        """
        position, end = await self._reach(place)
        return (
            position is not None
            and end is not None
            and position >= end
            and position == self._reached.get(place)
            and handled >= self._fetched.get(place, 0)
        )

    async def behind(self, place: TP) -> int | None:
        """How many offsets lie between the position and the end; None while that is not known."""
        position, end = await self._reach(place)
        return None if position is None or end is None else max(0, end - position)

    async def _reach(self, place: TP) -> tuple[int | None, int | None]:
        """Position and end; of a partition that was taken away just now, neither."""
        try:
            return await self.position(place), self.last_stable_offset(place)
        except IllegalStateError:
            return None, None

    async def _getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109 - Faust's
    ) -> Any:
        records = await super()._getmany(active_partitions, timeout)
        for place, taken in records.items():
            if taken:
                self._fetched[place] = taken[-1].offset + 1
        self._reached = dict(cast("CommittedThread", self._thread).consumed)
        if not self.flow_active:
            # Partitions were taken away meanwhile. Faust drops such records and goes back to where
            # was committed, but not where nothing ever was: there they would never be handled.
            await self._read_again(each for taken in records.values() for each in taken)
            return {}
        return records

    async def getmany(
        self,
        timeout: float,  # noqa: ASYNC109 - Faust's
    ) -> AsyncIterator[tuple[TP, Any]]:
        """The next records; those of the topic that is taken in batches are handled here.

        Where it goes on reading, and what it may commit, is kept as Faust does for a record
        that its stream has handled.
        """
        topic = cast("CommittedTransport", self.transport).batched
        taken: list[Any] = []
        # Before the fetch: what was fetched before a rebalance must not be folded after it, into
        # a table that was restored without it.
        generation = self.app.consumer_generation_id
        async for place, message in super().getmany(timeout):
            if place.topic == topic:
                taken.append(message)
            else:
                yield place, message
        for begin in range(0, len(taken), _AT_ONCE):
            if not self.flow_active or generation != self.app.consumer_generation_id:
                await self._read_again(taken[begin:])
                return
            await self._take(taken[begin : begin + _AT_ONCE])

    async def _read_again(self, messages: Iterable[Any]) -> None:
        """Go back to the first of each partition that is still ours; another's, it reads itself."""
        first: dict[TP, int] = {}
        for message in messages:
            first.setdefault(TP(message.topic, message.partition), message.offset)
        for place, offset in first.items():
            if place in self.assignment():
                handled = self._read_offset[place]
                with contextlib.suppress(IllegalStateError):  # it was taken away just now
                    await self.seek(place, offset if handled is None else min(offset, handled))

    async def wait_first(self, *waits: Any, timeout: Any = None) -> WaitResults:  # noqa: ASYNC109 - Faust's
        """Faust's own, without its four tasks where the first wait has nothing to wait for.

        Faust hands each record of the changelog on like that, and nearly always at once; with
        a million of them to recover, these tasks are most of the work.
        """
        first, *others = waits
        if (
            asyncio.iscoroutine(first)
            and not self._stopped.is_set()
            and not self.suspend_flow.is_set()
        ):
            try:
                waiting = first.send(None)
            except StopIteration as done:
                for each in others:
                    each.close()
                return WaitResults([first], [done.value], stopped=False)
            first = Begun(first, waiting)
        found: WaitResults = await super().wait_first(first, *others, timeout=timeout)
        return found

    async def _take(self, messages: Sequence[Any]) -> None:
        fresh = []
        for message in messages:
            place, offset = message.tp, message.offset
            read = self._read_offset[place]
            if read is not None and offset < read:
                continue
            if read and offset - read > 1:
                await self._add_gap(place, read + 1, offset)  # an aborted record, or a marker
            self._read_offset[place] = offset
            # Until it is acknowledged, a rebalance and a stop wait for it.
            self._unacked_messages.add(message)
            fresh.append(message)
        if fresh:
            await cast("CommittedTransport", self.transport).on_records(fresh)
        for message in fresh:
            self.ack(message)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust would miss its streams' events; `/healthz` says whether offsets move."""

    def last_stable_offset(self, place: TP) -> int | None:
        """Up to where committed records can be read, as the last fetch told."""
        return cast("CommittedThread", self._thread).last_stable_offset(place)

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
    """Reads what was committed; whoever makes it sets what is called.

    Attributes:
        batched: the topic whose records go to `on_records`, in their order.
        on_records: handles them all, however often that takes.
        before_commit: awaited before offsets are committed.
        on_committed: called after.
    """

    Consumer: ClassVar[type[SafeConsumer]] = SafeConsumer
    batched: str
    on_records: Callable[[Sequence[Any]], Awaitable[None]]
    before_commit: Callable[[], Awaitable[None]]
    on_committed: Callable[[], None]
