"""Recovery of a million obligations, open and closed, from the tracker's changelog.

Run: `python -m benchmarks recovery`. The changelog holds a million incidents in four partitions,
half of them closed (five events), half waiting for an answer (two). A tracker that is started in a
process of its own is ready when its table is restored and the moments of all open incidents are
found again. It is started twice: the local copy is emptied at every start, so both do the same.
Time is from the start of the process, Python's own imports and joining the group included;
processor time is the process's own, which a busy machine does not blur; memory is its largest
resident size (VmHWM).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiokafka import AIOKafkaProducer

from benchmarks._five_steps import AT, event
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import TopicPlan
from ketensluis.ledger.clock_data import load
from ketensluis.ledger.clocks import Clocks
from ketensluis.model.party import HUB
from ketensluis.model.resources import resource
from ketensluis.runtime.partitioner import partition_of
from ketensluis.runtime.sending import BATCH_BYTES
from services.tracker.faust_app import TABLE
from services.tracker.names import Names
from services.tracker.process import Tracking
from services.tracker.remembered import Remembered, pack

__all__ = ["main"]

_INCIDENTS, _PARTITIONS, _BATCH = 1_000_000, 4, 500
_PATIENCE_S = 3_600
_NAME = b"PL0900-00000000"


@dataclass(frozen=True, slots=True)
class _Start:
    seconds: float
    processor: float
    mebibytes: float


def _values() -> Iterator[tuple[bytes, bytes]]:
    """What the tracker would have kept of each incident."""
    data = load(resource("reference") / "clocks.yaml")
    tracking = Tracking(Clocks(data))
    fingerprint = hashlib.sha256(data.model_dump_json().encode()).digest()[:8]
    kept = []
    for steps in (2, 5):
        told = tracking.events(Remembered(), [event(_NAME.decode(), step) for step in range(steps)])
        kept.append(pack(told.known, fingerprint))
    for number in range(_INCIDENTS):
        key = b"PL0900-%08d" % number
        yield key, kept[number % 2].replace(_NAME, key)


async def _fill(bootstrap: str, names: Names, changelog: str) -> float:
    compact = {"cleanup.policy": "compact"}
    await apply(bootstrap, [
        TopicPlan(changelog, _PARTITIONS, 1, compact),
        TopicPlan(names.cases, _PARTITIONS, 1, compact),
        *(TopicPlan(each, _PARTITIONS, 1) for each in (names.events, names.alarms, names.requests)),
        TopicPlan(names.quarantine, 1, 1),
    ])  # fmt: skip
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=BATCH_BYTES)
    await producer.start()
    size = 0
    batches = {number: producer.create_batch() for number in range(_PARTITIONS)}
    for key, value in _values():
        number = partition_of(key, range(_PARTITIONS))
        size += len(value)
        batches[number].append(key=key, value=value, timestamp=None)
        if batches[number].record_count() == _BATCH:
            await producer.send_batch(batches[number], changelog, partition=number)
            batches[number] = producer.create_batch()
    for number, batch in batches.items():
        await producer.send_batch(batch, changelog, partition=number)
    await producer.stop()
    return size / _INCIDENTS


def _started(settings: dict[str, str], log: Path) -> _Start:
    """Start a tracker, wait until it is ready, and stop it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begin = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ketensluis", "run", "tracker"],
            env={**os.environ, **settings, "KETENSLUIS_HTTP_PORT": str(port)},
            stdout=output,
            stderr=output,
        )
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - begin > _PATIENCE_S:
                raise SystemExit(f"the tracker was not ready:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        seconds = time.perf_counter() - begin
        return _Start(seconds, *_used(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _used(pid: int) -> tuple[float, float]:
    """Seconds of processor time and the largest resident size in MiB (proc(5))."""
    process = Path(f"/proc/{pid}")
    ticks = sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[11:13]))
    lines = (process / "status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return ticks / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) / 1024


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    """Print the table."""
    names = Names()
    with tempfile.TemporaryDirectory() as name, LocalKafka(Path(name) / "kafka") as kafka:
        folder = Path(name)
        make_demo_pki(folder / "pki", [HUB], AT)
        (folder / "now").write_text((AT + timedelta(minutes=5)).isoformat(), encoding="ascii")
        size = asyncio.run(_fill(kafka.bootstrap, names, f"{names.group}-{TABLE}-changelog"))
        settings = {
            "KETENSLUIS_BOOTSTRAP": kafka.bootstrap,
            "KETENSLUIS_HOME": str(folder / "home"),
            "KETENSLUIS_CLOCK_FILE": str(folder / "now"),
            "KETENSLUIS_PKI": str(folder / "pki"),
        }
        starts = {
            "first": _started(settings, folder / "log"),
            "again": _started(settings, folder / "log"),
        }
    print(f"{_INCIDENTS:,} incidents, {size:,.0f} bytes each\n")
    print("| start | seconds until ready | processor seconds | largest resident size, MiB |")
    print("|---|---|---|---|")
    for start, each in starts.items():
        print(f"| {start} | {each.seconds:,.1f} | {each.processor:,.1f} | {each.mebibytes:,.0f} |")


if __name__ == "__main__":
    main()
