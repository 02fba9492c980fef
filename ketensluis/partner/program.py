"""Runs a connector as a program: until SIGTERM or SIGINT, waiting out what may heal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterable

import structlog

from ketensluis.errors import Unavailable
from ketensluis.runtime.ending import ended

__all__ = ["Work", "pause", "run_program", "together"]

# Does its work until the event is set; calls the second argument once it is under way.
Work = Callable[[asyncio.Event, Callable[[], None]], Awaitable[None]]

_PAUSE_SECONDS = 1.0


def run_program(work: Work, **about: str) -> None:
    """Do the work until it is told to stop; `about` stands in each line that is logged.

    Raises:
        KetensluisError: what no waiting heals.
    """
    asyncio.run(_run(work, about))


async def pause(stop: asyncio.Event, seconds: float = _PAUSE_SECONDS) -> None:
    """Return after so many seconds, or as soon as it is time to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def together(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Do all of it; where one thing fails, the others are given up."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        await ended(tasks)


async def _run(work: Work, about: dict[str, str]) -> None:
    stop, log = asyncio.Event(), structlog.get_logger().bind(**about)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    trouble: str | None = None

    def under_way() -> None:
        nonlocal trouble
        if trouble is not None:
            log.info("connector_recovered", code=trouble)
            trouble = None

    log.info("connector_started")
    while not stop.is_set():
        try:
            await work(stop, under_way)
        except Unavailable as error:
            if error.code != trouble:
                log.warning(
                    "connector_in_trouble",
                    code=error.code,
                    sentence=error.sentence,
                    remedy=error.remedy,
                )
            trouble = error.code
            await pause(stop)
    log.info("connector_stopped")
