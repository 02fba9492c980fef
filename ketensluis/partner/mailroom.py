"""Attends a desk: brings it its mail from Kafka, and takes its answers there.

A record counts as taken once its files are on disk; an answer is put away once Kafka has it.
Killed in between, a desk does the same again, to the same files and the same ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from ketensluis.committed import committed_reader, record_of
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.kafka.answering import kafka_answers
from ketensluis.kafka.cluster import partitions
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.party import mail_topic
from ketensluis.model.record import Output, Record
from ketensluis.partner.desk import Desk, Due, Taken
from ketensluis.partner.filing import filing, sync
from ketensluis.runtime.clock import Clock, milliseconds

__all__ = ["Mailroom", "open_mailroom"]

_POLL_MS = 200
_BATCH = 500

Told = Callable[[Record, Taken], None]


class Mailroom:
    """The way between one desk and its topics."""

    def __init__(
        self, desk: Desk, clock: Clock, consumer: AIOKafkaConsumer, publisher: Publisher
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._consumer = consumer
        self._publisher = publisher

    async def empty(self, told: Told) -> int:
        """Take in what is there now, answer what is due, and say how many records it was."""
        places = sorted(self._consumer.assignment())
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(places)
        taken = 0
        while any([await self._consumer.position(place) < ends[place] for place in places]):
            taken += await self._take(told)
        await self.answer()
        return taken

    async def attend(self, told: Told, stop: asyncio.Event) -> None:
        """Take in and answer until it is told to stop."""
        while not stop.is_set():
            await self._take(told)
            await self.answer()

    async def answer(self) -> int:
        """Send the answers whose time has come, and say how many."""
        now = self._clock.now()
        sealed = [(due, out) for due in self._desk.due(now) if (out := self._sealed(due, now))]
        if sealed:
            await self._publisher.publish(
                [output for _, output in sealed], timestamp_ms=milliseconds(now)
            )
        for due, _ in sealed:
            self._desk.settle(due)
        return len(sealed)

    def _sealed(self, due: Due, now: datetime) -> Output | None:
        try:
            return self._desk.seal(due.answer, now)
        except Unavailable:
            raise
        except KetensluisError as error:
            self._desk.refuse(due.path, error)
            return None

    async def _take(self, told: Told) -> int:
        with kafka_answers():
            found = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_BATCH)
            records = [record_of(each) for batch in found.values() for each in batch]
            files: list[Path] = []
            for record in records:
                taken = self._desk.take(record, self._clock.now())
                files += taken.files
                told(record, taken)
            if records:
                with filing():
                    sync(files)
                await self._consumer.commit()
        return len(records)


@asynccontextmanager
async def open_mailroom(desk: Desk, bootstrap: str, clock: Clock) -> AsyncIterator[Mailroom]:
    """A mailroom with its own consumer and producer.

    Partitions are assigned, not divided: one program attends a party's desk.

    Raises:
        KetensluisError: `unknown_topic`, the party has no mail here.
        Unavailable: Kafka does not answer.
    """
    topic = mail_topic(desk.party)
    counts = await partitions(bootstrap, [topic])
    with kafka_answers():
        async with committed_reader(
            bootstrap, group_id=f"inbox.{desk.party}", where_gone="earliest"
        ) as consumer:
            consumer.assign([TopicPartition(topic, number) for number in range(counts[topic])])
            async with Publisher(bootstrap) as publisher:
                yield Mailroom(desk, clock, consumer, publisher)
