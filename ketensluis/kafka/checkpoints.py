"""The journal's checkpoints as they lie on their topics, and who cosigned them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ketensluis.audit.heads import states
from ketensluis.avro.codec import Codec
from ketensluis.committed import FETCH_WAIT_MS, committed_reader
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.model.messages import Checkpoint

__all__ = ["checkpoints", "last_checkpoint"]

# Each checkpoint lies beside the marker of its transaction; aborted ones can be in between.
_TAIL = 16


async def last_checkpoint(bootstrap: str, topic: str, codec: Codec) -> Note | None:
    """The last checkpoint that was committed; None if there is none.

    Raises:
        KafkaError: Kafka is away.
        Refused: what lies there is no checkpoint.
    """
    async with _reading(bootstrap, topic) as reading:
        start = reading.end
        while start > reading.begin:
            until, start = start, max(reading.begin, start - _TAIL)
            if found := await reading.read(start, until):
                return _note(found[-1], codec)
    return None


async def checkpoints(
    bootstrap: str, topic: str, cosignatures: str, codec: Codec, keys: JournalKeys
) -> tuple[Note, ...]:
    """All checkpoints, oldest first, and what parties saw beside them, each with its lines.

    Raises:
        KafkaError: Kafka is away.
        Refused: what lies there is no checkpoint.
    """
    async with _reading(bootstrap, topic) as reading:
        found = [_note(each, codec) for each in await reading.read(reading.begin, reading.end)]
    async with _reading(bootstrap, cosignatures) as reading:
        seen = await reading.read(reading.begin, reading.end)
    return states(found, (each.value or b"" for each in seen), keys)


def _note(found: ConsumerRecord[bytes, bytes], codec: Codec) -> Note:
    return Note.parse(codec.decode(found.value or b"", Checkpoint).note)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The one partition of a topic, by a consumer that is given nothing else.

    One that is assigned something else just before it is stopped may never stop: aiokafka's
    fetcher then takes its own cancellation for that of a request (0.14).
    """

    consumer: AIOKafkaConsumer
    place: TopicPartition
    begin: int
    end: int

    async def read(self, start: int, until: int) -> list[ConsumerRecord[bytes, bytes]]:
        """The records from one offset to before the other."""
        read: list[ConsumerRecord[bytes, bytes]] = []
        if start == until:
            return read
        self.consumer.seek(self.place, start)
        while await self.consumer.position(self.place) < until:
            found = await self.consumer.getmany(self.place, timeout_ms=FETCH_WAIT_MS)
            read += [each for each in found.get(self.place, ()) if each.offset < until]
        return read


@asynccontextmanager
async def _reading(bootstrap: str, topic: str) -> AsyncIterator[_Reading]:
    place = TopicPartition(topic, 0)
    async with committed_reader(bootstrap) as consumer:
        begin = (await consumer.beginning_offsets([place]))[place]
        end = (await consumer.end_offsets([place]))[place]
        consumer.assign([place])
        consumer.seek(place, begin)
        yield _Reading(consumer, place, begin, end)
