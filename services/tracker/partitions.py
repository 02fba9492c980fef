"""The partitions that a tracker has: which they are, how far they were read, and what time does.

Faust gives partitions and takes them away; in between the clock is looked at for each of them, and
how far it lies behind is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.types import TP

from ketensluis.errors import KetensluisError
from ketensluis.runtime.progress import Progress
from services.tracker.handler import Handler
from services.tracker.metrics import TrackerMetrics
from services.tracker.transport import SafeConsumer

__all__ = ["Partitions"]

_AT_ONCE = 500
_TICK_SECONDS = 0.2
_WATCHES_PER_STUCK = 10


@dataclass
class Partitions:
    """Those of the events' topic `events` that this worker has; `ready` once they are restored."""

    app: faust.App
    events: str
    handler: Handler
    metrics: TrackerMetrics
    progress: Progress
    stuck_after: float
    ready: bool = False
    mine: frozenset[int] = frozenset()
    _log: Any = field(default_factory=structlog.get_logger)

    async def revoked(self, _app: Any, /, *told: Any, **_options: Any) -> None:
        """All of them are taken away; who gets them restores what was kept of them."""
        revoked: Iterable[TP] = told[0] if told else ()
        self.ready = False
        for partition in self.mine:  # another worker tells of it from here on
            self.metrics.lag.remove("tracker", str(partition))
        self.mine = frozenset()
        await self.handler.released()
        self._consumer.forget()
        self._log.info("partitions_released", partitions=sorted({tp.partition for tp in revoked}))

    async def restored(self) -> None:
        """The table of those that were assigned is restored."""
        self.mine = frozenset(
            tp.partition for tp in self.app.consumer.assignment() if tp.topic == self.events
        )
        self.handler.restored(self.mine)
        self.ready = True
        self.progress.moved()
        self._log.info("partitions_assigned", partitions=sorted(self.mine))

    async def tick(self) -> None:
        """Look at what the passing of time has made due."""
        while True:
            looked = 0
            for partition in sorted(self.mine) if self.ready else ():
                try:
                    found = await self.handler.moments(partition, self._at_end, most=_AT_ONCE)
                    looked = max(looked, found)
                except (KafkaError, KetensluisError) as error:
                    self._log.warning(
                        "clocks_in_trouble",
                        code=getattr(error, "code", None),
                        sentence=getattr(error, "sentence", None),
                        error=type(error).__name__,
                    )
            self.metrics.late.set(self.handler.late())
            self.metrics.waiting.set(self.handler.waiting())
            await asyncio.sleep(0 if looked == _AT_ONCE else _TICK_SECONDS)

    async def watch(self) -> None:
        """Measure the lag; having nothing to do counts as progress."""
        while True:
            await asyncio.sleep(self.stuck_after / _WATCHES_PER_STUCK)
            if not self.ready or self.app.rebalancing:
                continue
            at_end = True
            for partition in self.mine:
                place = TP(self.events, partition)
                behind = await self._consumer.behind(place)
                if partition in self.mine and behind is not None:
                    self.metrics.lag.labels("tracker", str(partition)).set(behind)
                handled = self.handler.handled.get(partition, 0)
                at_end = at_end and await self._at_end(partition, handled)
            if at_end and not self.app.consumer.unacked:
                self.progress.moved()
            age = self.progress.still_for()
            self.metrics.progress.set(time.time() - age)

    @property
    def _consumer(self) -> SafeConsumer:
        return cast("SafeConsumer", self.app.consumer)

    async def _at_end(self, partition: int, handled: int) -> bool:
        place = TP(self.events, partition)
        return not self.app.rebalancing and await self._consumer.at_end(place, handled)
