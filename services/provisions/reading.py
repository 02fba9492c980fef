"""Brings the register up to what lies on the topic now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from ketensluis.kafka.cluster import partitions
from ketensluis.kafka.scan import Span, scan
from ketensluis.model.record import Record
from services.provisions.projection import Moved, Register

__all__ = ["catch_up"]

_BATCH = 1_000


async def catch_up(register: Register, bootstrap: str) -> int:
    """Take in all that was committed by now; how many records that was.

    Raises:
        Unavailable: Kafka does not answer.
        KetensluisError: the topic was not made, or `records_gone`: it lost what was not read.
        SQLAlchemyError: the database did not take it.
    """
    count = 0
    while True:
        with contextlib.suppress(Moved):  # another worker was first: from where it stands now
            async for taken in _taken(register, bootstrap):
                count += taken
            return count


async def _taken(register: Register, bootstrap: str) -> AsyncIterator[int]:
    at = await asyncio.to_thread(register.positions)
    counts = await partitions(bootstrap, [register.topic])
    spans = [Span(register.topic, n, at.get(n)) for n in range(counts[register.topic])]
    batch: list[Record] = []
    async with contextlib.aclosing(scan(bootstrap, spans)) as found:
        async for record in found:
            batch.append(record)
            if len(batch) == _BATCH:
                at |= await asyncio.to_thread(register.apply, batch, at)
                yield len(batch)
                batch = []
    if batch:
        await asyncio.to_thread(register.apply, batch, at)
        yield len(batch)
