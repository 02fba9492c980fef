"""Reads both topics into the tables: on and on, or anew from their beginning."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from sqlalchemy.exc import SQLAlchemyError

from ketensluis.committed import committed_reader, record_of
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.kafka.cluster import partitions
from ketensluis.kafka.scan import scan
from ketensluis.model.record import Record
from ketensluis.runtime.progress import Progress
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.trouble import code_of
from services.worklist.projection import Moved, Projection

__all__ = ["Follower", "rebuild"]

_BATCH = 2_000
_WAIT_MS = 200
_FIRST_BACKOFF = 0.2


class Follower:
    """Keeps the tables up with the topics; never gives up, and says what holds it up."""

    def __init__(self, projection: Projection, settings: Settings) -> None:
        self.progress = Progress()
        self.applied = 0
        """How many records it applied since it started."""
        self.behind = 0
        """How many offsets lay ahead of the tables when it last looked."""
        self.caught_up = False
        """Whether the tables held all that there was, at least once since it started."""
        self._projection = projection
        self._settings = settings
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Follow until cancelled."""
        tries = 0
        while True:
            try:
                async for _ in self._follow():
                    tries = 0
            except Moved:
                self._log.info("projected_elsewhere")
            except (KafkaError, KetensluisError, SQLAlchemyError, OSError) as error:
                self._told(error)
                await asyncio.sleep(min(self._settings.backoff_max, _FIRST_BACKOFF * 2**tries))
                tries = min(tries + 1, 16)

    async def _follow(self) -> AsyncIterator[None]:
        """Apply batch after batch from where the tables stand."""
        at = await asyncio.to_thread(self._projection.positions)
        counts = await partitions(self._settings.bootstrap, self._projection.topics.all)
        places = [TopicPartition(name, n) for name, count in counts.items() for n in range(count)]
        reader = committed_reader(
            self._settings.bootstrap,
            client_id="worklist",
            partition_bytes=self._settings.fetch_bytes,
        )
        async with reader as consumer:
            consumer.assign(places)
            beginnings = await consumer.beginning_offsets(places)
            for place in places:
                consumer.seek(place, at.get((place.topic, place.partition), beginnings[place]))
            while True:
                found = await consumer.getmany(timeout_ms=_WAIT_MS, max_records=_BATCH)
                records = [record_of(each) for several in found.values() for each in several]
                if records:
                    at |= await asyncio.to_thread(self._projection.apply, records, at)
                    self.applied += len(records)
                await self._look(consumer, places)
                yield

    async def _look(self, consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> None:
        """How far it is, and that Kafka answers: also to have nothing to do is progress."""
        ends = await consumer.end_offsets(list(places))
        self.behind = sum([max(0, ends[each] - await consumer.position(each)) for each in places])
        self.caught_up = self.caught_up or not self.behind
        self.progress.moved()
        if self.progress.trouble is not None:
            self._log.info("worker_recovered", code=self.progress.trouble)
            self.progress.trouble = None

    def _told(self, error: Exception) -> None:
        code = "database_away" if isinstance(error, SQLAlchemyError) else code_of(error)
        if isinstance(error, OffsetOutOfRangeError):
            code = "rebuild_needed"  # the topics were made anew, or their records are gone
        if code != self.progress.trouble:
            self.progress.trouble = code
            self._log.warning("worker_in_trouble", code=code, error=type(error).__name__)


async def rebuild(projection: Projection, bootstrap: str) -> int:
    """Fill the tables anew from all that lies on both topics now; how many records that was.

    Raises:
        Unavailable: Kafka or the database does not answer; the tables are as they were.
        KetensluisError: the topics were not made.
    """
    loop = asyncio.get_running_loop()
    source = _batches(bootstrap, projection.topics.all)

    async def following() -> Sequence[Record] | None:
        return await anext(source, None)

    def pulled() -> Iterator[Sequence[Record]]:
        while batch := asyncio.run_coroutine_threadsafe(following(), loop).result():
            yield batch

    async with contextlib.aclosing(source):
        try:
            return await asyncio.to_thread(projection.rebuild, pulled())
        except SQLAlchemyError as error:
            raise Unavailable(
                "database_away",
                f"the work list's database did not take it ({type(error).__name__})",
                "see whether it runs, then try again",
            ) from error


async def _batches(bootstrap: str, topics: Sequence[str]) -> AsyncGenerator[Sequence[Record], None]:
    batch: list[Record] = []
    async with contextlib.aclosing(scan(bootstrap, topics)) as found:
        async for record in found:
            batch.append(record)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
