"""One partition number of all inputs, kept going: opened, stepped, and opened anew."""

from __future__ import annotations

import asyncio
import time

import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, ProducerFenced

from ketensluis.model.record import Record
from ketensluis.runtime.batch import failure
from ketensluis.runtime.bounds import Bounds
from ketensluis.runtime.ending import ended
from ketensluis.runtime.metrics import TaskMetrics
from ketensluis.runtime.opened import OpenedTask, Shared, open_task
from ketensluis.runtime.patience import paused
from ketensluis.runtime.progress import Progress

__all__ = ["Task"]

_FIRST_BACKOFF = 0.2
# Time for the group to take the partition away, before a fenced task asks for it back.
_FENCED_BACKOFF = 3.0
_MEASURE_TIMEOUT = 5.0


class Task:
    """Never gives up: every doubt ends in closing all, a pause, and opening all again.

    Opening reads from Kafka what is committed, so a batch whose fate was unknown is either
    found committed, or done again.
    """

    def __init__(self, shared: Shared, partition: int) -> None:
        self.partition = partition
        self.progress = Progress()
        self._shared = shared
        self._bounds = Bounds(shared.settings.batch_records, shared.settings.record_bytes)
        self._metrics = TaskMetrics(shared.metrics, partition)
        self._log = structlog.get_logger().bind(partition=partition)
        self._opened: OpenedTask | None = None
        self._stopping = asyncio.Event()
        self._running = asyncio.create_task(self._run(), name=f"task-{partition}")

    @property
    def is_open(self) -> bool:
        """Whether it was opened, its memory restored, and it takes records."""
        return self._opened is not None

    async def stop(self) -> None:
        """Finish the batch in hand if there is time, abort it if not, and close all."""
        self._stopping.set()
        if self._opened is not None and self._opened.busy:
            await asyncio.wait([self._running], timeout=self._shared.settings.stop_timeout)
        await ended([self._running])
        # Another worker tells of it from here on.
        self._metrics.lag.set(0)

    async def measure(self) -> None:
        """Bring the gauges up to date; that there is no work counts as progress."""
        if (opened := self._opened) is None:
            return
        try:
            async with asyncio.timeout(_MEASURE_TIMEOUT):
                behind = await opened.behind()
        except (KafkaError, TimeoutError, OSError):
            return
        if self._stopping.is_set():
            return
        self._metrics.lag.set(behind)
        if behind == 0:
            self._moved()

    async def _run(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            try:
                async with open_task(
                    self._shared,
                    self.partition,
                    self._bounds,
                    report=self._report,
                    moved=self._moved,
                ) as opened:
                    self._opened = opened
                    while not self._stopping.is_set():
                        if await self._step(opened):
                            tries = 0
            except Exception as error:  # noqa: BLE001 - nothing may end a task but its stop
                self._opened = None
                self.progress.hindered(error, self._log, "task_in_trouble")
                await self._pause(error, tries)
                tries += 1
            finally:
                self._opened = None

    async def _step(self, opened: OpenedTask) -> bool:
        """One step; whether it shows that what was amiss is over."""
        if await opened.step() or (self.progress.trouble and await opened.behind() == 0):
            self._moved()
            self.progress.freed(self._log, "task_recovered")
            return True
        return False

    def _moved(self) -> None:
        self.progress.moved()
        self._metrics.progress.set(time.time())

    async def _pause(self, error: Exception, tries: int) -> None:
        if isinstance(error, MessageSizeTooLargeError):
            return
        first = _FENCED_BACKOFF if isinstance(error, ProducerFenced) else _FIRST_BACKOFF
        await paused(self._stopping, tries, self._shared.settings.backoff_max, first)

    def _report(self, record: Record, error: Exception) -> None:
        told = failure(error)
        self._log.error(
            told.code, record=str(record.coordinates), sentence=told.sentence, exc_info=error
        )
