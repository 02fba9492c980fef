"""A member of the group of sequencers: one of them holds the log, the others stand by."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Iterable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced
from prometheus_client import Gauge

from ketensluis.errors import Unavailable
from ketensluis.journal.notes import Note
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.metrics import TaskMetrics
from ketensluis.runtime.progress import Progress
from services.journal.cosigning import follow_cosignatures
from services.journal.names import GROUP
from services.journal.sequencer import Log, Sequencer, open_sequencer
from services.journal.serving import log_routes

__all__ = ["JournalWorker"]

_HEARTBEATS_PER_SESSION = 10
_POLL_MS = 500
_MEASURES_PER_STUCK = 10
_MEASURE_TIMEOUT = 5.0
_FIRST_BACKOFF = 0.2
# Time for the group to give the log to another, before a fenced one asks for it back.
_FENCED_BACKOFF = 3.0


class JournalWorker(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Keeps the log for as long as the group gives it the topic of entries.

    The group says who should; that only one can is due to the transactional id.
    """

    def __init__(self, log: Log) -> None:
        self._keeping = log
        self._settings = log.settings
        self._progress = Progress()
        self._log = structlog.get_logger()
        self._task_metrics = TaskMetrics(log.metrics, 0)
        self._entries = Gauge(
            "ketensluis_journal_entries", "Entries in the log.", registry=log.metrics.registry
        )
        self._joined = False
        self._sequencer: Sequencer | None = None
        self._work: asyncio.Task[None] | None = None
        self._release = asyncio.Event()
        self._stopping = asyncio.Event()
        self.health = HealthServer(
            log.metrics.registry,
            healthy=self.healthy,
            ready=self.ready,
            also=log_routes(log.folder.path),
        )

    def stop(self) -> None:
        """Ask it to finish the batch in hand and leave the group; `run` returns then."""
        self._stopping.set()

    def healthy(self) -> Verdict:
        """Whether entries are added where there are records, and Kafka answers."""
        if self._progress.still_for() <= self._settings.stuck_after:
            return Verdict(good=True)
        return Verdict(good=False, reasons=(self._progress.trouble or "stuck",))

    def ready(self) -> Verdict:
        """Whether it keeps the log, or stands by while another does."""
        if not self._joined:
            return Verdict(good=False, reasons=(self._progress.trouble or "joining",))
        if self._work is not None and self._sequencer is None:
            return Verdict(good=False, reasons=("opening",))
        return Verdict(good=True)

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            KetensluisError: what no waiting heals: `journal_broken`, `port_taken`.
        """
        settings = self._settings
        try:
            await self.health.start(settings.http_host, settings.http_port)
            self._log.info(
                "worker_started", host=settings.http_host, port=self.health.port, pid=os.getpid()
            )
            tasks = [asyncio.create_task(each) for each in (self._watch(), self._gather())]
            try:
                await self._take_part()
            finally:
                for each in tasks:
                    each.cancel()
                await asyncio.wait(tasks)
        finally:
            await self.health.stop()
            self._log.info("worker_stopped")

    async def _take_part(self) -> None:
        """Be a member of the group until it is stopped, again whenever something goes wrong."""
        tries = 0
        while not self._stopping.is_set():
            try:
                await self._membership()
                tries = 0
            except (KafkaError, Unavailable, TimeoutError, OSError) as error:
                self._progress.hindered(error, self._log, "task_in_trouble")
                await self._pause(_FIRST_BACKOFF, tries)
                tries += 1

    async def _membership(self) -> None:
        names, session_ms = self._keeping.names, int(self._settings.session_timeout * 1000)
        member = AIOKafkaConsumer(
            bootstrap_servers=self._settings.bootstrap,
            client_id=GROUP,
            group_id=names.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // _HEARTBEATS_PER_SESSION,
            max_partition_fetch_bytes=1,
        )
        self._member = member
        member.subscribe([names.entries], listener=self)
        try:
            await member.start()
            while not self._stopping.is_set():
                # Returns nothing, as all is paused; raises what went wrong in the group.
                await member.getmany(timeout_ms=_POLL_MS)
                if self._work is not None and self._work.done():
                    self._work.result()
        finally:
            await self._let_go()
            await member.stop()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002 - its signature
        """Called by aiokafka before the group chooses anew."""
        self._joined = False
        await self._let_go()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by aiokafka when the group has chosen."""
        places = list(assigned)
        self._member.pause(*places)
        if places:
            self._release.clear()
            self._work = asyncio.create_task(self._keep_log(), name=GROUP)
        self._joined = True
        self._progress.moved()
        self._log.info("partitions_assigned", partitions=[each.partition for each in places])

    async def _let_go(self) -> None:
        """Finish the batch in hand if there is time, abort it if not."""
        work, self._work = self._work, None
        if work is None:
            return
        self._release.set()
        await asyncio.wait([work], timeout=self._settings.stop_timeout)
        work.cancel()
        await asyncio.wait([work])
        self._task_metrics.lag.set(0)  # another tells of it from here on
        self._log.info("partitions_released", partitions=[0])

    async def _keep_log(self) -> None:
        """Open the log and add to it; after any doubt, close it and open it anew."""
        tries = 0
        while not self._release.is_set():
            try:
                async with open_sequencer(self._keeping, self._moved) as opened:
                    self._sequencer = opened
                    while not self._release.is_set():
                        if await opened.step():
                            tries = 0
                            self._moved()
                            self._entries.set(opened.size)
            except (KafkaError, Unavailable, TimeoutError, OSError) as error:
                self._progress.hindered(error, self._log, "task_in_trouble")
                first = _FENCED_BACKOFF if isinstance(error, ProducerFenced) else _FIRST_BACKOFF
                await self._pause(first, tries)
                tries += 1
            finally:
                self._sequencer = None

    def _moved(self) -> None:
        self._progress.moved()
        self._task_metrics.progress.set(time.time())
        self._progress.freed(self._log, "task_recovered")

    async def _pause(self, first: float, tries: int) -> None:
        delay = min(self._settings.backoff_max, first * 2 ** min(tries, 16))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([stopping], timeout=delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
        stopping.cancel()

    async def _watch(self) -> None:
        """Measure the lag; having nothing to do, or standing by, counts as progress."""
        while True:
            await asyncio.sleep(self._settings.stuck_after / _MEASURES_PER_STUCK)
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                async with asyncio.timeout(_MEASURE_TIMEOUT):
                    if (opened := self._sequencer) is not None:
                        behind = await opened.behind()
                        self._task_metrics.lag.set(behind)
                        if behind == 0:
                            self._moved()
                    elif self._joined and self._work is None:
                        await self._member.topics()
                        self._moved()

    async def _gather(self) -> None:
        """Show which state of the log enough witnesses have seen, for as long as it keeps it."""
        while True:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                await follow_cosignatures(
                    self._settings.bootstrap,
                    self._keeping.names.cosignatures,
                    self._keeping.keys.public,
                    self._show_cosigned,
                )
            await asyncio.sleep(_FENCED_BACKOFF)

    def _show_cosigned(self, note: Note) -> None:
        if self._sequencer is not None:
            self._keeping.folder.show_cosigned(note)
