"""A worker: a member of the stage's group that runs a task for each partition it is given."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import defaultdict
from collections.abc import Iterable

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry

from ketensluis.closing import closed
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.runtime.ending import ended
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.metrics import Metrics
from ketensluis.runtime.opened import Shared
from ketensluis.runtime.patience import backoff
from ketensluis.runtime.progress import Progress
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Stage
from ketensluis.runtime.state import StateFolder
from ketensluis.runtime.task import Task
from ketensluis.runtime.topics import check_partitions, partitions_differ

__all__ = ["Worker"]

_HEARTBEATS_PER_SESSION = 10
_POLL_MS = 500
_MEASURES_PER_STUCK = 10
_PING_TIMEOUT = 5.0


class Worker(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Runs a stage until it is stopped, and tells over HTTP how it fares.

    The member consumer only takes part in the group: each task reads with a consumer of its
    own, so that no task waits for another, or for the group.
    """

    def __init__(
        self, stage: Stage, settings: Settings, registry: CollectorRegistry | None = None
    ) -> None:
        self._stage = stage
        self._settings = settings
        self._metrics = Metrics(stage.name, registry)
        for topic in stage.inputs:
            self._metrics.consumed(topic)
        self._progress = Progress()
        self._log = structlog.get_logger()
        self._tasks: dict[int, Task] = {}
        self._joined = False
        self._fault: KetensluisError | None = None
        self._stopping = asyncio.Event()
        self._shared: Shared | None = None
        self.registry = self._metrics.registry
        self.health = HealthServer(self.registry, healthy=self.healthy, ready=self.ready)

    def stop(self) -> None:
        """Ask it to finish the batches in hand and leave the group; `run` returns then."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`, and tell over HTTP how it fares.

        Raises:
            KetensluisError: `port_taken`, and what `work` raises.
        """
        settings = self._settings
        await self.health.start(settings.http_host, settings.http_port)
        self._log.info(
            "worker_started", host=settings.http_host, port=self.health.port, pid=os.getpid()
        )
        try:
            await self.work()
        finally:
            await self.health.stop()
            self._log.info("worker_stopped")

    async def work(self) -> None:
        """Work until `stop`.

        Raises:
            KetensluisError: what no waiting heals: `partitions_differ`.
        """
        folder = StateFolder(self._settings.home, self._stage.name)
        watching = asyncio.create_task(self._watch())
        stopped = asyncio.create_task(self._stopping.wait())
        working = asyncio.create_task(self._work(folder))
        try:
            await asyncio.wait([stopped, working], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        finally:
            await ended([working, watching, stopped])
            folder.close()

    def healthy(self) -> Verdict:
        """Whether committed offsets move where there is work, and Kafka answers."""
        slow = self._settings.stuck_after
        reasons = [
            f"{number}:{task.progress.trouble or 'stuck'}"
            for number, task in sorted(self._tasks.items())
            if task.progress.still_for() > slow
        ]
        if self._progress.still_for() > slow:
            reasons.append(self._progress.trouble or "kafka_away")
        return Verdict(not reasons, tuple(reasons))

    def ready(self) -> Verdict:
        """Whether it has joined its group, and every task was opened and restored."""
        if not self._joined:
            return Verdict(good=False, reasons=(self._progress.trouble or "joining",))
        closed = [number for number, task in sorted(self._tasks.items()) if not task.is_open]
        return Verdict(not closed, tuple(f"{number}:opening" for number in closed))

    async def _work(self, folder: StateFolder) -> None:
        tries = 0
        while True:
            try:
                await self._take_part(folder)
            except (KafkaError, Unavailable, TimeoutError, OSError) as error:
                self._progress.hindered(error, self._log, "worker_in_trouble")
                if self._joined:
                    tries = 0
                self._joined = False
                await asyncio.sleep(backoff(tries, self._settings.backoff_max))
                tries += 1

    async def _take_part(self, folder: StateFolder) -> None:
        """Be a member of the group, until something goes wrong with that."""
        settings = self._settings
        await check_partitions(settings.bootstrap, self._stage)
        session_ms = int(settings.session_timeout * 1000)
        member = AIOKafkaConsumer(
            bootstrap_servers=settings.bootstrap,
            client_id=self._stage.name,
            group_id=self._stage.name,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            # Partition n of every input goes to the same worker, as their counts are equal.
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // _HEARTBEATS_PER_SESSION,
            max_partition_fetch_bytes=1,
        )
        self._member = member
        self._shared = Shared(
            self._stage, settings, settings.clock(), self._metrics, folder, member.committed
        )
        member.subscribe(self._stage.inputs, listener=self)
        try:
            await member.start()
            while self._fault is None:
                # Returns nothing, as all is paused; raises what went wrong in the group.
                await member.getmany(timeout_ms=_POLL_MS)
            raise self._fault
        finally:
            await self._stop_tasks()
            await closed(member.stop())

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002 - its signature
        """Called by aiokafka before the group divides the partitions anew."""
        self._joined = False
        await self._stop_tasks()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by aiokafka when the group has divided the partitions."""
        assert self._shared is not None  # noqa: S101 - set before the group is joined
        places = set(assigned)
        self._member.pause(*places)
        topics = defaultdict(set)
        for place in places:
            topics[place.partition].add(place.topic)
        if any(found != set(self._stage.inputs) for found in topics.values()):
            self._fault = partitions_differ(self._stage)
            return
        self._tasks = {number: Task(self._shared, number) for number in sorted(topics)}
        self._metrics.tasks.set(len(self._tasks))
        self._joined = True
        self._progress.moved()
        self._log.info("partitions_assigned", partitions=sorted(topics))
        self._progress.freed(self._log, "worker_recovered")

    async def _stop_tasks(self) -> None:
        tasks, self._tasks = self._tasks, {}
        self._metrics.tasks.set(0)
        if tasks:
            await asyncio.gather(*(task.stop() for task in tasks.values()))
            self._log.info("partitions_released", partitions=sorted(tasks))

    async def _watch(self) -> None:
        """Measure the lag, and whether Kafka answers at all, a few times per `stuck_after`."""
        while True:
            await asyncio.sleep(self._settings.stuck_after / _MEASURES_PER_STUCK)
            await asyncio.gather(*(task.measure() for task in self._tasks.values()))
            if self._joined:
                with contextlib.suppress(KafkaError, TimeoutError, OSError):
                    async with asyncio.timeout(_PING_TIMEOUT):
                        await self._member.topics()
                    self._progress.moved()
