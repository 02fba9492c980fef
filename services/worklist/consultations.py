"""Puts on record who was shown what, before it is shown (Wpg art. 32a): no record, no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import TimeoutError as TookTooLongError
from typing import Protocol

from ketensluis.envelope.mail import Sealer
from ketensluis.errors import Unavailable
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.party import PROCESSING_LOG
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.record import Output
from ketensluis.runtime.clock import milliseconds

__all__ = ["Consultations", "OnTopic"]

_SECONDS = 10.0


class Consultations(Protocol):
    """Where consultations are put on record."""

    def confirm(self, records: Sequence[ProcessingRecord]) -> None:
        """Return when all of them are on record.

        Raises:
            Unavailable: they are not, or it is not known; nothing may be shown.
        """
        ...


class OnTopic:
    """On Kafka's topic, acknowledged by every copy; called from the threads of requests.

    Every record lies under its incident's key, so after that of the incident's persons.
    """

    def __init__(self, bootstrap: str, sealer: Sealer, topic: str = PROCESSING_LOG) -> None:
        self._bootstrap = bootstrap
        self._sealer = sealer
        self._topic = topic
        self._loop: asyncio.AbstractEventLoop | None = None
        self._publisher: Publisher | None = None
        self._opening = asyncio.Lock()

    def start(self) -> None:
        """Work in the loop that is running now."""
        self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Close the connection to Kafka."""
        await self._close()

    def confirm(self, records: Sequence[ProcessingRecord]) -> None:
        """Put them on the topic, and return when Kafka has acknowledged them.

        Raises:
            Unavailable: `kafka_unavailable`, `log_away`.
            KetensluisError: `unknown_topic`.
        """
        if not records:
            return
        if self._loop is None:
            raise _away()
        outputs = [self._output(each) for each in records]
        at = milliseconds(records[0].started_at)
        publishing = asyncio.run_coroutine_threadsafe(self._publish(outputs, at), self._loop)
        try:
            publishing.result(_SECONDS)
        except TookTooLongError as error:
            publishing.cancel()
            raise _away() from error

    def _output(self, record: ProcessingRecord) -> Output:
        return self._sealer.plain(
            record,
            topic=self._topic,
            key=record.incident_id,
            subject=record.incident_id,
            at=record.started_at,
        )

    async def _publish(self, outputs: Sequence[Output], timestamp_ms: int) -> None:
        async with self._opening:
            if self._publisher is None:
                self._publisher = await Publisher(self._bootstrap, linger_ms=0).__aenter__()
        try:
            await self._publisher.publish(outputs, timestamp_ms=timestamp_ms)
        except Unavailable:
            await self._close()  # the next one begins anew
            raise

    async def _close(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            await publisher.__aexit__(None, None, None)


def _away() -> Unavailable:
    return Unavailable(
        "log_away",
        "nobody can be shown anything: the log of consultations did not confirm in time",
        "see whether Apache Kafka is up, then ask again",
    )
