"""A worker of several processes: each a member of the stage's group, one face to the outside.

Python runs one thread at a time, so a worker that is to use more than one core needs processes,
where Kafka Streams has threads (`num.stream.threads`). They share nothing: the group divides
the partitions among them, and what makes one worker exactly once makes several so. If one
ends, all end, and whoever started the worker starts it again: half a crew would look healthy
and be slow.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Protocol

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from ketensluis.errors import KetensluisError
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.settings import Settings

__all__ = ["Member", "run_crew"]

_TELL_SECONDS = 0.5
# A member that said nothing for so long has a loop that is blocked, or is frozen.
_SILENT_SECONDS = 10.0


class Member(Protocol):
    """What runs in each process; `work` returns after `stop`."""

    registry: CollectorRegistry

    def healthy(self) -> Verdict: ...  # noqa: D102 - as Worker's
    def ready(self) -> Verdict: ...  # noqa: D102 - as Worker's
    def stop(self) -> None: ...  # noqa: D102 - as Worker's
    async def work(self) -> None: ...  # noqa: D102 - as Worker's


class _Told(msgspec.Struct, frozen=True):
    """What a member says of itself, a few times in a second."""

    healthy: Verdict
    ready: Verdict
    metrics: bytes


@dataclass
class _Process:
    """A member's process, as the parent sees it."""

    number: int
    process: ForkProcess
    ear: Connection
    told: _Told | None = None
    told_at: float = field(default_factory=time.monotonic)

    def says(self, which: str) -> Iterator[str]:
        """The reasons why not, each with the process's number."""
        if self.told is None:
            yield f"{self.number}:starting"
        elif time.monotonic() - self.told_at > _SILENT_SECONDS:
            yield f"{self.number}:silent"
        else:
            verdict: Verdict = getattr(self.told, which)
            yield from (f"{self.number}/{reason}" for reason in verdict.reasons)


def run_crew(make: Callable[[], Member], settings: Settings) -> None:
    """Run `settings.processes` members until SIGTERM or SIGINT.

    Raises:
        KetensluisError: `process_ended`, one ended by itself; `port_taken`.
    """
    context = multiprocessing.get_context("fork")
    crew = []
    for number in range(settings.processes):
        ear, mouth = context.Pipe(duplex=False)
        process = context.Process(target=_member, args=(make, mouth, os.getpid()), daemon=True)
        process.start()
        mouth.close()  # the only copy is the member's: when that ends, the ear hears it
        crew.append(_Process(number, process, ear))
    try:
        asyncio.run(_lead(crew, settings))
    finally:
        for each in crew:
            each.process.terminate()
        for each in crew:
            each.process.join()


async def _lead(crew: list[_Process], settings: Settings) -> None:
    registry = CollectorRegistry()
    registry.register(_Merged(crew))
    health = HealthServer(
        registry, healthy=lambda: _all(crew, "healthy"), ready=lambda: _all(crew, "ready")
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    log = structlog.get_logger()
    await health.start(settings.http_host, settings.http_port)
    log.info("worker_started", host=settings.http_host, port=health.port, pid=os.getpid())
    stopped = asyncio.create_task(stopping.wait())
    ears = ThreadPoolExecutor(len(crew))  # each waits for one member
    heard = {asyncio.create_task(_listen(each, ears)): each for each in crew}
    try:
        await asyncio.wait([stopped, *heard], return_when=asyncio.FIRST_COMPLETED)
        if not stopping.is_set():
            ended = next(each.number for task, each in heard.items() if task.done())
            raise KetensluisError(
                "process_ended",
                f"process {ended} of the worker ended by itself",
                "see its last log lines; whoever runs the worker starts it again",
            )
    finally:
        for each in crew:
            each.process.terminate()
        stopped.cancel()
        await asyncio.wait([stopped, *heard])
        await health.stop()
        log.info("worker_stopped")


async def _listen(each: _Process, ears: Executor) -> None:
    """Take in what the member says, until it ends."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(EOFError, OSError):
        while True:
            said = await loop.run_in_executor(ears, each.ear.recv_bytes)
            each.told, each.told_at = msgspec.msgpack.decode(said, type=_Told), time.monotonic()


def _all(crew: list[_Process], which: str) -> Verdict:
    reasons = tuple(reason for each in crew for reason in each.says(which))
    return Verdict(not reasons, reasons)


class _Merged(Collector):
    """What all members count, each under the label `process`."""

    def __init__(self, crew: list[_Process]) -> None:
        self._crew = crew

    def collect(self) -> Iterator[Metric]:
        merged: dict[str, Metric] = {}
        for each in self._crew:
            text = each.told.metrics.decode() if each.told else ""
            for family in text_string_to_metric_families(text):
                into = merged.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                for sample in family.samples:
                    labels = {**sample.labels, "process": str(each.number)}
                    into.samples.append(sample._replace(labels=labels))
        yield from merged.values()


def _member(make: Callable[[], Member], mouth: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all; the parent passes it on
    try:
        asyncio.run(_work(make(), mouth, parent))
    except KetensluisError as error:
        structlog.get_logger().error(
            "process_failed", code=error.code, sentence=error.sentence, remedy=error.remedy
        )
        sys.exit(1)


async def _work(member: Member, mouth: Connection, parent: int) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, member.stop)
    telling = asyncio.create_task(_tell(member, mouth, parent))
    try:
        await member.work()
    finally:
        telling.cancel()


async def _tell(member: Member, mouth: Connection, parent: int) -> None:
    """Say how it fares; a member whose parent is gone, however that went, stops."""
    while os.getppid() == parent:
        told = _Told(member.healthy(), member.ready(), generate_latest(member.registry))
        with contextlib.suppress(OSError):
            await asyncio.to_thread(mouth.send_bytes, msgspec.msgpack.encode(told))
        await asyncio.sleep(_TELL_SECONDS)
    member.stop()
