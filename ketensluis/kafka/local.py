"""Apache Kafka on this machine, started and stopped by us: no Docker, no system Java."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from rich.console import Console
from rich.progress import Progress

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.kafka.asking import members
from ketensluis.kafka.folder import claimed, cluster_id
from ketensluis.kafka.jars import default_cache, jars
from ketensluis.kafka.node import Node, free_listeners

__all__ = ["LocalKafka"]

_PORT_TRIES = 3
# Three nodes on two busy cores took 20 s; a first start from a cold disk may take longer.
_READY_SECONDS = 120.0
_POLL_SECONDS = 0.1


class LocalKafka:
    """One node or three, in a folder, on free ports of the loopback.

    It ends with the process that started it, however that ends. A folder that was used before
    is taken up again with its topics. `start` and `stop` block; `async with` does the same in
    a thread. Nothing is fetched after the first use.

    Args:
        folder: for configuration, logs and data.
        nodes: 1, or 3 for a cluster that survives the loss of one.
        cache: where the jars are kept; by default the user's own cache folder.
    """

    def __init__(self, folder: Path, nodes: int = 1, cache: Path | None = None) -> None:
        if nodes not in {1, 3}:
            raise KetensluisError("kafka_nodes", f"{nodes} nodes asked; it is one node or three")
        self._folder = folder.absolute()
        self._count = nodes
        self._cache = cache or default_cache()
        self._nodes: list[Node] = []
        self._claim: BinaryIO | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` of every node, separated by commas, as clients want it."""
        return ",".join(f"127.0.0.1:{node.own.client_port}" for node in self._nodes)

    def start(self) -> Self:
        """Start all nodes, and return when the cluster answers with all of them.

        Raises:
            Unavailable: the jars cannot be fetched (first use only).
            KetensluisError: it cannot run, or died; the sentence quotes its log.
        """
        with _shown() as progress:
            classpath = jars(self._cache, progress)
        self._claim = claimed(self._folder)
        try:
            known = cluster_id(self._folder, self._count)
            for _ in range(_PORT_TRIES - 1):
                if self._started(known, classpath):
                    return self
            self._start(known, classpath)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End all nodes and wait until they are gone; stopping twice is harmless."""
        self._end_nodes()
        if self._claim is not None:
            self._claim.close()

    def stop_node(self, number: int, *, kill: bool = False) -> None:
        """End node `number` (from 1) and wait until it is gone; `kill` leaves it no time."""
        self._nodes[number - 1].stop(kill=kill)

    def start_node(self, number: int) -> None:
        """Start node `number` (from 1) again, on its own ports, until the cluster has it."""
        self._nodes[number - 1].start()
        self._wait_until_ready({number})

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    def _started(self, cluster: str, classpath: list[Path]) -> bool:
        """Start it, unless another program was quicker to take one of the ports."""
        try:
            self._start(cluster, classpath)
        except KetensluisError:
            if not any(node.port_was_taken() for node in self._nodes):
                raise
            self._end_nodes()
            return False
        return True

    def _start(self, cluster: str, classpath: list[Path]) -> None:
        listeners = free_listeners(self._count)
        self._nodes = [
            Node(own, listeners, self._folder / f"node-{own.node}", classpath) for own in listeners
        ]
        with ThreadPoolExecutor(self._count) as pool:
            list(pool.map(lambda node: node.prepare(cluster), self._nodes))
        for node in self._nodes:
            node.start()
        self._wait_until_ready({node.own.node for node in self._nodes})

    def _end_nodes(self) -> None:
        for node in self._nodes:
            node.begin_stop()
        for node in self._nodes:
            node.stop()

    def _wait_until_ready(self, wanted: set[int]) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        awaited = [node for node in self._nodes if node.own.node in wanted]
        while not self._answers(awaited, wanted):
            for node in awaited:
                if not node.running:
                    raise KetensluisError(
                        "kafka_died",
                        f"Apache Kafka ended while it started: {node.last_words()}",
                        f"its logs are in {self._folder}",
                    )
            if time.monotonic() > deadline:
                raise KetensluisError(
                    "kafka_not_ready",
                    f"Apache Kafka did not answer within {_READY_SECONDS:.0f} s: "
                    f"{awaited[0].last_words()}",
                    f"its logs are in {self._folder}",
                )
            time.sleep(_POLL_SECONDS)

    def _answers(self, awaited: list[Node], wanted: set[int]) -> bool:
        if not all(node.listens() for node in awaited):
            return False
        with ThreadPoolExecutor(1) as pool:  # the caller's thread may run an event loop
            try:
                return wanted <= pool.submit(asyncio.run, members(self.bootstrap)).result()
            except Unavailable:
                return False


@contextlib.contextmanager
def _shown() -> Iterator[Callable[[int, int], None]]:
    """Progress of the fetching: on a terminal, and only if something is fetched."""
    bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with contextlib.ExitStack() as shown:

        def step(done: int, total: int) -> None:
            if not bar.tasks:
                shown.enter_context(bar)
                bar.add_task("Fetching Apache Kafka, once", total=total)
            bar.update(bar.task_ids[0], completed=done)

        yield step
