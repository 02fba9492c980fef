"""Events and the timer never touch one incident at the same time, nor judge by what was before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest
from made_keys import MemoryKeyring
from made_ledger import answer, at, decision

from ketensluis.avro.codec import Codec
from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.resources import resource
from ketensluis.runtime.clock import milliseconds
from services.tracker.folding import Folding
from services.tracker.handler import Handler
from services.tracker.metrics import TrackerMetrics
from services.tracker.names import Names
from services.tracker.process import Tracking

MANY = 500


class Shelf:
    """The table, in memory."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}

    def get(self, _partition: int, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.values.get(key) for key in keys]

    def put(self, _partition: int, values: Mapping[bytes, bytes]) -> list[Output]:
        self.values.update(values)
        return []

    def items(self, _partition: int) -> Iterator[tuple[bytes, bytes]]:
        return iter(self.values.items())

    def sent(self, _batches: Any) -> None:
        pass


class Outbox:
    """What was sent; sending waits while `open` is not set."""

    def __init__(self) -> None:
        self.sent: list[Output] = []
        self.waiting = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, outputs: Sequence[Output], _timestamp_ms: int) -> list[Any]:
        self.waiting.set()
        await self.open.wait()
        self.sent += outputs
        return []


class AtOnce(MemoryKeyring):
    """Tells for how many at once it was asked for keys."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def make(self, incident_ids: Iterable[str], at: datetime) -> None:
        several = list(incident_ids)
        self.asked.append(len(several))
        super().make(several, at)


class Plain:
    """Records that are their messages' topics."""

    def __init__(self) -> None:
        self.keyring = AtOnce()

    def plain(self, message: msgspec.Struct, *, topic: str, key: str, **_more: Any) -> Output:
        return Output(topic, key.encode(), type(message).__name__.encode(), (), None)


class Fixed:
    def now(self) -> datetime:
        return at(95)


class Hands:
    """A handler with everything around it in memory, given partition 0."""

    def __init__(self) -> None:
        self.codec = Codec.from_lock()
        self.outbox, self.names = Outbox(), Names()
        tracking = Tracking(Clocks(load(resource("reference") / "clocks.yaml")))
        self.sealer = Plain()
        parts: Any = {
            "sealer": self.sealer,
            "clock": Fixed(),
            "outbox": self.outbox,
            "shelf": Shelf(),
        }
        self.handler = Handler(
            tracking=tracking,
            folding=Folding(tracking, self.codec),
            fingerprint=bytes(8),
            names=self.names,
            metrics=TrackerMetrics(),
            **parts,
        )
        self.handler.restored({0})
        self.offset = 0

    async def handle(self, *events: LedgerEvent) -> None:
        records = []
        for event in events:
            records.append(
                Record(
                    Coordinates(self.names.events, 0, self.offset),
                    event.incident_id.encode(),
                    self.codec.encode(event),
                    (),
                    milliseconds(event.occurred_at),
                )
            )
            self.offset += 1
        await self.handler.records(records)

    def alarms(self) -> int:
        return sum(each.topic == self.names.alarms for each in self.outbox.sent)


@pytest.fixture
async def hands() -> Hands:
    return Hands()


async def test_a_decision_that_comes_in_while_the_clock_is_looked_at_is_not_judged_too_soon(
    hands: Hands,
):
    """Its answer may be the next on the topic: only after it too can silence be told."""
    await hands.handle(decision(94, incident_id="EARLIER"))
    end = 1

    async def at_end(_partition: int, handled: int) -> bool:
        return handled >= end

    hands.outbox.open.clear()
    hands.outbox.waiting.clear()
    coming = asyncio.create_task(hands.handle(decision(1)))
    await hands.outbox.waiting.wait()
    end = 3  # with its answer behind it
    looking = asyncio.create_task(hands.handler.moments(0, at_end, most=MANY))
    await asyncio.sleep(0)
    hands.outbox.open.set()
    await asyncio.gather(coming, looking)
    assert hands.alarms() == 0

    await hands.handle(answer(2, "received"))
    await hands.handler.moments(0, at_end, most=MANY)
    assert hands.alarms() == 0


async def test_a_decision_that_nothing_answers_is_told_once_the_end_is_reached(hands: Hands):
    await hands.handle(decision(1))

    async def at_end(_partition: int, handled: int) -> bool:
        return handled == 1

    assert await hands.handler.moments(0, at_end, most=MANY) == 1
    assert hands.alarms() == 1
    assert await hands.handler.moments(0, at_end, most=MANY) == 0


async def test_partitions_go_only_after_what_is_being_told_of_them(hands: Hands):
    await hands.handle(decision(1))

    async def at_end(_partition: int, _handled: int) -> bool:
        return True

    hands.outbox.open.clear()
    hands.outbox.waiting.clear()
    telling = asyncio.create_task(hands.handler.moments(0, at_end, most=MANY))
    await hands.outbox.waiting.wait()
    going = asyncio.create_task(hands.handler.released())
    await asyncio.sleep(0)
    assert not going.done()
    hands.outbox.open.set()
    await asyncio.gather(telling, going)
    assert hands.alarms() == 1
    assert hands.handler.waiting() == 0
    assert await hands.handler.moments(0, at_end, most=MANY) == 0


async def test_the_keys_of_the_records_that_a_batch_refuses_are_made_at_once(hands: Hands):
    await hands.handle(decision(1))
    assert hands.sealer.keyring.asked == []
    await hands.handler.records([
        Record(Coordinates(hands.names.events, 0, offset), b"x", b"not Avro", (), 0)
        for offset in range(1, 9)
    ])  # fmt: skip
    assert hands.sealer.keyring.asked == [8]
    assert len(hands.sealer.keyring.keys) == 8
    assert sum(each.topic == hands.names.quarantine for each in hands.outbox.sent) == 8
