"""A tracker as it runs: Faust gives it partitions, a table with a changelog, and its events."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.types import TP

from ketensluis.errors import KetensluisError
from ketensluis.kafka.cluster import existing
from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.party import HUB
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.resources import resource
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
from services.tracker.process import Tracking
from services.tracker.shelf import Shelf
from services.tracker.transport import SafeConsumer

__all__ = ["Tracker"]


_TICK_SECONDS = 0.2
_AT_ONCE = 500
_WATCHES_PER_STUCK = 10


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
        self._ready = False
        self._mine: frozenset[int] = frozenset()
        self._outbox = Outbox(settings.bootstrap)
        self._faust: faust.App
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
        return Verdict(good=self._ready, reasons=() if self._ready else ("restoring",))

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
            app = self._faust = self._app(folder.path, events.partitions, events.replication)
            await when_there(self._outbox.start, settings.backoff_max, self._stopping)
            await self.health.start(settings.http_host, settings.http_port)
            self._log.info(
                "worker_started", host=settings.http_host, port=self.health.port, pid=os.getpid()
            )
            await self._until_stopped(app)
        finally:
            self._ready = False
            await self._outbox.stop(settings.stop_timeout)
            await self.health.stop()
            folder.close()
            self._log.info("worker_stopped")

    async def _until_stopped(self, app: faust.App) -> None:
        tasks = [
            asyncio.create_task(work)
            for work in (
                app.start(),
                self._stopping.wait(),
                app.wait_until_stopped(),
                self._tick(app),
                self._watch(app),
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
            for each in tasks:
                each.cancel()
            await asyncio.wait(tasks)
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

    def _app(self, folder: Path, partitions: int, replication: int) -> faust.App:
        settings = self._settings
        made = faust_app(settings, self._names, folder, partitions, replication)
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
        made.app.on_partitions_revoked.connect(self._revoked, weak=False)
        made.table.on_recover(lambda: self._restored(made.app))
        return made.app

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

    async def _revoked(self, _app: Any, /, *told: Any, **_options: Any) -> None:
        revoked: Iterable[TP] = told[0] if told else ()
        self._ready = False
        for partition in self._mine:  # another worker tells of it from here on
            self._metrics.lag.labels("tracker", str(partition)).set(0)
        self._mine = frozenset()
        self._handler.restored(())
        _consumer(self._faust).fetched.clear()
        self._log.info("partitions_released", partitions=sorted({tp.partition for tp in revoked}))

    async def _restored(self, app: faust.App) -> None:
        self._mine = frozenset(
            tp.partition for tp in app.consumer.assignment() if tp.topic == self._names.events
        )
        self._handler.restored(self._mine)
        self._ready = True
        self._progress.moved()
        self._log.info("partitions_assigned", partitions=sorted(self._mine))

    async def _tick(self, app: faust.App) -> None:
        """Look at what the passing of time has made due."""
        still: dict[int, int | None] = {}
        while True:
            looked = 0
            for partition in sorted(self._mine) if self._ready else ():
                at = await self._at_end(app, partition)
                # Twice at the same place: on its way from the thread that fetches to this one
                # a record is nowhere to be seen.
                caught_up = at is not None and still.get(partition) == at
                still[partition] = at
                try:
                    looked = max(looked, await self._handler.moments(
                        partition, caught_up=caught_up, most=_AT_ONCE
                    ))  # fmt: skip
                except (KafkaError, KetensluisError) as error:
                    self._log.warning(
                        "clocks_in_trouble",
                        code=getattr(error, "code", None),
                        sentence=getattr(error, "sentence", None),
                        error=type(error).__name__,
                    )
            self._metrics.late.set(self._handler.late())
            self._metrics.waiting.set(self._handler.waiting())
            await asyncio.sleep(0 if looked == _AT_ONCE else _TICK_SECONDS)

    async def _at_end(self, app: faust.App, partition: int) -> int | None:
        """The position, if every committed record before it was handled and it is the end."""
        place = TP(self._names.events, partition)
        if app.rebalancing:
            return None
        consumer = _consumer(app)
        position, end = await consumer.position(place), consumer.last_stable_offset(place)
        if position is None or end is None or position < end:
            return None
        # Not the position, which also passes over what is no record, such as an aborted one.
        fetched = consumer.fetched.get(place, 0)
        return position if self._handler.handled.get(partition, 0) >= fetched else None

    async def _watch(self, app: faust.App) -> None:
        """Measure the lag; having nothing to do counts as progress."""
        while True:
            await asyncio.sleep(self._settings.stuck_after / _WATCHES_PER_STUCK)
            if not self._ready or app.rebalancing:
                continue
            lag = 0
            for partition in self._mine:
                place = TP(self._names.events, partition)
                position = await app.consumer.position(place) or 0
                behind = max(0, (_consumer(app).last_stable_offset(place) or 0) - position)
                self._metrics.lag.labels("tracker", str(partition)).set(behind)
                lag += behind
            if lag == 0 and not app.consumer.unacked:
                self._progress.moved()
            age = self._progress.still_for()
            self._metrics.progress.set(time.time() - age)


def _consumer(app: faust.App) -> SafeConsumer:
    return cast("SafeConsumer", app.consumer)


def _record(message: Any) -> Record:
    return Record(
        Coordinates(message.topic, message.partition, message.offset),
        message.key,
        message.value,
        tuple(message.headers or ()),
        int((message.timestamp or 0) * 1000),
    )
