"""A member of the group of sequencers: one of them holds the log, the others stand by."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Iterable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import Gauge

from ketensluis.closing import closed
from ketensluis.errors import Unavailable
from ketensluis.journal.notes import Note
from ketensluis.runtime.ending import ended
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.metrics import TaskMetrics
from ketensluis.runtime.patience import paused
from ketensluis.runtime.progress import Progress
from services.journal.cosigning import follow_cosignatures
from services.journal.keeping import Keeping
from services.journal.names import GROUP
from services.journal.sequencer import Log
from services.journal.serving import log_routes

__all__ = ["JournalWorker"]

_HEARTBEATS_PER_SESSION = 10
_POLL_MS = 500
_MEASURES_PER_STUCK = 10
_MEASURE_TIMEOUT = 5.0
_GATHER_PAUSE = 3.0


class JournalWorker(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Keeps the log for as long as the group gives it the topic of entries.

    The group says who should; that only one can is due to the transactional id.
    """

    def __init__(self, log: Log) -> None:
        self._kept = log
        self._settings = log.settings
        self._progress = Progress()
        self._log = structlog.get_logger()
        self._task_metrics = TaskMetrics(log.metrics, 0)
        self._entries = Gauge(
            "ketensluis_journal_entries", "Entries in the log.", registry=log.metrics.registry
        )
        self._joined = False
        self._keeping: Keeping | None = None
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
        if self._keeping is not None and not self._keeping.is_open:
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
                await ended(tasks)
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
                await paused(self._stopping, tries, self._settings.backoff_max)
                tries += 1

    async def _membership(self) -> None:
        names, session_ms = self._kept.names, int(self._settings.session_timeout * 1000)
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
                if self._keeping is not None:
                    self._keeping.check()
        finally:
            await self._let_go()
            await closed(member.stop())

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002 - its signature
        """Called by aiokafka before the group chooses anew."""
        self._joined = False
        await self._let_go()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by aiokafka when the group has chosen."""
        places = list(assigned)
        self._member.pause(*places)
        if places:
            self._keeping = Keeping(
                self._kept,
                self._progress,
                self._task_metrics,
                moved=self._moved,
                grown=self._entries.set,
            )
        self._joined = True
        self._progress.moved()
        self._log.info("partitions_assigned", partitions=[each.partition for each in places])

    async def _let_go(self) -> None:
        keeping, self._keeping = self._keeping, None
        if keeping is not None:
            await keeping.stop()
            self._log.info("partitions_released", partitions=[0])

    def _moved(self) -> None:
        self._progress.moved()
        self._task_metrics.progress.set(time.time())
        self._progress.freed(self._log, "task_recovered")

    async def _watch(self) -> None:
        """Measure the lag; having nothing to do, or standing by, counts as progress."""
        while True:
            await asyncio.sleep(self._settings.stuck_after / _MEASURES_PER_STUCK)
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                async with asyncio.timeout(_MEASURE_TIMEOUT):
                    if self._keeping is not None:
                        await self._keeping.measure()
                    elif self._joined:
                        await self._member.topics()
                        self._moved()

    async def _gather(self) -> None:
        """Show which state of the log enough witnesses have seen, for as long as it keeps it."""
        while True:
            with contextlib.suppress(KafkaError, TimeoutError, OSError):
                await follow_cosignatures(
                    self._settings.bootstrap,
                    self._kept.names.cosignatures,
                    self._kept.keys.public,
                    self._show_cosigned,
                )
            await asyncio.sleep(_GATHER_PAUSE)

    def _show_cosigned(self, note: Note) -> None:
        if self._keeping is not None:
            self._keeping.show_cosigned(note)
