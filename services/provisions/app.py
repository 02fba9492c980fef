"""How the register runs: `sluis run provisions`; it follows the topic, and exports."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import structlog
from prometheus_client import CollectorRegistry, Counter
from sqlalchemy.exc import SQLAlchemyError

from ketensluis.errors import KetensluisError
from ketensluis.model.resources import resource
from ketensluis.processing_log.activities import load_activities
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.progress import Progress
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of
from services.provisions.database import engine_of, migrate
from services.provisions.export import Exporter
from services.provisions.projection import Register
from services.provisions.reading import catch_up

__all__ = ["Provisions", "run"]

_LOOK_SECONDS = 1.0


class Provisions:
    """One worker; any number may run on one database (PostgreSQL)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = asyncio.Event()
        self._progress = Progress()
        self._caught_up = False
        self._log = structlog.get_logger()
        self._engine = engine_of(settings)
        activities = load_activities(resource("reference"))
        self._register = Register(self._engine, codec_of(settings), activities)
        endpoint = settings.otlp_endpoint
        self._exporter = Exporter(self._engine, endpoint) if endpoint else None
        metrics = CollectorRegistry()
        self._taken = Counter(
            "ketensluis_processing_records", "Records taken into the register.", registry=metrics
        )
        self._sent = Counter(
            "ketensluis_lines_exported", "Lines that the log elsewhere confirmed.", registry=metrics
        )
        self._health = HealthServer(metrics, healthy=self.healthy, ready=self.ready)

    def stop(self) -> None:
        """Ask it to stop; `run` returns then."""
        self._stopping.set()

    def healthy(self) -> Verdict:
        """Whether the register moves with the topic, and what is to be exported goes out."""
        good = self._progress.still_for() <= self._settings.stuck_after
        return Verdict(good, () if good else (self._progress.trouble or "stuck",))

    def ready(self) -> Verdict:
        """Whether the register held all there was, at least once since the start."""
        if self._caught_up:
            return Verdict(good=True)
        return Verdict(good=False, reasons=(self._progress.trouble or "catching_up",))

    async def run(self) -> None:
        """Run until `stop`.

        Raises:
            KetensluisError: `port_taken`, or the database is not to be used.
        """
        await asyncio.to_thread(migrate, self._engine)
        await self._health.start(self._settings.http_host, self._settings.http_port)
        host, port = self._settings.http_host, self._health.port
        self._log.info("worker_started", host=host, port=port, pid=os.getpid())
        try:
            while not self._stopping.is_set():
                await self._look()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _LOOK_SECONDS)
        finally:
            await self._health.stop()
            self._engine.dispose()
            self._log.info("worker_stopped")

    async def _look(self) -> None:
        """Take in what is new, then hand over what waits; trouble is told, and tried again."""
        try:
            self._taken.inc(await catch_up(self._register, self._settings.bootstrap))
            self._caught_up = True
            await self._export()
        except (KetensluisError, SQLAlchemyError) as error:
            code = error.code if isinstance(error, KetensluisError) else "database_away"
            if code != self._progress.trouble:
                self._progress.trouble = code
                self._log.warning("worker_in_trouble", code=code, error=type(error).__name__)
            return
        if self._progress.trouble is not None:
            self._log.info("worker_recovered", code=self._progress.trouble)
            self._progress.trouble = None
        self._progress.moved()

    async def _export(self) -> None:
        if self._exporter is None:
            return
        before = self._exporter.rejected
        while count := await asyncio.to_thread(self._exporter.export):
            self._sent.inc(count)
            self._progress.moved()
        if self._exporter.rejected != before:
            self._log.error("lines_rejected", count=self._exporter.rejected - before)


def run(settings: Settings) -> None:
    """Keep the register until SIGTERM or SIGINT.

    Raises:
        KetensluisError: as `Provisions.run`.
    """
    configure_logging("provisions", settings.log_level)

    async def until_stopped() -> None:
        provisions = Provisions(settings)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, provisions.stop)
        await provisions.run()

    asyncio.run(until_stopped())
