"""The runtime's pass-through against a bare aiokafka loop and Quix Streams, exactly once all.

Asked: at least 0.8 of the bare loop's rate, and ahead of Quix Streams. Sides take turns on
one broker; the rate runs from the first committed offset that is seen to the last record's.
All commit at most 2,000 records in a transaction. The CPU time is that of the side's whole
process, its start included; on a machine that does other work besides, it is the steadier of
the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError

from ketensluis.kafka.jars import default_cache
from ketensluis.kafka.local import LocalKafka

__all__ = ["main"]

RECORDS = 200_000
BYTES = 1_600
PARTITIONS = 4
ROUNDS = 3
QUIX = "quixstreams==3.28.*"
_SIDES = Path(__file__).with_name("passthrough_sides")
_SOURCE = "incoming"
_DEADLINE = 120.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of one side: records per second, and microseconds of CPU a record."""

    rate: float
    cpu: float


def main() -> None:
    """Measure all sides in turn, and print a Markdown table."""
    sides = {"runtime": sys.executable, "bare": sys.executable}
    if quix := _quix_python():
        sides["quix"] = quix
    with TemporaryDirectory() as folder, LocalKafka(Path(folder)) as kafka:
        rates = asyncio.run(_measure(kafka.bootstrap, sides))
    print("| side | rounds, records/s | median | runtime is | CPU, µs a record |")
    print("|---|---|---|---|---|")
    names = {"runtime": "stage runtime", "bare": "bare aiokafka loop", "quix": QUIX}
    for side, found in rates.items():
        several = " ".join(f"{turn.rate:,.0f}" for turn in found)
        rate, cpu = median(turn.rate for turn in found), median(turn.cpu for turn in found)
        ratio = median(turn.rate for turn in rates["runtime"]) / rate
        print(f"| {names[side]} | {several} | {rate:,.0f} | x {ratio:.2f} | {cpu:.0f} |")
    print(f"\n{RECORDS:,} records of {BYTES:,} bytes, {PARTITIONS} partitions, one broker here.")


def _quix_python() -> str | None:
    """The Python of an environment with Quix Streams, made at first use; its pins exclude ours."""
    folder = default_cache() / "benchmark-quixstreams"
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", QUIX], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"without {QUIX}, which could not be installed: {error}", file=sys.stderr)
            return None
        (folder / "made").touch()
    return str(python)


async def _measure(bootstrap: str, sides: dict[str, str]) -> dict[str, list[Turn]]:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        await client.create_topics([NewTopic(_SOURCE, PARTITIONS, 1)])
        await _fill(bootstrap)
        rates: dict[str, list[Turn]] = {side: [] for side in sides}
        order = list(sides)
        for _ in range(ROUNDS):
            for side in order:
                rates[side].append(await _rate(client, bootstrap, side, sides[side]))
            order = order[1:] + order[:1]
        return rates
    finally:
        await client.close()


async def _fill(bootstrap: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=2**19) as producer:
        for spurt in range(0, RECORDS, 5_000):
            sent = [
                await producer.send(
                    _SOURCE, b"x" * BYTES, b"PL0600-%d" % number, partition=number % PARTITIONS
                )
                for number in range(spurt, spurt + 5_000)
            ]
            await asyncio.gather(*sent)


async def _rate(client: AIOKafkaAdminClient, bootstrap: str, side: str, python: str) -> Turn:
    spent = _cpu_of_children()
    group = f"{side}-{uuid.uuid4().hex[:8]}"
    await client.create_topics([NewTopic(group, PARTITIONS, 1)])
    with _program([python, str(_SIDES / f"{side}.py"), bootstrap, group, _SOURCE, group]):
        begun, at_first = 0.0, 0
        deadline = time.monotonic() + _DEADLINE
        while (done := await _committed(client, group)) < RECORDS:
            assert time.monotonic() < deadline, f"{side} did not finish"
            if done and not begun:
                begun, at_first = time.monotonic(), done
            await asyncio.sleep(0.02)
        rate = (RECORDS - at_first) / (time.monotonic() - begun)
    assert await _count(bootstrap, group) == RECORDS, f"{side} lost or repeated records"
    await client.delete_topics([group])
    return Turn(rate, (_cpu_of_children() - spent) / RECORDS * 1e6)


def _cpu_of_children() -> float:
    """Seconds of CPU that the processes took which have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def _program(command: list[str]) -> Iterator[None]:
    with TemporaryDirectory() as folder, (Path(folder) / "log").open("w+b") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace")[-4_000:])
            raise
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()
            process.wait()


async def _committed(client: AIOKafkaAdminClient, group: str) -> int:
    try:
        offsets = await client.list_consumer_group_offsets(group)
    except GroupCoordinatorNotAvailableError:  # the first group makes Kafka create its topic
        return 0
    return sum(max(0, found.offset) for found in offsets.values())


async def _count(bootstrap: str, topic: str) -> int:
    """Committed records on the topic, markers not counted."""
    count = 0
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    ) as consumer:
        while found := await consumer.getmany(timeout_ms=2_000):
            count += sum(len(several) for several in found.values())
    return count


if __name__ == "__main__":
    main()
