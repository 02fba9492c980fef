"""Waiting at a start for what may heal, so that programs may be started in any order."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from ketensluis.errors import Unavailable

__all__ = ["backoff", "paused", "when_there"]

T = TypeVar("T")

_FIRST = 0.2  # seconds


def backoff(tries: int, most: float, first: float = _FIRST) -> float:
    """Seconds to wait after so many tries: twice as long each time, up to the most."""
    return min(most, first * 2.0 ** min(tries, 16))


async def paused(stopping: asyncio.Event, tries: int, most: float, first: float = _FIRST) -> None:
    """Wait so long, or until it is to stop; not all who wait for one thing wake at once."""
    delay = backoff(tries, most, first) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(delay):
            await stopping.wait()


async def when_there(
    step: Callable[[], Awaitable[T]], most: float, stopping: asyncio.Event | None = None
) -> T:
    """The step's outcome, tried again while something is away; told of in the log once.

    Raises:
        Unavailable: it is to stop, and it is still away.
    """
    stopping = stopping or asyncio.Event()
    tries = 0
    while True:
        try:
            return await step()
        except Unavailable as error:
            if stopping.is_set():
                raise
            if not tries:
                structlog.get_logger().warning("worker_in_trouble", code=error.code)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(backoff(tries, most)):
                await stopping.wait()
        tries += 1
