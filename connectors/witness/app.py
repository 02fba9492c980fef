"""Runs witnesses of the log, for parties that have no other connector here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence

import structlog
from prometheus_client import CollectorRegistry, Gauge

from ketensluis.errors import KetensluisError
from ketensluis.partner.lookout import Lookout
from ketensluis.partner.lookouts import open_lookouts
from ketensluis.partner.program import run_program
from ketensluis.partner.witnessing import attend_log
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import codec_of

__all__ = ["run"]


def run(settings: Settings, parties: Sequence[str]) -> None:
    """Look at each new state of the log until SIGTERM or SIGINT.

    Raises:
        KetensluisError: `no_witness`, nobody can look; `port_taken`.
    """
    configure_logging("witness", settings.log_level)
    desks = [(each, settings.home / "desks" / each.replace(":", ".")) for each in parties]
    with open_lookouts(settings, desks) as lookouts:
        if not lookouts:
            raise KetensluisError(
                "no_witness",
                "no log is known, or these parties have no key as witnesses, or others look",
                "set journal_url, and put parties/<party>/witness.key into the PKI folder",
            )
        _Watch(settings, lookouts, ", ".join(parties)).run()


class _Watch:
    """The lookouts at work, and what they tell of it."""

    def __init__(self, settings: Settings, lookouts: Sequence[Lookout], parties: str) -> None:
        self._settings = settings
        self._parties = parties
        self._lookouts = lookouts
        self._under_way = False
        registry = CollectorRegistry()
        self._size = Gauge(
            "ketensluis_witness_log_entries",
            "Entries of the log, as its last checkpoint says.",
            registry=registry,
        )
        self._health = HealthServer(registry, healthy=self._ready, ready=self._ready)

    def run(self) -> None:
        run_program(self._look, party=self._parties)

    def _ready(self) -> Verdict:
        reasons = () if self._under_way else ("kafka_unavailable",)
        return Verdict(good=self._under_way, reasons=reasons)

    async def _look(self, stop: asyncio.Event, under_way: Callable[[], None]) -> None:
        settings = self._settings

        def told(size: int) -> None:
            under_way()
            self._under_way = True
            self._size.set(size)

        await self._health.start(settings.http_host, settings.http_port)
        structlog.get_logger().info(
            "worker_started", host=settings.http_host, port=self._health.port, pid=os.getpid()
        )
        try:
            await attend_log(
                self._lookouts,
                settings.bootstrap,
                codec_of(settings),
                settings.clock(),
                stop,
                told=told,
            )
        finally:
            self._under_way = False
            await self._health.stop()
