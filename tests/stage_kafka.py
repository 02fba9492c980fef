"""What the tests of the stage runtime share: records in, records out, workers started."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from counting_stage import Counting
from waiting import until

from ketensluis.committed import record_of
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.worker import Worker


def settings_for(bootstrap: str, home: Path, **others: Any) -> Settings:
    """Short limits, so that what waits is seen to wait; 6 s is the least session Kafka takes."""
    limits: dict[str, Any] = {"session_timeout": 6.0, "stuck_after": 3.0, "backoff_max": 1.0}
    return Settings(bootstrap=bootstrap, home=home, **{**limits, **others})


def counting(topics: dict[str, str], **others: Any) -> Counting:
    """The counting stage over the topics `incoming`, `out`, `quarantine` and perhaps `state`."""
    inputs = tuple(topics[name] for name in ("incoming", "requests") if name in topics)
    return Counting(
        f"count-{uuid.uuid4().hex[:8]}",
        inputs,
        topics["out"],
        topics["quarantine"],
        topics.get("state"),
        **others,
    )


async def produce(
    bootstrap: str,
    topic: str,
    values: Iterable[str],
    *,
    keys: int = 10,
    partition: int | None = None,
) -> list[str]:
    """Send the values, in turn under so many keys; returns their coordinates."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=2**18) as producer:
        sent = [
            await producer.send(topic, value.encode(), b"key-%d" % (n % keys), partition)
            for n, value in enumerate(values)
        ]
        return [f"{m.topic}[{m.partition}]@{m.offset}" for m in await asyncio.gather(*sent)]


async def scan(bootstrap: str, topic: str) -> list[Record]:
    """Every committed record of the topic, partition by partition."""
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        group_id=None,
    ) as consumer:
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        consumer.unsubscribe()
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        await consumer.seek_to_beginning()
        found: list[Record] = []
        for place in places:
            while await consumer.position(place) < ends[place]:
                got = await consumer.getmany(place, timeout_ms=500)
                found += [record_of(record) for record in got.get(place, [])]
        return found


def origins(records: Iterable[Record]) -> list[str]:
    """The coordinates of the inputs that led to these outputs, sorted."""
    return sorted((record.header("from") or b"?").decode() for record in records)


async def has(bootstrap: str, topic: str, count: int) -> bool:
    """Whether as many records are committed."""
    return len(await scan(bootstrap, topic)) >= count


@asynccontextmanager
async def running(stage: Counting, settings: Settings) -> AsyncIterator[Worker]:
    """A worker in this process, until the block ends; its own failure is raised."""
    worker = Worker(stage, settings)
    work = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await work


class WorkerProcess:
    """A worker in a process of its own, to be stopped, killed or frozen."""

    def __init__(self, stage: Counting, settings: Settings, log: Path) -> None:
        environment = {
            f"KETENSLUIS_{name.upper()}": str(value)
            for name, value in settings.model_dump(exclude_none=True).items()
        }
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        state = ["--state", stage.state_topic] if stage.state_topic else []
        program = Path(__file__).with_name("counting_stage.py")
        self._log = log
        with log.open("ab") as lines:
            self.process = subprocess.Popen(
                [sys.executable, program, "--name", stage.name, "--output", stage.output,
                 "--quarantine", stage.quarantine, *state, "--inputs", *stage.inputs],
                env={**os.environ, **path, **environment}, stderr=lines,
            )  # fmt: skip

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it at once, whatever it is doing; harmless if it is gone."""
        self.process.kill()
        self.process.wait()

    async def terminate(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.terminate()
        await until(lambda: self.process.poll() is not None)
        return int(self.process.returncode)

    def lines(self) -> list[dict[str, Any]]:
        """Its log, line by line."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def ready(self) -> bool:
        """Whether it answers that it has partitions, all open."""
        started = [line for line in self.lines() if line.get("pid") == self.process.pid]
        return bool(started) and fetch(started[-1]["port"], "readyz")[0] == 200

    def partitions(self) -> int:
        """How many partitions it has open, by its own metrics."""
        started = [line for line in self.lines() if line.get("pid") == self.process.pid]
        if not started:
            return 0
        found = re.search(r"ketensluis_tasks\{.*\} (\d+)", fetch(started[-1]["port"], "metrics")[1])
        return int(found[1]) if found else 0


def fetch(port: int, path: str) -> tuple[int, str]:
    """Status and text of what a worker serves; 0 where it does not."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


async def answer(port: int, path: str) -> tuple[int, str]:
    """The same, without holding up this loop, in which the worker may run."""
    return await asyncio.to_thread(fetch, port, path)


async def status(port: int, path: str) -> int:
    """Only the status."""
    return (await answer(port, path))[0]
