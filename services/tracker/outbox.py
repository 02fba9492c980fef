"""What the tracker sends: handed over in batches, and known to be on Kafka before a commit."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from ketensluis.closing import closed
from ketensluis.errors import Unavailable
from ketensluis.model.record import Output
from ketensluis.runtime.sending import BATCH_BYTES, Sent, by_partition, send

__all__ = ["Outbox"]

# A batch that Kafka did not take for so long fails the commit, and with it the worker.
_PATIENCE_MS = 1_200_000


class Outbox:
    """An idempotent producer that remembers what Kafka has not acknowledged yet.

    Not transactional: what is sent twice after a crash has the same id or the same key.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._pending: list[Sent] = []
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect.

        Raises:
            Unavailable: `kafka_unavailable`.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=_PATIENCE_MS,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await closed(producer.stop())
            raise Unavailable(
                "kafka_unavailable",
                f"Apache Kafka at {self._bootstrap} cannot be written to: {type(error).__name__}",
                "see whether it is up, then start the tracker again",
            ) from error
        self._producer = producer

    async def stop(self, seconds: float) -> None:
        """Let go; what Kafka does not take within that time is sent again after a restart."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(seconds):
                    await closed(producer.stop())

    async def send(self, outputs: Sequence[Output], timestamp_ms: int) -> list[Sent]:
        """Hand records over, with that time (milliseconds since the epoch, UTC).

        Raises:
            KafkaError, Unavailable: Kafka does not take them now; some may have been taken.
        """
        if self._producer is None:
            raise ProducerClosed
        grouped = await by_partition(self._producer, outputs)
        sent = await send(self._producer, grouped, timestamp_ms)
        self._pending = [each for each in self._pending if not _arrived(each)] + sent
        return sent

    async def settle(self) -> None:
        """Wait until Kafka has everything that was sent so far.

        Raises:
            Exception: what went wrong with any of it; the events must be handled again.
        """
        pending, self._pending = self._pending, []
        for each in pending:
            await each.future


def _arrived(sent: Sent) -> bool:
    done = sent.future
    return done.done() and not done.cancelled() and done.exception() is None
