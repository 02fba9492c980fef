"""What was fetched before a rebalance is read again after it, never folded.

The tracker's table of a partition is restored from its changelog at a rebalance. A record that
was fetched before must not go into that table afterwards: its offset would be committed while
the table that others restore does not know it, and an incident would be without its case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.tracker.transport import SafeConsumer

EVENTS, OTHER = TP("ledger.events", 0), TP("ledger.events", 1)
COMMITTED = 40


def messages(place: TP, count: int) -> list[Any]:
    return [
        SimpleNamespace(
            topic=place.topic, partition=place.partition, tp=place, offset=COMMITTED + 1 + number
        )
        for number in range(count)
    ]


class Fetched(SafeConsumer):
    """A consumer that has fetched these messages; what it folds and where it goes back to."""

    def __init__(self, found: Sequence[Any], folding: Callable[[Fetched], None]) -> None:
        self.found = found
        self.app = SimpleNamespace(consumer_generation_id=1)
        self.transport = SimpleNamespace(batched=EVENTS.topic, on_records=self.on_records)
        self.flow_active = True
        self.mine = {EVENTS, OTHER}
        self.folding = folding
        self.folded: list[int] = []
        self.went_back: dict[TP, int] = {}
        self._read_offset = defaultdict(lambda: COMMITTED)
        self._unacked_messages = Unacked()

    async def on_records(self, records: Sequence[Any]) -> None:
        self.folded += [each.offset for each in records]
        self.folding(self)

    def assignment(self) -> set[TP]:
        return self.mine

    async def seek(self, partition: TP, offset: int) -> None:
        self.went_back[partition] = offset

    def ack(self, message: Any) -> bool:  # noqa: ARG002
        return True

    async def read(self) -> None:
        assert [each async for each in self.getmany(1.0)] == []


class Unacked:
    def add(self, message: Any) -> None:
        pass


@pytest.fixture
def rebalance_after_fetch(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Faust's fetch, handed over in the generation that the list ends with."""
    generations: list[int] = []

    async def getmany(self: Fetched, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109
        for each in self.found:
            yield each.tp, each
        for generation in generations:
            self.app.consumer_generation_id = generation

    monkeypatch.setattr(driver.Consumer, "getmany", getmany)
    return generations


def undisturbed(consumer: Fetched) -> None:
    pass


async def test_without_a_rebalance_all_is_folded_in_order(rebalance_after_fetch: list[int]):
    consumer = Fetched(messages(EVENTS, 1200), undisturbed)
    await consumer.read()

    assert consumer.folded == list(range(41, 1241))
    assert consumer.went_back == {}


async def test_a_rebalance_between_fetch_and_fold_folds_nothing_and_reads_again(
    rebalance_after_fetch: list[int],
):
    rebalance_after_fetch.append(2)
    consumer = Fetched([*messages(EVENTS, 3), *messages(OTHER, 3)], undisturbed)
    consumer.mine = {EVENTS}
    await consumer.read()

    assert consumer.folded == []
    # Not the partition that has gone to another worker, which reads it from what was committed.
    assert consumer.went_back == {EVENTS: COMMITTED}


async def test_a_rebalance_while_it_folds_leaves_the_rest_to_be_read_again(
    rebalance_after_fetch: list[int],
):
    def rebalance(consumer: Fetched) -> None:
        consumer.app.consumer_generation_id = 2

    consumer = Fetched(messages(EVENTS, 1200), rebalance)
    await consumer.read()

    assert consumer.folded == list(range(41, 541))
    assert consumer.went_back == {EVENTS: 540}


async def test_partitions_that_are_being_given_up_are_folded_no_further(
    rebalance_after_fetch: list[int],
):
    def given_up(consumer: Fetched) -> None:
        consumer.flow_active = False

    consumer = Fetched(messages(EVENTS, 1200), given_up)
    await consumer.read()

    assert consumer.folded == list(range(41, 541))
    assert consumer.went_back == {EVENTS: 540}


async def test_what_comes_while_partitions_go_is_read_again_also_where_nothing_was_committed(
    monkeypatch: pytest.MonkeyPatch,
):
    """Faust drops it, and goes back only where something was committed before."""
    found = {place: messages(place, 3) for place in (EVENTS, OTHER)}

    async def fetched(*_args: Any, **_options: Any) -> dict[TP, list[Any]]:
        return found

    monkeypatch.setattr(driver.Consumer, "_getmany", fetched)
    consumer = Fetched([], undisturbed)
    consumer._fetched, consumer._reached = {}, {}
    consumer._thread = SimpleNamespace(consumed={})
    consumer._read_offset = defaultdict(lambda: None, {EVENTS: COMMITTED})
    assert await consumer._getmany({EVENTS, OTHER}, 1.0) == found
    assert consumer.went_back == {}

    consumer.flow_active = False
    assert await consumer._getmany({EVENTS, OTHER}, 1.0) == {}
    assert consumer.went_back == {EVENTS: COMMITTED, OTHER: COMMITTED + 1}
