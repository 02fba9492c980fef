"""Has a stage decide on the records of one transaction, in order, without holding up the loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack

from ketensluis.errors import Refused
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.batch import Batch, Report
from ketensluis.runtime.reread import Rereader, open_rereader
from ketensluis.runtime.stage import Stage

__all__ = ["Deciding"]

# The loop gets its turn (heartbeats, health) at least so often while records are processed.
_SLICE = 0.02


class Deciding:
    """The deciding of one task: the records of its partition number, and those they refer to.

    What it opens is closed by `stack`.
    """

    def __init__(
        self,
        stage: Stage,
        partition: int,
        bootstrap: str,
        stored: Callable[[bytes], bytes | None],
        *,
        largest: Callable[[Record], int],
        report: Report,
        stack: AsyncExitStack,
    ) -> None:
        self._stage = stage
        self._partition = partition
        self._bootstrap = bootstrap
        self._stored = stored
        self._largest = largest
        self._report = report
        self._stack = stack
        self._rereader: Rereader | None = None

    async def decide(self, records: Iterable[Record]) -> Batch:
        """What these records lead to.

        Raises:
            Unavailable: what the stage needs is away; the records are to be tried again.
            KafkaError, TimeoutError: a record that another refers to cannot be read.
        """
        batch = Batch(self._stage, self._stored, largest=self._largest, report=self._report)
        slice_began = time.monotonic()
        for record in records:
            try:
                wanted = batch.refers_to(record)
                referred = None if wanted is None else await self._reread(wanted)
            except Refused as error:
                batch.refuse(record, error)
            else:
                batch.take(record, referred)
            if time.monotonic() - slice_began > _SLICE:
                await asyncio.sleep(0)
                slice_began = time.monotonic()
        for _ in batch.close():
            if time.monotonic() - slice_began > _SLICE:
                await asyncio.sleep(0)
                slice_began = time.monotonic()
        return batch

    async def _reread(self, wanted: Coordinates) -> Record:
        if wanted.topic not in self._stage.inputs or wanted.partition != self._partition:
            raise Refused(
                "record_foreign",
                f"{wanted} is not on an input of this stage with the same partition number",
                "refer to a record of this incident",
            )
        if self._rereader is None:
            self._rereader = await self._stack.enter_async_context(open_rereader(self._bootstrap))
        return await self._rereader.read(wanted)
