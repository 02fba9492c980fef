"""Runs the police connector: takes from the source, publishes, reports the day's totals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import structlog

from connectors.bvi.publisher import Publisher, open_publisher
from connectors.bvi.register import Register
from connectors.bvi.source import FolderSource, Source
from connectors.bvi.sql import SqlSource, engine_of
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.incident import Incident
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.partner.incident_feed import FeedLine
from ketensluis.partner.lookouts import open_lookouts
from ketensluis.partner.program import pause, run_program, together
from ketensluis.partner.witnessing import attend_log
from ketensluis.runtime.clock import Clock
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of

__all__ = ["POLICE", "report_days", "run", "source_of", "take_all"]

POLICE = "police"


def run(settings: Settings, *, folder: Path | None, sql: str | None, view: str) -> None:
    """Run, and look at the hub's log for the police, until SIGTERM or SIGINT.

    Raises:
        KetensluisError: neither or both sources are given, keys and schemas are not sound, or
            a later run of the same source has taken over.
    """
    configure_logging("bvi", settings.log_level)
    source, clock = source_of(settings, folder, sql, view), settings.clock()
    post = post_of(settings, POLICE, "bvi")
    if post.sealer.keyring is None:
        structlog.get_logger().warning(
            "incidents_in_the_clear",
            remedy="name the hub's key store: KETENSLUIS_KEYS_URL and KETENSLUIS_KEYS_KEK",
        )

    async def take(stop: asyncio.Event, under_way: Callable[[], None]) -> None:
        async with open_publisher(source, settings.bootstrap, post.sealer, clock) as publisher:
            while not stop.is_set():
                await take_all(publisher, source, register)
                await report_days(publisher, register, clock)
                await publisher.keep()
                under_way()
                await pause(stop)

    async def work(stop: asyncio.Event, under_way: Callable[[], None]) -> None:
        both = [take(stop, under_way)]
        if lookouts:
            both.append(attend_log(lookouts, settings.bootstrap, post.codec, clock, stop))
        await together(both)

    desk = settings.home / "desks" / POLICE
    with (
        closing(Register(settings.home / "bvi" / f"{source.name}.sqlite3")) as register,
        open_lookouts(settings, [(POLICE, desk)]) as lookouts,
    ):
        run_program(work, state=source.name)


def source_of(settings: Settings, folder: Path | None, sql: str | None, view: str) -> Source:
    """The watched folder, or the polled view.

    Raises:
        KetensluisError: `bad_source`, `bad_view`.
    """
    regions = load_regions(resource("reference"))
    if folder is not None and sql is None:
        if not folder.is_dir():
            raise KetensluisError(
                "bad_source", "what --folder names is not a folder", "make it, or correct the name"
            )
        return FolderSource(folder, regions)
    if sql is not None and folder is None:
        return SqlSource(engine_of(sql), view, regions, settings.clock().now)
    raise KetensluisError(
        "bad_source", "the connector takes from one source", "give --folder DIR or --sql URL"
    )


async def take_all(publisher: Publisher, source: Source, register: Register) -> int:
    """Publish all that the source has by now; how many lines it was.

    The register comes first: killed in between, the lines are taken and entered again, so the
    police's count never misses what the hub has.
    """
    count = 0
    for chunk in source.read(publisher.position):
        register.enter(each.result for each in chunk.lines if isinstance(each.result, Incident))
        await publisher.publish(chunk)
        count += len(chunk.lines)
        for line in chunk.lines:
            _tell(line)
    return count


async def report_days(publisher: Publisher, register: Register, clock: Clock) -> None:
    """Publish the totals of each day that is over and changed since it was reported.

    Killed in between, they are published again: the later total of a unit and day counts.
    """
    if totals := register.totals_due(clock.now()):
        await publisher.publish_totals(totals)
        register.reported(totals)


def _tell(line: FeedLine) -> None:
    if isinstance(line.result, Refused):
        structlog.get_logger().warning(
            "line_refused",
            code=line.result.code,
            sentence=line.result.sentence,
            remedy=line.result.remedy,
            record=line.place,
        )
