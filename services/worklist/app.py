"""How the work list runs: `sluis run worklist`, one follower of the topics and one HTTP server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from functools import partial

import structlog
import uvicorn

from ketensluis.envelope.directory import party_folder
from ketensluis.errors import KetensluisError
from ketensluis.ledger.clock_data import load
from ketensluis.model.party import HUB
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.processing_log.sealing import SubjectSealer
from ketensluis.runtime.ending import ended
from ketensluis.runtime.health import Verdict
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of, pki_folder, post_of
from services.worklist.consultations import OnTopic
from services.worklist.database import engine_of, migrate
from services.worklist.desk import Desk, dossier_key_in
from services.worklist.issuer import tokens_of
from services.worklist.metrics import FigureBoard
from services.worklist.projection import Projection, Topics
from services.worklist.pruning import Pruning
from services.worklist.reading import Follower
from services.worklist.site import site

__all__ = ["QuietServer", "WorkList", "listen", "run"]


class WorkList:
    """One worker; any number may run on one database (PostgreSQL), see `projection`."""

    def __init__(self, settings: Settings, topics: Topics | None = None) -> None:
        self.port = 0
        """The port that it listens on, once started."""
        self._settings = settings
        self._stopping = asyncio.Event()
        self._engine = engine_of(settings)
        reference = resource("reference")
        regions, clock = load_regions(reference), settings.clock()
        self._pruning = Pruning(self._engine, settings.clock())
        self._follower = Follower(Projection(self._engine, codec_of(settings), topics), settings)
        names = {each.name for each in load(reference / "clocks.yaml").clocks}
        self._board = FigureBoard(self._engine, clock, self._follower, regions, names)
        sealer = post_of(settings, HUB, "worklist").sealer
        self._consultations = OnTopic(settings.bootstrap, sealer, (topics or Topics()).processing)
        self._site = site(
            Desk(
                self._engine,
                clock,
                tokens_of(settings),
                regions,
                self._consultations,
                partial(dossier_key_in, party_folder(pki_folder(settings), HUB)),
                SubjectSealer(partial(sealer.certificate_of, HUB)),
            ),
            self._board.registry,
            healthy=self.healthy,
            ready=self.ready,
        )

    def stop(self) -> None:
        """Ask it to stop; `run` returns then."""
        self._stopping.set()

    def healthy(self) -> Verdict:
        """Whether the tables move with the topics, and Kafka and the database answer."""
        progress = self._follower.progress
        good = progress.still_for() <= self._settings.stuck_after
        return Verdict(good, () if good else (progress.trouble or "stuck",))

    def ready(self) -> Verdict:
        """Whether the tables held all there was, at least once since the start."""
        if self._follower.caught_up:
            return Verdict(good=True)
        return Verdict(good=False, reasons=(self._follower.progress.trouble or "catching_up",))

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            KetensluisError: `port_taken`, or the database is not to be used.
        """
        log = structlog.get_logger()
        await asyncio.to_thread(migrate, self._engine)
        listening = listen(self._settings)
        self.port = int(listening.getsockname()[1])
        server = QuietServer(
            uvicorn.Config(
                self._site, log_config=None, access_log=False, server_header=False, lifespan="off",
                timeout_graceful_shutdown=int(self._settings.stop_timeout),
            )
        )  # fmt: skip
        log.info("worker_started", host=self._settings.http_host, port=self.port, pid=os.getpid())
        self._consultations.start()
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        others = [
            asyncio.create_task(work)
            for work in (
                self._follower.run(),
                self._board.run(),
                self._pruning.run(),
                self._stopping.wait(),
            )
        ]
        try:
            done, _ = await asyncio.wait([serving, *others], return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                await each
        finally:
            server.should_exit = True
            await ended(others)
            await asyncio.wait([serving])
            await self._consultations.stop()
            listening.close()
            self._engine.dispose()
            log.info("worker_stopped")


class QuietServer(uvicorn.Server):
    """A server that leaves signals to the worker, whose own affair they are."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None is caught."""
        yield


def listen(settings: Settings) -> socket.socket:
    """The port that the settings name, taken.

    Raises:
        KetensluisError: `port_taken`.
    """
    try:
        family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
        return socket.create_server((settings.http_host, settings.http_port), family=family)
    except OSError as error:
        raise KetensluisError(
            "port_taken",
            f"cannot listen on {settings.http_host} port {settings.http_port}",
            "choose another http_port, or 0 for a free one",
        ) from error


def run(settings: Settings) -> None:
    """Run the work list until SIGTERM or SIGINT.

    Raises:
        KetensluisError: as `WorkList.run`.
    """
    configure_logging("worklist", settings.log_level)

    async def until_stopped() -> None:
        work_list = WorkList(settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, work_list.stop)
        await work_list.run()

    asyncio.run(until_stopped())
