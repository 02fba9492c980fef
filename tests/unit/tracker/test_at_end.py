"""Only who has read to the end may speak of silence, and the position alone does not say who has.

A record that is on its way from the thread that fetches is past the position and not yet handled:
an alarm raised then is about an answer that has already come.
"""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from services.tracker.thread import CommittedThread
from services.tracker.transport import SafeConsumer

PLACE = TP("ledger.events", 0)


class Thread:
    """Where the thread that fetches stands."""

    position: int | None = 40
    end: int | None = 40

    def __init__(self) -> None:
        self.consumed = {PLACE: 40}

    def last_stable_offset(self, place: TP) -> int | None:
        assert place == PLACE
        return self.end


class Fetching(SafeConsumer):
    def __init__(self) -> None:
        self._thread: Any = Thread()
        self._fetched = {}
        self._reached = {}

    async def position(self, tp: TP) -> int | None:
        assert tp == PLACE
        return self._thread.position  # type: ignore[no-any-return]


class Fetched:
    offset = 49


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Fetching:
    async def nothing(*_args: Any, **_options: Any) -> dict[TP, list[Fetched]]:
        return {}

    monkeypatch.setattr(driver.Consumer, "_getmany", nothing)
    return Fetching()


def the_thread_fetches(consumer: Fetching) -> None:
    thread = consumer._thread
    thread.position, thread.end, thread.consumed = 50, 50, {PLACE: 50}


async def come_back(consumer: Fetching, monkeypatch: pytest.MonkeyPatch, *records: Fetched) -> None:
    async def found(*_args: Any, **_options: Any) -> dict[TP, list[Fetched]]:
        return {PLACE: list(records)}

    monkeypatch.setattr(driver.Consumer, "_getmany", found)
    await consumer._getmany({PLACE}, 1.0)


async def test_who_was_just_given_a_partition_has_not_read_to_its_end(consumer: Fetching):
    assert not await consumer.at_end(PLACE, 0)


async def test_a_fetch_that_brought_nothing_is_the_end(consumer: Fetching):
    await consumer._getmany({PLACE}, 1.0)
    assert await consumer.at_end(PLACE, 0)


async def test_records_on_their_way_from_the_thread_are_not_the_end(
    consumer: Fetching, monkeypatch: pytest.MonkeyPatch
):
    await consumer._getmany({PLACE}, 1.0)
    the_thread_fetches(consumer)
    assert not await consumer.at_end(PLACE, 40)
    await come_back(consumer, monkeypatch, Fetched())
    assert not await consumer.at_end(PLACE, 40)
    assert await consumer.at_end(PLACE, 50)


async def test_records_on_their_way_over_a_rebalance_are_not_the_end(
    consumer: Fetching, monkeypatch: pytest.MonkeyPatch
):
    the_thread_fetches(consumer)
    consumer.forget()  # restored, with nothing handled since
    assert not await consumer.at_end(PLACE, 0)
    await come_back(consumer, monkeypatch, Fetched())
    assert not await consumer.at_end(PLACE, 0)


async def test_an_aborted_record_that_was_passed_over_does_not_keep_it_from_the_end(
    consumer: Fetching, monkeypatch: pytest.MonkeyPatch
):
    the_thread_fetches(consumer)
    await come_back(consumer, monkeypatch)
    assert await consumer.at_end(PLACE, 40)


@pytest.mark.parametrize(("position", "end"), [(None, 40), (40, None), (40, 41)])
async def test_what_lies_ahead_or_is_not_known_is_not_the_end(
    consumer: Fetching, position: int | None, end: int | None
):
    await consumer._getmany({PLACE}, 1.0)
    consumer._thread.position, consumer._thread.end = position, end
    assert not await consumer.at_end(PLACE, 40)


@pytest.fixture
def taken_away(consumer: Fetching, monkeypatch: pytest.MonkeyPatch) -> Fetching:
    async def position(_place: TP) -> int | None:
        raise IllegalStateError("Partition is not assigned")

    monkeypatch.setattr(consumer, "position", position)
    return consumer


async def test_a_partition_that_was_taken_away_just_now_has_no_end_and_no_lag(taken_away: Fetching):
    assert not await taken_away.at_end(PLACE, 40)
    assert await taken_away.behind(PLACE) is None


async def test_how_far_it_lies_behind_is_known_after_the_first_fetch(consumer: Fetching):
    assert await consumer.behind(PLACE) == 0
    consumer._thread.end = 45
    assert await consumer.behind(PLACE) == 5
    consumer._thread.end = None
    assert await consumer.behind(PLACE) is None


def test_of_a_partition_that_is_not_assigned_the_thread_knows_no_stable_offset():
    class Unassigned(CommittedThread):
        def __init__(self) -> None:
            pass

        def _ensure_consumer(self) -> Any:
            class Consumer:
                def assignment(self) -> set[TP]:
                    return set()

            return Consumer()

    assert Unassigned().last_stable_offset(PLACE) is None
