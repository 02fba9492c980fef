"""The year with faults, through Apache Kafka and the real tracker; run by `make soak`.

Time is moved from one true moment to the next. The tracker is stopped for the weekend of the
standstill, and every so often; it is always started anew on an empty folder.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from tracker_rig import Rig
from waiting import until

from benchmarks.year_parts.hub import Hub
from ketensluis.ledger.balance import balance
from ketensluis.made_up.ledger_year.almanac import QUIET
from ketensluis.made_up.ledger_year.truth import Asked, Expected, Truth, differences
from ketensluis.made_up.ledger_year.year import DOWN, Arrival, LedgerYear
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.clock import milliseconds
from services.tracker.worker import Tracker

pytestmark = [pytest.mark.kafka, pytest.mark.soak]

ANEW_EVERY = 50
A_LITTLE = timedelta(milliseconds=1)
SLACK = timedelta(seconds=1)


class Course:
    """A year on its way through a tracker that comes and goes."""

    def __init__(self, rig: Rig, arrivals: list[Arrival], producer: AIOKafkaProducer) -> None:
        self.rig = rig
        self.arrivals = arrivals
        self.producer = producer
        self.sent = 0
        self.homes = 0
        self.tracker: Tracker
        self.ends: dict[int, int] = {}
        self.running = contextlib.AsyncExitStack()

    async def start(self) -> None:
        self.homes += 1
        self.running = contextlib.AsyncExitStack()
        home = f"home-{self.homes}"
        self.tracker = await self.running.enter_async_context(self.rig.tracker(home))

    async def stop(self) -> None:
        await self.running.aclose()
        self.ends.clear()

    async def put(self, moment: datetime) -> None:
        """Everything that comes in until then, in one transaction."""
        begin = self.sent
        while self.sent < len(self.arrivals) and self.arrivals[self.sent][0] <= moment:
            self.sent += 1
        if begin == self.sent:
            return
        async with self.producer.transaction():
            taken = [
                await self.producer.send(
                    self.rig.names.events,
                    self.rig.codec.encode(event),
                    key=event.incident_id.encode(),
                    timestamp_ms=milliseconds(at),
                )
                for at, event in self.arrivals[begin : self.sent]
            ]
        for each in taken:
            record = await each
            self.ends[record.partition] = record.offset + 1

    async def look(self, moment: datetime) -> None:
        """Let it be that moment, and wait until there is nothing more to say of it."""

        async def handled() -> bool:
            there = self.tracker._handler.handled
            return all(there.get(place, 0) >= end for place, end in self.ends.items())

        async def said() -> bool:
            return self.tracker._handler.late() == 0

        await until(handled)
        self.rig.set_time(moment + A_LITTLE)
        await until(said)


def moments(truth: Truth) -> list[datetime]:
    """Every moment at which something has to be said, and those of the standstill."""
    said = {each.until for each in truth.expected if not each.optional}
    over = {each.since for each in truth.expected if each.kind == "cleared"}
    asked = set(truth.asked.values())
    return sorted(said | over | asked | {DOWN.begin, DOWN.end, QUIET})


def by_steps(truth: Truth, steps: list[datetime]) -> list[Expected]:
    """The truth for who sees an event one step before the clock is moved to it.

    So what an event clears may bear the time of the step before; nothing else is raised by one.
    """
    return [
        replace(each, since=steps[bisect_left(steps, each.since) - 1])
        if each.kind == "cleared"
        else each
        for each in truth.expected
    ]


async def lived(course: Course, when: Iterable[datetime]) -> None:
    steps = list(when)
    await course.start()
    for number, (moment, after) in enumerate(pairwise([*steps, steps[-1]])):
        await course.put(moment)
        if moment == DOWN.begin:
            await course.look(moment)
            await course.stop()
            assert after == DOWN.end, "nobody looks while the hub is down"
            continue
        if moment == DOWN.end:
            course.rig.set_time(moment)
            await course.start()
        elif number % ANEW_EVERY == ANEW_EVERY - 1:
            await course.look(steps[number - 1])
            await course.stop()
            await course.start()
        await course.look(moment)
    await course.stop()


@pytest.fixture
async def producer(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    made = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="the-year")
    await made.start()
    yield made
    await made.stop()


async def test_the_year_through_kafka_and_the_tracker_says_all_that_is_true_and_nothing_else(
    bootstrap: str, tmp_path: Path, producer: AIOKafkaProducer
):
    year = LedgerYear(7, load_regions(resource("reference")), per_day=3, each=2)
    arrivals = list(year.arrivals())
    rig = Rig(bootstrap, tmp_path)
    rig.set_time(arrivals[0][0])
    await rig.make_topics()
    course = Course(rig, arrivals, producer)
    steps = moments(year.truth)
    await lived(course, steps)
    assert course.sent == len(arrivals)
    assert course.homes > 3, "it was started anew"

    alarms = {each.alarm_id: each for each in await rig.told("alarms")}
    assert differences(by_steps(year.truth, steps), alarms.values(), slack=SLACK) == []
    requests = {each.request_id: each for each in await rig.told("requests")}
    assert {Asked.of(each) for each in requests.values()} == year.truth.asked.keys()
    assert len(requests) == len(year.truth.asked)

    rows = await rig.cases()
    sheet = balance(rows.values())
    assert {line: sheet[line] for line in year.truth.counts} == year.truth.counts
    assert sheet.holds
    without_kafka = Hub(DOWN)
    without_kafka.run(arrivals, QUIET)
    assert rows == without_kafka.rows
