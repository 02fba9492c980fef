"""Shows, among the log's files, the newest state that enough parties have seen.

A witness publishes its line on `journal.cosignatures`. Here the lines of one checkpoint come
together; as soon as they are a quorum, the whole is shown as `cosigned`, beside `checkpoint`,
so that an auditor needs nothing but the log's files. What a line is worth, its reader checks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition

from ketensluis.closing import closed
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import Head, cosigned, open_checkpoint
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note

__all__ = ["Gathering", "follow_cosignatures"]

# So many lines back at the start: the newest states, by all witnesses.
_TAIL = 500
_POLL_MS = 500


class Gathering:
    """The lines that came in, by the state that they are under; only the newest are kept."""

    def __init__(self, keys: Callable[[], JournalKeys]) -> None:
        self._keys = keys
        self._notes: dict[str, Note] = {}
        self._shown = 0

    def add(self, note: Note) -> Note | None:
        """Take a witness's line in; the state with its lines, if it is the newest with a quorum."""
        try:
            keys = self._keys()
            size = open_checkpoint(note, keys.log).size
            known = self._notes.get(note.text, note)
            merged = known.with_lines(note.lines)
            count = len(cosigned(merged, keys.witnesses.values()))
        except Refused:
            return None
        if size < self._shown or merged == known != note:
            return None
        self._notes[note.text] = merged
        if count < keys.quorum:
            return None
        self._shown = size
        self._notes = {
            text: each for text, each in self._notes.items() if Head.parse(text).size >= size
        }
        return merged


async def follow_cosignatures(
    bootstrap: str, topic: str, keys: Callable[[], JournalKeys], show: Callable[[Note], None]
) -> None:
    """Show each newer state with a quorum, until it is cancelled.

    Raises:
        KafkaError: Kafka is away.
    """
    gathering, place = Gathering(keys), TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="latest"
    )
    try:
        await consumer.start()
        consumer.assign([place])
        begin = (await consumer.beginning_offsets([place]))[place]
        end = (await consumer.end_offsets([place]))[place]
        consumer.seek(place, max(begin, end - _TAIL))
        while True:
            found = await consumer.getmany(place, timeout_ms=_POLL_MS)
            for each in found.get(place, ()):
                try:
                    note = Note.parse((each.value or b"").decode(errors="replace"))
                except Refused:
                    continue
                if (newer := gathering.add(note)) is not None:
                    await asyncio.to_thread(show, newer)
    finally:
        await closed(consumer.stop())
