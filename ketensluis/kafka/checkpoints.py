"""The journal's checkpoints as they lie on their topics, and who cosigned them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ketensluis.avro.codec import Codec
from ketensluis.journal.notes import Note
from ketensluis.model.messages import Checkpoint
from ketensluis.runtime.reread import record_of

__all__ = ["checkpoints", "last_checkpoint"]

_FETCH_WAIT_MS = 100
# Each checkpoint lies beside the marker of its transaction; aborted ones can be in between.
_TAIL = 16


async def last_checkpoint(bootstrap: str, topic: str, codec: Codec) -> Note | None:
    """The last checkpoint that was committed; None if there is none.

    Raises:
        KafkaError: Kafka is away.
        Refused: what lies there is no checkpoint.
    """
    place = TopicPartition(topic, 0)
    async with _reading(bootstrap) as consumer:
        begin, end = await _bounds(consumer, place)
        start = end
        while start > begin:
            until, start = start, max(begin, start - _TAIL)
            found = await _read(consumer, place, start, until)
            if found:
                return _note(found[-1], codec)
    return None


async def checkpoints(
    bootstrap: str, topic: str, cosignatures: str, codec: Codec
) -> tuple[Note, ...]:
    """All checkpoints, oldest first, each with the lines that came in for it; none verified.

    Raises:
        KafkaError: Kafka is away.
        Refused: what lies there is no checkpoint.
    """
    async with _reading(bootstrap) as consumer:
        notes = {note.text: note for note in [
            _note(each, codec) for each in await _all(consumer, TopicPartition(topic, 0))
        ]}  # fmt: skip
        for each in await _all(consumer, TopicPartition(cosignatures, 0)):
            cosigned = Note.parse((each.value or b"").decode(errors="replace"))
            if cosigned.text in notes:
                notes[cosigned.text] = notes[cosigned.text].with_lines(cosigned.lines)
    return tuple(notes.values())


def _note(found: ConsumerRecord[bytes, bytes], codec: Codec) -> Note:
    return Note.parse(codec.decode(record_of(found).value or b"", Checkpoint).note)


async def _all(
    consumer: AIOKafkaConsumer, place: TopicPartition
) -> list[ConsumerRecord[bytes, bytes]]:
    return await _read(consumer, place, *await _bounds(consumer, place))


async def _read(
    consumer: AIOKafkaConsumer, place: TopicPartition, start: int, until: int
) -> list[ConsumerRecord[bytes, bytes]]:
    consumer.assign([place])
    consumer.seek(place, start)
    read: list[ConsumerRecord[bytes, bytes]] = []
    while await consumer.position(place) < until:
        found = await consumer.getmany(place, timeout_ms=_FETCH_WAIT_MS)
        read += [each for each in found.get(place, ()) if each.offset < until]
    return read


async def _bounds(consumer: AIOKafkaConsumer, place: TopicPartition) -> tuple[int, int]:
    begin = (await consumer.beginning_offsets([place]))[place]
    return begin, (await consumer.end_offsets([place]))[place]


@asynccontextmanager
async def _reading(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=_FETCH_WAIT_MS,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
