"""Waiting for a condition, with a generous deadline: never for a time."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
DEADLINE = 120.0  # seconds: a machine with two cores may be busy
_POLL = 0.05

__all__ = ["DEADLINE", "eventually", "until"]


async def until(condition: Callable[[], Awaitable[T] | T], seconds: float = DEADLINE) -> T:
    """The condition's first true answer; fails if there is none in time."""
    end = time.monotonic() + seconds
    while not (found := await _answer(condition())):
        assert time.monotonic() < end, "the condition did not come true in time"
        await asyncio.sleep(_POLL)
    return found


async def _answer(given: Awaitable[T] | T) -> T:
    return await given if inspect.isawaitable(given) else given


def eventually(condition: Callable[[], T], seconds: float = DEADLINE) -> T:
    """As `until`, for who does not wait in a loop of events."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(_POLL)
    return found
