"""Empties mail topics from their beginning, as far as retention lets it: on record first.

1. Whoever else empties is fenced off.
2. What is on record and still lies there is removed: a run before this one was killed.
3. Each partition is read to the first record that must stay.
4. What goes is put on record, signed: partition, offset, rules, the messages' ids.
5. Kafka removes the records (`DeleteRecords`).
Killed before 4 nothing was removed; after it, step 2 of the next run does step 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import RecordsToDelete

from ketensluis.avro.codec import Codec
from ketensluis.closing import closed
from ketensluis.envelope.mail import Sealer
from ketensluis.errors import KetensluisError
from ketensluis.kafka.asking import admin
from ketensluis.kafka.cluster import existing
from ketensluis.kafka.fenced import commit, fenced
from ketensluis.kafka.holdings import read_holdings
from ketensluis.kafka.letters import Judge, Partition
from ketensluis.kafka.offsets import track
from ketensluis.kafka.scan import scan
from ketensluis.model.ids import derived_id
from ketensluis.model.party import REMOVALS
from ketensluis.model.record import Output
from ketensluis.model.removal import Removal
from ketensluis.retention.mail import Letter, Removable, removable
from ketensluis.retention.rules import Retention

__all__ = ["Emptying"]

_MAIL = ("referrals.", "notices.", "disclosures.", "responses.", "feedback.")
_TRANSACTIONAL_ID = "retention-removal"
_AGAIN = "run it again: what is on record by then is finished first"
_MOST = 5_000  # messages of one partition in one removal; the next run goes on
_REMOVING_MS = 60_000  # all copies must have removed it


@dataclass(frozen=True, slots=True)
class Emptying:
    """One run, as of `at`; `journal_group` is the group whose offsets say what is in the log."""

    bootstrap: str
    codec: Codec
    sealer: Sealer
    retention: Retention
    journal_group: str
    at: datetime

    async def plan(self) -> dict[Partition, Removable]:
        """How far each partition may be emptied, and what stops it. Nothing is changed.

        Raises:
            Unavailable: Kafka does not answer.
        """
        topics = [each for each in await existing(self.bootstrap) if each.startswith(_MAIL)]
        holdings = await read_holdings(self.bootstrap, self.codec)
        judged = Judge(holdings, await _journalled(self.bootstrap, self.journal_group))
        letters: dict[Partition, list[Letter]] = {}
        async for record in scan(self.bootstrap, sorted(topics)):
            place = record.coordinates.topic, record.coordinates.partition
            several = letters.setdefault(place, [])
            if len(several) < _MOST:
                several.append(judged.letter(record))
        return {place: removable(each, self.retention, self.at) for place, each in letters.items()}

    async def run(self) -> dict[Partition, Removable]:
        """Remove what may go; by partition, what went.

        Raises:
            KetensluisError: `removal_taken_over`.
            Unavailable: `kafka_unavailable`; run it again to finish.
        """
        taken_over = KetensluisError(
            "removal_taken_over",
            "somebody else began to empty topics at this moment",
            "wait until that has ended",
        )
        async with fenced(
            self.bootstrap, _TRANSACTIONAL_ID, taken_over=taken_over, again=_AGAIN
        ) as producer:
            await _remove(self.bootstrap, await self._on_record())
            going = {place: each for place, each in (await self.plan()).items() if each.messages}
            if going:
                await commit(producer, self._outputs(going), self.at)
                await _remove(self.bootstrap, {place: e.up_to for place, e in going.items()})
        return going

    async def _on_record(self) -> dict[Partition, int]:
        found: dict[Partition, int] = {}
        async for record in scan(self.bootstrap, REMOVALS):
            told = self.codec.decode(record.value or b"", Removal)
            place = told.topic, told.partition
            found[place] = max(told.up_to, found.get(place, 0))
        return found

    def _outputs(self, going: dict[Partition, Removable]) -> Iterator[Output]:
        for (topic, partition), each in sorted(going.items()):
            place = f"{topic}[{partition}]"
            removal = Removal(
                removal_id=derived_id("removal", topic, partition, each.up_to),
                topic=topic,
                partition=partition,
                up_to=each.up_to,
                rules=each.rules,
                rule_digests=tuple(map(self.retention.digest, each.rules)),
                messages=each.messages,
                at=self.at,
            )
            yield self.sealer.seal(removal, topic=REMOVALS, key=place, subject=place, at=self.at)


async def _journalled(bootstrap: str, group: str) -> dict[Partition, int]:
    """By partition, the offset up to which its records are in the log."""
    async with admin(bootstrap) as client:
        committed = await client.list_consumer_group_offsets(group)
    return {(place.topic, place.partition): each.offset for place, each in committed.items()}


async def _remove(bootstrap: str, up_to: dict[Partition, int]) -> None:
    """Have Kafka remove what lies before these offsets; what is gone already stays so."""
    places = [TopicPartition(*place) for place in up_to]
    if not places:
        return
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    try:
        await consumer.start()
        track(consumer, places)
        begins = await consumer.beginning_offsets(places)
    finally:
        await closed(consumer.stop())
    asked = {
        place: RecordsToDelete(before_offset=offset)
        for place in places
        if begins[place] < (offset := up_to[place.topic, place.partition])
    }
    if asked:
        async with admin(bootstrap, answer_ms=_REMOVING_MS) as client:
            await client.delete_records(asked)
