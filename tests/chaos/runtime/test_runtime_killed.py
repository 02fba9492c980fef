"""Workers that are killed, frozen, stopped and joined under load: nothing lost, none twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from counting_stage import Counting
from stage_kafka import WorkerProcess, counting, has, origins, produce, scan, settings_for
from waiting import until

from ketensluis.runtime.settings import Settings

pytestmark = pytest.mark.kafka
Topics = Any
_KEYS = 40
_TRICKLE = 100
_PACE = 0.1


@contextmanager
def workers(stage: Counting, settings: Settings, folder: Path) -> Iterator[list[WorkerProcess]]:
    """A list to which tests add workers; all are gone at the end."""
    started: list[WorkerProcess] = []
    try:
        yield started
    finally:
        for worker in started:
            worker.kill()


@asynccontextmanager
async def load(bootstrap: str, topic: str, backlog: int) -> AsyncIterator[list[str]]:
    """A backlog at once, then a trickle until the block ends, so that there is always work.

    Gives the coordinates of what was sent, complete after the block.
    """
    sent: list[str] = []
    over = asyncio.Event()

    async def send(count: int) -> None:
        values = map(str, range(len(sent), len(sent) + count))
        sent.extend(await produce(bootstrap, topic, values, keys=_KEYS))

    async def trickle() -> None:
        while not over.is_set():
            await send(_TRICKLE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _PACE)

    await send(backlog)
    sending = asyncio.create_task(trickle())
    try:
        yield sent
    finally:
        over.set()
        await sending


async def assert_exactly_once(bootstrap: str, names: dict[str, str], sent: list[str]) -> None:
    """Each record led to one output, and memory is the fold of all, whatever happened."""
    found = Counter(origins(await scan(bootstrap, names["out"])))
    assert [one for one in sent if one not in found] == [], "lost"
    assert {one: count for one, count in found.items() if count > 1} == {}, "repeated"
    assert len(found) == len(sent)
    if "state" in names:
        memory = {record.key: record.value for record in await scan(bootstrap, names["state"])}
        incoming = Counter(record.key for record in await scan(bootstrap, names["incoming"]))
        assert memory == {key: b"%d" % count for key, count in incoming.items()}


async def test_sigkill_at_random_moments_under_load_loses_and_repeats_nothing(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=4, out=4, quarantine=1, state=4)
    stage = counting(names)
    settings = settings_for(bootstrap, tmp_path, batch_records=100)
    moments = random.Random(20_260_101)  # noqa: S311 - moments, no secret
    with workers(stage, settings, tmp_path) as started:
        async with load(bootstrap, names["incoming"], 20_000) as sent:
            for turn in range(6):
                started.append(WorkerProcess(stage, settings, tmp_path / f"{turn}.log"))
                before = len(await scan(bootstrap, names["out"]))
                await until(lambda least=before + 1: has(bootstrap, names["out"], least))
                await asyncio.sleep(moments.uniform(0, 0.5))
                started[-1].kill()
            started.append(WorkerProcess(stage, settings, tmp_path / "last.log"))
        await until(lambda: has(bootstrap, names["out"], len(sent)))
        await until(started[-1].ready)
        assert await started[-1].terminate() == 0
    await assert_exactly_once(bootstrap, names, sent)


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGKILL])
async def test_two_workers_share_the_partitions_and_one_takes_over_from_the_other(
    bootstrap: str, topics: Topics, tmp_path: Path, farewell: signal.Signals
):
    names = topics(incoming=4, requests=4, out=4, quarantine=1, state=4)
    stage = counting(names)
    with workers(stage, settings_for(bootstrap, tmp_path), tmp_path) as started:
        for number in (1, 2):
            settings = settings_for(bootstrap, tmp_path, batch_records=100)
            started.append(WorkerProcess(stage, settings, tmp_path / f"{number}.log"))
        await until(lambda: [worker.partitions() for worker in started] == [2, 2])
        async with load(bootstrap, names["incoming"], 20_000) as sent:
            await until(lambda: has(bootstrap, names["out"], 2_000))
            started[0].send(farewell)
            await until(lambda: started[0].process.poll() is not None)
            await until(lambda: started[1].partitions() == 4)
        await until(lambda: has(bootstrap, names["out"], len(sent)))
    if farewell is signal.SIGTERM:
        assert started[0].process.returncode == 0
        assert started[0].lines()[-1]["event"] == "worker_stopped"
    await assert_exactly_once(bootstrap, names, sent)


async def test_workers_that_come_and_go_under_load_lose_and_repeat_nothing(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=4, out=4, quarantine=1, state=4)
    stage = counting(names)
    settings = settings_for(bootstrap, tmp_path, batch_records=50)
    with workers(stage, settings, tmp_path) as started:
        async with load(bootstrap, names["incoming"], 20_000) as sent:
            for turn in range(4):
                started.append(WorkerProcess(stage, settings, tmp_path / f"{turn}.log"))
                await until(started[-1].ready)
                if turn:
                    await started[turn - 1].terminate()
        await until(lambda: has(bootstrap, names["out"], len(sent)))
    await assert_exactly_once(bootstrap, names, sent)


async def test_a_worker_frozen_past_its_session_is_fenced_when_it_wakes(
    bootstrap: str, topics: Topics, tmp_path: Path
):
    names = topics(incoming=4, out=4, quarantine=1, state=4)
    stage = counting(names)
    settings = settings_for(bootstrap, tmp_path, batch_records=100)
    with workers(stage, settings, tmp_path) as started:
        for number in (1, 2):
            started.append(WorkerProcess(stage, settings, tmp_path / f"{number}.log"))
        zombie, heir = started
        await until(lambda: [worker.partitions() for worker in started] == [2, 2])
        async with load(bootstrap, names["incoming"], 30_000) as sent:
            await until(lambda: has(bootstrap, names["out"], 1_000))
            zombie.send(signal.SIGSTOP)
            await until(lambda: heir.partitions() == 4)
            await until(heir.ready)
            taken_over = len(await scan(bootstrap, names["out"]))
            zombie.send(signal.SIGCONT)
            await until(lambda: has(bootstrap, names["out"], taken_over + 1))
            await until(lambda: [worker.partitions() for worker in started] == [2, 2])
        await until(lambda: has(bootstrap, names["out"], len(sent)))
    await assert_exactly_once(bootstrap, names, sent)
