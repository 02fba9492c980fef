"""The log in the hands of the member that has it: opened, added to, and opened anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from aiokafka.errors import KafkaError, ProducerFenced

from ketensluis.errors import Unavailable
from ketensluis.journal.notes import Note
from ketensluis.runtime.ending import ended
from ketensluis.runtime.metrics import TaskMetrics
from ketensluis.runtime.patience import paused
from ketensluis.runtime.progress import Progress
from services.journal.names import GROUP
from services.journal.sequencer import Log, Sequencer, open_sequencer

__all__ = ["Keeping"]

_FIRST_BACKOFF = 0.2
# Time for the group to give the log to another, before a fenced one asks for it back.
_FENCED_BACKOFF = 3.0


class Keeping:
    """Adds to the log until it is stopped; after any doubt, it closes it and opens it anew."""

    def __init__(
        self,
        log: Log,
        progress: Progress,
        metrics: TaskMetrics,
        *,
        moved: Callable[[], None],
        grown: Callable[[int], None],
    ) -> None:
        self._log = log
        self._progress = progress
        self._metrics = metrics
        self._moved = moved
        self._grown = grown
        self._sequencer: Sequencer | None = None
        self._release = asyncio.Event()
        self._work = asyncio.create_task(self._keep(), name=GROUP)

    @property
    def is_open(self) -> bool:
        """Whether the log was brought up to date, and it takes records."""
        return self._sequencer is not None

    def check(self) -> None:
        """See that it goes on.

        Raises:
            KetensluisError: `journal_broken`, which no waiting heals.
        """
        if self._work.done():
            self._work.result()

    async def stop(self) -> None:
        """Finish the batch in hand if there is time, abort it if not."""
        self._release.set()
        await asyncio.wait([self._work], timeout=self._log.settings.stop_timeout)
        await ended([self._work])
        self._metrics.lag.set(0)  # another tells of it from here on

    async def measure(self) -> None:
        """Measure the lag; having nothing to do counts as progress."""
        if (opened := self._sequencer) is not None:
            behind = await opened.behind()
            self._metrics.lag.set(behind)
            if behind == 0:
                self._moved()

    def show_cosigned(self, note: Note) -> None:
        """Show a state that enough witnesses have seen."""
        if self.is_open:
            self._log.folder.show_cosigned(note)

    async def _keep(self) -> None:
        tries = 0
        while not self._release.is_set():
            try:
                async with open_sequencer(self._log, self._moved) as opened:
                    self._sequencer = opened
                    while not self._release.is_set():
                        if await opened.step():
                            tries = 0
                            self._moved()
                            self._grown(opened.size)
            except (KafkaError, Unavailable, TimeoutError, OSError) as error:
                self._progress.hindered(error, structlog.get_logger(), "task_in_trouble")
                first = _FENCED_BACKOFF if isinstance(error, ProducerFenced) else _FIRST_BACKOFF
                await paused(self._release, tries, self._log.settings.backoff_max, first)
                tries += 1
            finally:
                self._sequencer = None
