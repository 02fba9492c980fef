"""A tracker as it runs: Faust gives it partitions, a table with a changelog, and its events."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from ketensluis.errors import KetensluisError
from ketensluis.kafka.cluster import existing
from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.party import HUB
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.resources import resource
from ketensluis.runtime.ending import ended
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.patience import backoff, when_there
from ketensluis.runtime.progress import Progress
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.state import StateFolder
from ketensluis.runtime.wiring import post_of
from services.tracker.faust_app import faust_app
from services.tracker.folding import Folding
from services.tracker.handler import Handler
from services.tracker.metrics import TrackerMetrics
from services.tracker.names import Names
from services.tracker.outbox import Outbox
from services.tracker.partitions import Partitions
from services.tracker.process import Tracking
from services.tracker.shelf import Shelf

__all__ = ["Tracker"]


class Tracker:
    """One member of the group `tracker`; `run` returns after `stop`, or raises what is fatal.

    At least once: the fold makes a repeat harmless (`ketensluis.ledger.fold`).
    """

    def __init__(
        self, settings: Settings, clocks_file: Path | None = None, names: Names | None = None
    ) -> None:
        self._settings = settings
        self._names = names or Names()
        self._clocks_file = clocks_file or resource("reference") / "clocks.yaml"
        self._metrics = TrackerMetrics()
        self._progress = Progress()
        self._log = structlog.get_logger()
        self._stopping = asyncio.Event()
        self._outbox = Outbox(settings.bootstrap)
        self._handler: Handler
        self._partitions: Partitions | None = None
        self.health = HealthServer(self._metrics.registry, healthy=self.healthy, ready=self.ready)

    @property
    def handled(self) -> int:
        """How many records were handled since it started."""
        return self._metrics.handled

    def stop(self) -> None:
        """Ask it to commit what is done and leave the group."""
        self._stopping.set()

    def healthy(self) -> Verdict:
        """Whether committed offsets move where there is work."""
        if self._progress.still_for() <= self._settings.stuck_after:
            return Verdict(good=True)
        return Verdict(good=False, reasons=(self._progress.trouble or "stuck",))

    def ready(self) -> Verdict:
        """Whether it has partitions, and their table was restored."""
        ready = self._partitions is not None and self._partitions.ready
        return Verdict(good=ready, reasons=() if ready else ("restoring",))

    async def run(self) -> None:
        """Run until `stop`.

        A Kafka that is away at the start is waited for, as the stages do.

        Raises:
            KetensluisError: keys, schemas or clocks are not sound, or the topics are missing.
            Unavailable: the registry does not answer at the start, or Kafka until `stop`.
        """
        settings = self._settings
        topics = await when_there(
            lambda: existing(settings.bootstrap), settings.backoff_max, self._stopping
        )
        events = topics.get(self._names.events)
        if events is None:
            raise KetensluisError(
                "unknown_topic",
                f"the topic {self._names.events} is not there",
                "sluis topics apply makes the topics of the chain",
            )
        folder = StateFolder(settings.home, self._names.group)
        try:
            partitions = self._parts(folder.path, events.partitions, events.replication)
            self._partitions = partitions
            await when_there(self._outbox.start, settings.backoff_max, self._stopping)
            await self.health.start(settings.http_host, settings.http_port)
            self._log.info(
                "worker_started", host=settings.http_host, port=self.health.port, pid=os.getpid()
            )
            await self._until_stopped(partitions)
        finally:
            self._partitions = None
            await self._outbox.stop(settings.stop_timeout)
            await self.health.stop()
            folder.close()
            self._log.info("worker_stopped")

    async def _until_stopped(self, partitions: Partitions) -> None:
        app = partitions.app
        tasks = [
            asyncio.create_task(work)
            for work in (
                app.start(),
                self._stopping.wait(),
                app.wait_until_stopped(),
                partitions.tick(),
                partitions.watch(),
            )
        ]
        start, stopping, *lasting = tasks
        try:
            waiting = {stopping, *lasting, start}
            while not stopping.done() and waiting & set(lasting) == set(lasting):
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    await each
        finally:
            await ended(tasks)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.stop_timeout):
                    await app.stop()
        if not stopping.done() or stopping.cancelled():
            crash = getattr(app, "crash_reason", None)
            raise KetensluisError(
                "tracker_crashed",
                f"the tracker stopped by itself ({type(crash).__name__})",
                "start it again: it goes on where its offsets were committed",
            ) from crash

    def _parts(self, folder: Path, count: int, replication: int) -> Partitions:
        """Faust's application, with all that is hung into it; `count` partitions of events."""
        settings = self._settings
        made = faust_app(settings, self._names, folder, count, replication)
        data = load(self._clocks_file)
        post = post_of(settings, HUB, "tracker")
        tracking = Tracking(Clocks(data))
        self._handler = Handler(
            tracking=tracking,
            folding=Folding(tracking, post.codec),
            fingerprint=hashlib.sha256(data.model_dump_json().encode()).digest()[:8],
            sealer=post.sealer,
            clock=settings.clock(),
            outbox=self._outbox,
            shelf=Shelf(made.table),
            names=self._names,
            metrics=self._metrics,
        )
        made.transport.on_records = self._handled
        made.transport.before_commit = self._outbox.settle
        made.transport.on_committed = self._progress.moved
        partitions = Partitions(
            made.app, self._names.events, self._handler, self._metrics, self._progress,
            settings.stuck_after,
        )  # fmt: skip
        made.app.on_partitions_revoked.connect(partitions.revoked, weak=False)
        made.table.on_recover(partitions.restored)
        return partitions

    async def _handled(self, messages: Sequence[Any]) -> None:
        """Handle them, however often that takes: none is dropped or passed over."""
        records = [_record(each) for each in messages]
        tries = 0
        while True:
            try:
                await self._handler.records(records)
            except Exception as error:  # noqa: BLE001 - whatever it is, what follows must wait
                self._progress.trouble = getattr(error, "code", "not_sent")
                if not tries:
                    self._log.warning(
                        "worker_in_trouble",
                        code=self._progress.trouble,
                        error=type(error).__name__,
                        record=str(records[0].coordinates),
                    )
                await asyncio.sleep(backoff(tries, self._settings.backoff_max))
                tries += 1
            else:
                self._progress.trouble = None
                return


def _record(message: Any) -> Record:
    return Record(
        Coordinates(message.topic, message.partition, message.offset),
        message.key,
        message.value,
        tuple(message.headers or ()),
        int((message.timestamp or 0) * 1000),
    )
