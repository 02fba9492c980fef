"""What the tracker sends: taken without waiting, and known to be on Kafka before a commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka.structs import RecordMetadata

from ketensluis.model.record import Output

__all__ = ["Outbox"]

Send = Callable[..., Awaitable[Awaitable[RecordMetadata]]]
_TIDY_AT = 20_000


class Outbox:
    """Sends by the given function, and remembers what Kafka has not acknowledged yet."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._pending: list[asyncio.Future[Any]] = []

    async def put(self, output: Output, timestamp: float) -> asyncio.Future[RecordMetadata]:
        """Hand a record over; the future is done when Kafka has it.

        Args:
            output: what to send.
            timestamp: of the record, in seconds since the epoch.

        Raises:
            faust.exceptions.ProducerSendError: Kafka does not take it now.
        """
        taken = await self._send(
            topic=output.topic,
            key=output.key,
            value=output.value,
            partition=output.partition,
            timestamp=timestamp,
            headers=list(output.headers),
        )
        future = asyncio.ensure_future(taken)
        self._pending.append(future)
        if len(self._pending) > _TIDY_AT:
            await self.settle()
        return future

    async def settle(self) -> None:
        """Wait until Kafka has everything that was put so far.

        Raises:
            Exception: what went wrong with any of it; the events must be handled again.
        """
        pending, self._pending = self._pending, []
        for future in pending:
            await future
