"""Apache Kafka itself goes away and comes back: work waits, and nothing is lost or repeated."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from real_parts import java_of
from stage_kafka import answer, counting, has, origins, produce, running, scan, settings_for, status
from waiting import until

from ketensluis.kafka.local import LocalKafka
from ketensluis.runtime.worker import Worker

pytestmark = pytest.mark.kafka


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[LocalKafka]:
    """A Kafka that this test may stop."""
    async with LocalKafka(tmp_path / "kafka") as node:
        yield node


async def make(bootstrap: str, **partitions: int) -> dict[str, str]:
    names = {name: f"{name}.{uuid.uuid4().hex[:8]}" for name in partitions}
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    await client.create_topics([NewTopic(names[name], n, 1) for name, n in partitions.items()])
    await client.close()
    return names


async def health(worker: Worker, wanted: int) -> bool:
    return await status(worker.health.port, "healthz") == wanted


async def names_kafka(worker: Worker) -> bool:
    said, why = await answer(worker.health.port, "healthz")
    return said == 503 and "kafka_away" in why


@pytest.mark.parametrize("kill", [False, True])
async def test_a_broker_that_stops_and_starts_again_heals_by_itself(
    own_kafka: LocalKafka,
    tmp_path: Path,
    kill: bool,  # noqa: FBT001 - a parameter
):
    bootstrap = own_kafka.bootstrap
    names = await make(bootstrap, incoming=2, out=2, quarantine=1, state=2)
    settings = settings_for(bootstrap, tmp_path, batch_records=20, transaction_timeout=5.0)
    sent = await produce(bootstrap, names["incoming"], map(str, range(5_000)))
    async with running(counting(names), settings) as worker:
        await until(lambda: has(bootstrap, names["out"], 100))
        await asyncio.to_thread(own_kafka.stop_node, 1, kill=kill)
        await until(lambda: names_kafka(worker))
        await asyncio.to_thread(own_kafka.start_node, 1)
        await until(lambda: has(bootstrap, names["out"], len(sent)))
        await until(lambda: health(worker, 200))
    assert Counter(origins(await scan(bootstrap, names["out"]))) == Counter(sent)


@pytest.mark.soak
async def test_a_broker_that_is_stopped_in_order_again_and_again_repeats_nothing(
    own_kafka: LocalKafka, tmp_path: Path
):
    """Kafka drops markers then; before it was settled, one stop in ten repeated a batch."""
    bootstrap = own_kafka.bootstrap
    names = await make(bootstrap, incoming=2, out=2, quarantine=1, state=2)
    settings = settings_for(bootstrap, tmp_path, batch_records=20, transaction_timeout=5.0)
    sent: list[str] = []
    async with running(counting(names), settings):
        for turn in range(30):
            values = map(str, range(turn * 1_000, (turn + 1) * 1_000))
            sent += await produce(bootstrap, names["incoming"], values)
            await until(lambda turn=turn: has(bootstrap, names["out"], turn * 1_000 + 100))
            await asyncio.to_thread(own_kafka.stop_node, 1)
            await asyncio.to_thread(own_kafka.start_node, 1)
            await until(lambda turn=turn: has(bootstrap, names["out"], (turn + 1) * 1_000))
    assert Counter(origins(await scan(bootstrap, names["out"]))) == Counter(sent)


async def test_a_commit_whose_answer_never_came_is_settled_by_asking_kafka(
    own_kafka: LocalKafka, tmp_path: Path
):
    """The broker is frozen for longer than a transaction may take, again and again."""
    bootstrap = own_kafka.bootstrap
    names = await make(bootstrap, incoming=2, out=2, quarantine=1, state=2)
    settings = settings_for(
        bootstrap, tmp_path, batch_records=10, transaction_timeout=1.0, stuck_after=30.0
    )
    sent = await produce(bootstrap, names["incoming"], map(str, range(3_000)))
    broker = java_of(own_kafka)
    async with running(counting(names), settings) as worker:
        for turn in range(1, 5):
            await until(lambda least=turn * 100: has(bootstrap, names["out"], least))
            os.kill(broker, signal.SIGSTOP)
            try:
                await until(lambda turn=turn: aborts(worker) >= turn)
            finally:
                os.kill(broker, signal.SIGCONT)
        await until(lambda: has(bootstrap, names["out"], len(sent)))
    assert Counter(origins(await scan(bootstrap, names["out"]))) == Counter(sent)
    memory = {record.key: record.value for record in await scan(bootstrap, names["state"])}
    assert memory == {b"key-%d" % n: b"300" for n in range(10)}


def aborts(worker: Worker) -> float:
    """How many transactions ended in doubt."""
    return worker._metrics.aborts("kafka_away")._value.get()
