"""Runs the police connector: takes from the source, publishes, reports the day's totals."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from pathlib import Path

import structlog
from sqlalchemy import create_engine

from connectors.bvi.publisher import Publisher, open_publisher
from connectors.bvi.register import Register
from connectors.bvi.source import FolderSource, Source
from connectors.bvi.sql import SqlSource
from ketensluis.envelope.mail import Sealer
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.incident import Incident
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

__all__ = ["POLICE", "run", "source_of", "take_all"]

POLICE = "police"
_POLL_SECONDS = 1.0


def run(settings: Settings, *, folder: Path | None, sql: str | None, view: str) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        KetensluisError: neither or both sources are given, or keys and schemas are not sound.
    """
    configure_logging("bvi", settings.log_level)
    asyncio.run(_attend(settings, source_of(settings, folder, sql, view)))


def source_of(settings: Settings, folder: Path | None, sql: str | None, view: str) -> Source:
    """The watched folder, or the polled view."""
    regions = load_regions(resource("reference"))
    if folder is not None and sql is None:
        return FolderSource(folder, regions)
    if sql is not None and folder is None:
        return SqlSource(create_engine(sql), view, regions, settings.clock().now)
    raise KetensluisError(
        "bad_source", "the connector takes from one source", "give --folder DIR or --sql URL"
    )


async def take_all(publisher: Publisher, source: Source, register: Register) -> int:
    """Publish all that the source has by now; how many lines it was.

    The register comes first: killed in between, the lines are taken and entered again, so the
    police's count never misses what the hub has.
    """
    log, count = structlog.get_logger(), 0
    for chunk in source.read(await publisher.position()):
        register.enter(each.result for each in chunk.lines if isinstance(each.result, Incident))
        await publisher.publish(chunk)
        count += len(chunk.lines)
        for line in chunk.lines:
            if isinstance(line.result, Refused):
                log.warning(
                    "line_refused",
                    code=line.result.code,
                    sentence=line.result.sentence,
                    remedy=line.result.remedy,
                    record=line.place,
                )
    return count


async def _attend(settings: Settings, source: Source) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    register = Register(settings.home / "bvi" / f"{source.name}.sqlite3")
    post, log, trouble = post_of(settings, POLICE, "bvi"), structlog.get_logger(), None
    log.info("connector_started", state=source.name)
    while not stop.is_set():
        try:
            await _work(settings, source, register, post.sealer, stop)
        except Unavailable as error:
            if error.code != trouble:
                log.warning("connector_in_trouble", code=error.code, sentence=error.sentence)
            trouble = error.code
            await _pause(stop)
    register.close()
    log.info("connector_stopped")


async def _work(
    settings: Settings, source: Source, register: Register, sealer: Sealer, stop: asyncio.Event
) -> None:
    clock = settings.clock()
    async with open_publisher(source, settings.bootstrap, sealer, clock) as publisher:
        while not stop.is_set():
            await take_all(publisher, source, register)
            if totals := register.totals_due(clock.now()):
                await publisher.publish_totals(totals)
                register.reported(totals)
            await _pause(stop)


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), _POLL_SECONDS)
