"""A year that was decided: its incidents on Kafka, and on the ledger what the hub said of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

import msgspec
from aiokafka import AIOKafkaProducer

from benchmarks.disclosure_parts.year import sealed_year
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.scan import scan
from ketensluis.kafka.topics import plan
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import HUB, INCIDENTS, LEDGER_EVENTS
from ketensluis.model.record import Output, Record
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Context, StagedState
from ketensluis.runtime.wiring import post_of
from services.disclosure.app import stage_of
from services.disclosure.process import DisclosureStage

__all__ = ["decided_year", "ledger_outputs"]

_IN_FLIGHT = 1_000
# What comes of a message that was sent, beside its decision; replay reads past it.
_ANSWERS = ("received", "accepted", "assessed", "feedback")


async def decided_year(settings: Settings, registrations: int) -> int:
    """Put a year of so many registrations and its ledger on Kafka; says how many records."""
    await apply(settings.bootstrap, plan())
    async with AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap, max_batch_size=2**18
    ) as producer:
        year = sealed_year(settings, registrations)
        await _send(producer, ((INCIDENTS, None, each, each.timestamp_ms) for each in year))
        stage, post = stage_of(settings), post_of(settings, HUB)
        memory: dict[bytes, bytes] = {}
        count = 0
        batch: list[tuple[str, int | None, Record | Output, int]] = []
        async for record in scan(settings.bootstrap, INCIDENTS):
            count += 1
            for output in ledger_outputs(stage, record, memory):
                partition, at = record.coordinates.partition, record.timestamp_ms
                batch.append((LEDGER_EVENTS, partition, output, at))
                event = stage.codec.decode(output.value or b"", LedgerEvent)
                if event.message_id is not None:
                    for answer in _answers(event):
                        told = post.sealer.plain(
                            answer, topic=LEDGER_EVENTS, key=event.incident_id,
                            subject=event.incident_id, at=event.occurred_at,
                        )  # fmt: skip
                        batch.append((LEDGER_EVENTS, partition, told, at))
            if len(batch) >= _IN_FLIGHT:
                await _send(producer, batch)
                batch.clear()
        await _send(producer, batch)
    return count


def ledger_outputs(
    stage: DisclosureStage, record: Record, memory: dict[bytes, bytes]
) -> Iterator[Output]:
    """What the stage says of a record on the ledger; `memory` is what it remembers."""
    state = StagedState(memory.get)
    yield from (
        output
        for output in stage.process(record, Context(state, None))
        if output.topic == LEDGER_EVENTS
    )
    memory.update({key: value for key, value in state.writes.items() if value})


def _answers(event: LedgerEvent) -> Iterator[LedgerEvent]:
    for kind in _ANSWERS:
        yield msgspec.structs.replace(event, event_id=f"{event.event_id}-{kind}", kind=kind)


async def _send(
    producer: AIOKafkaProducer, messages: Iterable[tuple[str, int | None, Record | Output, int]]
) -> None:
    sent = []
    for topic, partition, each, at in messages:
        future = await producer.send(
            topic, each.value, each.key, partition, at, headers=list(each.headers)
        )
        sent.append(future)
        if len(sent) >= _IN_FLIGHT:
            await asyncio.gather(*sent)
            sent.clear()
    await asyncio.gather(*sent)
