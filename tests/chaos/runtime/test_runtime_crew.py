"""A worker of two processes: its work shared, its end whole, nothing lost or repeated."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from stage_kafka import WorkerProcess, counting, fetch, has, origins, produce, scan, settings_for
from waiting import until

pytestmark = pytest.mark.kafka
Topics = Any
RECORDS = 3_000


def members(worker: WorkerProcess) -> list[int]:
    """The processes that the worker is made of beside itself."""
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def gone(pid: int) -> bool:
    """Whether there is no such process, or only its name in the list of the dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def tasks(worker: WorkerProcess) -> list[int]:
    """Of each process, how many partitions it has open, by the worker's own metrics."""
    port = next(line["port"] for line in worker.lines() if line.get("port"))
    found = re.findall(r'ketensluis_tasks\{.*process="\d".*\} (\d+)', fetch(port, "metrics")[1])
    return [int(each) for each in found]


@pytest.fixture
def names(topics: Topics) -> dict[str, str]:
    return topics(incoming=4, out=4, quarantine=1, state=4)


async def test_two_processes_share_the_partitions_and_one_that_ends_ends_the_worker(
    bootstrap: str, names: dict[str, str], tmp_path: Path
):
    stage, settings = counting(names), settings_for(bootstrap, tmp_path, processes=2)
    worker = WorkerProcess(stage, settings, tmp_path / "log")
    again = None
    try:
        await until(lambda: worker.ready() and tasks(worker) == [2, 2])
        sent = await produce(bootstrap, names["incoming"], map(str, range(RECORDS)), keys=40)
        await until(lambda: has(bootstrap, names["out"], 1))

        os.kill(members(worker)[0], signal.SIGKILL)
        await until(lambda: worker.process.poll() is not None)
        assert worker.process.returncode != 0, "whoever runs it is to start it again"

        again = WorkerProcess(stage, settings, tmp_path / "log-again")
        await until(lambda: has(bootstrap, names["out"], RECORDS))
        await until(again.ready)
        assert await again.terminate() == 0
        assert origins(await scan(bootstrap, names["out"])) == sorted(sent)
    finally:
        for each in filter(None, (worker, again)):
            each.kill()


async def test_processes_end_with_a_worker_that_is_killed(
    bootstrap: str, names: dict[str, str], tmp_path: Path
):
    settings = settings_for(bootstrap, tmp_path, processes=2)
    worker = WorkerProcess(counting(names), settings, tmp_path / "log")
    try:
        await until(worker.ready)
        made = members(worker)
        assert len(made) == 2
    finally:
        worker.kill()
    await until(lambda: all(map(gone, made)))
