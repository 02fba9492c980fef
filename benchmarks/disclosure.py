"""The full disclosure stage, without text masking: a national year through one worker.

Run: `python -m benchmarks.disclosure [REGISTRATIONS]`; without a number, all 71,000 of a year.

Asked: a year in a minute (1,180 a second), and memory that does not grow. The broker, this
program and the worker share the machine. The worker finds the whole year waiting; its rate
runs from when it has its partitions to its last commit, and its memory is the share of all its
processes. It is measured with one process (`KETENSLUIS_PROCESSES`) and with two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from benchmarks.disclosure_parts import steps, worker
from benchmarks.disclosure_parts.year import sealed_year
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import plan
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings

__all__ = ["main"]

_YEAR = 71_000
_ASKED = 1_180  # records a second
_PROCESSES = (1, 2)  # as many as there are cores
_SAMPLE, _ROUNDS = 2_000, 3
_IN_FLIGHT = 2_000
_POLL_SECONDS = 0.1
_DEADLINE = 900.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at the worker: since its start, records committed, MiB, CPU seconds."""

    seconds: float
    done: int
    mib: float
    cpu: float


def main() -> None:
    """Measure, and print Markdown tables: a worker of one process, of two, and its steps."""
    registrations = int(sys.argv[1]) if sys.argv[1:] else _YEAR
    runs = [_measured(registrations, processes) for processes in _PROCESSES]
    for processes, seen in zip(_PROCESSES, runs, strict=True):
        _tell(processes, seen)
    with TemporaryDirectory() as name:
        settings = Settings(home=Path(name))
        sample = list(islice(sealed_year(settings, registrations), _SAMPLE))
        several = [
            steps.microseconds(lambda: worker.maskless_stage(settings), sample)
            for _ in range(_ROUNDS)
        ]
    _tell_steps(several, runs[0])


def _measured(registrations: int, processes: int) -> list[Seen]:
    with TemporaryDirectory() as name, LocalKafka(Path(name) / "kafka") as kafka:
        settings = Settings(bootstrap=kafka.bootstrap, home=Path(name), processes=processes)
        count = asyncio.run(_fill(settings, sealed_year(settings, registrations)))
        with _worker(settings) as process:
            return asyncio.run(_watch(settings, process.pid, count))


async def _fill(settings: Settings, records: Iterable[Record]) -> int:
    """Put all that the police send in the year on its topic; says how many records."""
    await apply(settings.bootstrap, plan())
    count = 0
    async with AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap, max_batch_size=2**18
    ) as producer:
        while batch := list(islice(records, _IN_FLIGHT)):
            sent = [
                await producer.send(
                    each.coordinates.topic,
                    each.value,
                    each.key,
                    timestamp_ms=each.timestamp_ms,
                    headers=list(each.headers),
                )
                for each in batch
            ]
            await asyncio.gather(*sent)
            count += len(batch)
    return count


@contextmanager
def _worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        f"KETENSLUIS_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_unset=True).items()
    }
    log = _log(settings)
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", worker.__name__], env={**os.environ, **environment}, stderr=lines
        )
    try:
        yield process
    except BaseException:
        sys.stderr.write(log.read_text(errors="replace")[-4_000:])
        raise
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        process.kill()
        process.wait()


def _log(settings: Settings) -> Path:
    return settings.home / "worker.log"


async def _watch(settings: Settings, pid: int, count: int) -> list[Seen]:
    """Look at the worker from when it has its partitions until it has committed all."""
    began = time.monotonic()
    client = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await client.start()
    try:
        while b"partitions_assigned" not in _log(settings).read_bytes():
            assert time.monotonic() - began < _DEADLINE, "the worker does not start"
            await asyncio.sleep(_POLL_SECONDS)
        seen = [Seen(time.monotonic() - began, 0, *_usage(pid))]
        while seen[-1].done < count:
            await asyncio.sleep(_POLL_SECONDS)
            done = await _committed(client)
            if done > seen[-1].done:
                seen.append(Seen(time.monotonic() - began, done, *_usage(pid)))
            assert time.monotonic() - began < _DEADLINE, f"{done} of {count} records"
    finally:
        await client.close()
    return seen


async def _committed(client: AIOKafkaAdminClient) -> int:
    try:
        offsets = await client.list_consumer_group_offsets("disclosure")
    except GroupCoordinatorNotAvailableError:  # the first group makes Kafka create its topic
        return 0
    return sum(max(0, found.offset) for found in offsets.values())


def _usage(pid: int) -> tuple[float, float]:
    """MiB that are its own and seconds of CPU, of a worker's process and its children (proc(5))."""
    folder = Path("/proc") / str(pid)
    shares = re.findall(r"^Pss:\s+(\d+) kB$", (folder / "smaps_rollup").read_text(), re.MULTILINE)
    after_name = (folder / "stat").read_text().rpartition(")")[2].split()
    mib, seconds = int(shares[0]) / 1024, (int(after_name[11]) + int(after_name[12])) / _TICKS
    for child in (folder / "task" / str(pid) / "children").read_text().split():
        more = _usage(int(child))
        mib, seconds = mib + more[0], seconds + more[1]
    return mib, seconds


def _tell(processes: int, seen: Sequence[Seen]) -> None:
    ready, last = seen[0], seen[-1]
    took = last.seconds - ready.seconds
    rate = last.done / took
    print(f"\n{processes} process(es): {last.done:,} records in {took:.1f} s, ", end="")
    print(f"{rate:,.0f} a second (asked: {_ASKED:,}), {ready.seconds:.1f} s to start\n")
    print("| committed | seconds | worker's memory, MiB |\n|---|---|---|")
    for part in (0.0, 0.01, 0.25, 0.5, 0.75, 1.0):
        at = next(each for each in seen if each.done >= part * last.done)
        print(f"| {at.done:,} | {at.seconds - ready.seconds:.1f} | {at.mib:.0f} |")


def _tell_steps(several: Sequence[dict[str, float]], seen: Sequence[Seen]) -> None:
    spent = (seen[-1].cpu - seen[0].cpu) / seen[-1].done * 1e6
    rows = {
        name: median(found.get(name, 0.0) for found in several)
        for name in (*steps.STEPS, steps.TOTAL)
    }
    print("\n| step | µs of CPU a record | share |\n|---|---|---|")
    for name, took in rows.items():
        print(f"| {name} | {took:.0f} | {took / spent:.0%} |")
    print(f"| Kafka: consume, produce, commit, memory | {spent - rows[steps.TOTAL]:.0f} | ", end="")
    print(f"{1 - rows[steps.TOTAL] / spent:.0%} |\n| the worker, measured | {spent:.0f} | 100% |")


if __name__ == "__main__":
    main()
