"""Publishes records for connectors and commands: acknowledged by every copy, or an error."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from ketensluis.closing import closed
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.kafka.asking import members
from ketensluis.kafka.limits import LARGEST_BATCH_BYTES
from ketensluis.model.record import Coordinates, Output

__all__ = ["Publisher", "Timed"]

Timed = tuple[Output, int]
"""A record and its time, in milliseconds since the epoch (UTC)."""

_IN_FLIGHT = 2_000
_LINGER_MS = 5
_LOOKS, _BETWEEN_LOOKS = 20, 0.2  # seconds


class Publisher:
    """An idempotent producer; usable as an async context.

    It is not transactional: after an error, or if the program dies, some of the records may
    be there. Whoever publishes again gives them the same ids, by which a repeat is known.
    Milliseconds of `linger_ms` gather records that come one by one; 0 where somebody waits.
    """

    def __init__(self, bootstrap: str, linger_ms: int = _LINGER_MS) -> None:
        self._bootstrap = bootstrap
        self._linger_ms = linger_ms
        self._producer: AIOKafkaProducer | None = None
        self._known: set[str] = set()

    async def __aenter__(self) -> Self:
        await members(self._bootstrap)
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            enable_idempotence=True,
            acks="all",
            linger_ms=self._linger_ms,
            max_request_size=LARGEST_BATCH_BYTES,
        )
        try:
            await producer.start()
        except (KafkaError, OSError) as error:
            await closed(producer.stop())
            raise self._unavailable(error) from error
        self._producer = producer
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._producer is not None:
            await closed(self._producer.stop())
            self._producer = None

    async def publish(self, outputs: Iterable[Output], *, timestamp_ms: int) -> list[Coordinates]:
        """Publish in order, all with one time; as `publish_timed`.

        `timestamp_ms` is the records' time, in milliseconds since the epoch (UTC).
        """
        return await self.publish_timed((output, timestamp_ms) for output in outputs)

    async def publish_timed(self, timed: Iterable[Timed]) -> list[Coordinates]:
        """Publish in order and wait until all are acknowledged; says where each one lies.

        There may be many: no more than 2,000 are in flight at a time.

        Raises:
            Refused: `too_large`, the topic takes no record of that size.
            KetensluisError: `unknown_topic`.
            Unavailable: `kafka_unavailable`; some of the records may be there.
        """
        placed: list[Coordinates] = []
        waiting = iter(timed)
        while batch := list(islice(waiting, _IN_FLIGHT)):
            placed += await self._publish(batch)
        return placed

    async def _publish(self, batch: list[Timed]) -> list[Coordinates]:
        if self._producer is None:
            raise RuntimeError("a Publisher is used inside `async with`")
        try:
            await self._learn(self._producer, {output.topic for output, _ in batch})
            sent = [await self._send(self._producer, *each) for each in batch]
            acknowledged = await asyncio.gather(*sent)
        except MessageSizeTooLargeError as error:
            raise Refused(
                "too_large",
                f"a record is larger than {LARGEST_BATCH_BYTES} bytes",
                "shorten its longest field",
            ) from error
        except (KafkaError, OSError) as error:
            raise self._unavailable(error) from error
        return [Coordinates(each.topic, each.partition, each.offset) for each in acknowledged]

    async def _send(
        self, producer: AIOKafkaProducer, output: Output, timestamp_ms: int
    ) -> asyncio.Future[RecordMetadata]:
        future: asyncio.Future[RecordMetadata] = await producer.send(
            output.topic,
            value=output.value,
            key=output.key,
            partition=output.partition,
            timestamp_ms=timestamp_ms,
            headers=list(output.headers),
        )
        return future

    async def _learn(self, producer: AIOKafkaProducer, topics: set[str]) -> None:
        """A topic that does not exist is told; aiokafka would look for it for 40 s.

        A broker hears of a new topic a moment after the controller has made it.
        """
        looks = 0
        while missing := sorted(topics - self._known):
            if looks == _LOOKS:
                raise KetensluisError(
                    "unknown_topic",
                    f"the topic {missing[0]} does not exist",
                    "sluis topics apply makes the topics of the chain",
                )
            if looks:
                await asyncio.sleep(_BETWEEN_LOOKS)
            self._known = (await producer.client.fetch_all_metadata()).topics()
            looks += 1

    def _unavailable(self, error: BaseException) -> Unavailable:
        return Unavailable(
            "kafka_unavailable",
            f"Apache Kafka at {self._bootstrap} cannot be written to: {type(error).__name__}",
            "see whether it is up, then publish again; what is there already is recognised",
        )
