"""Reads what lies on topics now, to its end: committed records only, one partition at a time.

The end is the last stable offset at the moment of asking: records of transactions that are
still open lie beyond it. Offsets that hold no record for a reader (transaction markers,
aborted records, what compaction removed) are passed over, also where they are the last ones.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from ketensluis.committed import FETCH_WAIT_MS, committed_reader, record_of
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.kafka.answering import away
from ketensluis.kafka.cluster import partitions
from ketensluis.kafka.offsets import track
from ketensluis.model.record import Coordinates, Record

__all__ = ["Span", "read_one", "scan"]

_BATCH = 500
# Nothing at all from a partition whose end is not reached: its leader is away, or worse.
# Stopping there as if it were the end would lose records in silence.
_STALLED_SECONDS = 30.0
_NEVER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a partition: from offset `start` (or its beginning) until before `end`."""

    topic: str
    partition: int
    start: int | None = None
    end: int | None = None


async def scan(
    bootstrap: str, what: str | Iterable[str | Span], *, since_ms: int | None = None
) -> AsyncGenerator[Record, None]:
    """The records of topics and spans in the given order, each topic's partitions in theirs.

    Who leaves the loop early wraps it in `contextlib.aclosing`, so that the connection closes.

    Args:
        bootstrap: `host:port` of the cluster.
        what: a topic, or several topics or spans.
        since_ms: leave out what has an earlier timestamp (milliseconds since the epoch, UTC).

    Raises:
        KetensluisError: `unknown_topic`; `records_gone`, a span begins before what is kept.
        Unavailable: `kafka_unavailable`.
    """
    spans = await _spans(bootstrap, [what] if isinstance(what, str) else list(what))
    async with _consumer(bootstrap) as consumer:
        for reading in await _readings(consumer, spans, since_ms):
            while not reading.done:
                for record in await reading.more():
                    # Timestamps need not ascend: an older record may follow a younger one.
                    if since_ms is None or record.timestamp_ms >= since_ms:
                        yield record


async def read_one(bootstrap: str, coordinates: Coordinates) -> Record:
    """The committed record that lies there.

    Raises:
        Refused: `record_gone`, no committed record lies there (any more).
        Unavailable: `kafka_unavailable`.
    """
    at = Span(coordinates.topic, coordinates.partition, coordinates.offset, coordinates.offset + 1)
    # No `records_gone` for an offset before what is kept: it is this one record that is gone.
    with contextlib.suppress(_RecordsGoneError):
        async with contextlib.aclosing(scan(bootstrap, [at])) as found:
            async for record in found:
                return record
    raise Refused(
        "record_gone",
        f"{coordinates} holds no committed record",
        "it was deleted, or never committed: ask its sender for it",
    )


class _RecordsGoneError(KetensluisError):
    """A span begins before the first record that is kept."""


async def _spans(bootstrap: str, what: list[str | Span]) -> list[Span]:
    names = dict.fromkeys(one if isinstance(one, str) else one.topic for one in what)
    counts = await partitions(bootstrap, names) if names else {}
    return [
        span
        for one in what
        for span in (
            [Span(one, number) for number in range(counts[one])] if isinstance(one, str) else [one]
        )
    ]


class _Reading:
    """The reading of one partition's offsets from `start` until before `end`."""

    def __init__(
        self, consumer: AIOKafkaConsumer, place: TopicPartition, start: int, end: int
    ) -> None:
        self._consumer = consumer
        self._place = place
        self._reached = start
        self._end = end
        self._moved_at = 0.0

    @property
    def done(self) -> bool:
        return self._reached >= self._end

    def _begin(self) -> None:
        self._consumer.assign([self._place])
        self._consumer.seek(self._place, self._reached)
        self._moved_at = asyncio.get_running_loop().time()

    async def more(self) -> list[Record]:
        """The next few hundred records, or none where markers or nothing came."""
        if not self._moved_at:
            self._begin()
        found = await self._consumer.getmany(
            self._place, timeout_ms=FETCH_WAIT_MS, max_records=_BATCH
        )
        before, self._reached = self._reached, await self._consumer.position(self._place)
        now = asyncio.get_running_loop().time()
        if self._reached > before:
            self._moved_at = now
        elif now > self._moved_at + _STALLED_SECONDS:
            raise Unavailable(
                "kafka_unavailable",
                f"{self._place.topic}[{self._place.partition}] gives nothing at offset {before}",
                "see whether its leader is up, then try again",
            )
        return [record_of(one) for one in found.get(self._place, ()) if one.offset < self._end]


async def _readings(
    consumer: AIOKafkaConsumer, spans: list[Span], since_ms: int | None
) -> list[_Reading]:
    """What there is to read, by one question for all partitions: all end at one moment."""
    places = [TopicPartition(span.topic, span.partition) for span in spans]
    track(consumer, places)
    firsts = await consumer.beginning_offsets(places)
    # For a read_committed consumer this is the last stable offset.
    ends = await consumer.end_offsets(places)
    since = await _since(consumer, places, since_ms)
    readings = []
    for span, place in zip(spans, places, strict=True):
        if span.start is not None and span.start < firsts[place]:
            raise _RecordsGoneError(
                "records_gone",
                f"{span.topic}[{span.partition}] is kept from offset {firsts[place]}, "
                f"not from {span.start}",
                "begin later, or look in an archive",
            )
        start = max(firsts[place], span.start or 0, since.get(place, 0))
        end = ends[place] if span.end is None else min(span.end, ends[place])
        if start < end:
            readings.append(_Reading(consumer, place, start, end))
    return readings


async def _since(
    consumer: AIOKafkaConsumer, places: list[TopicPartition], since_ms: int | None
) -> dict[TopicPartition, int]:
    """The first offset of each partition whose timestamp is not earlier."""
    if since_ms is None or not places:
        return {}
    found = await consumer.offsets_for_times(dict.fromkeys(places, since_ms))
    return {place: _NEVER if at is None else at.offset for place, at in found.items()}


@contextlib.asynccontextmanager
async def _consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    try:
        async with committed_reader(bootstrap) as consumer:
            yield consumer
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError too
        raise away(bootstrap, error) from error
