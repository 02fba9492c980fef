"""Closes what aiokafka has open, so that nobody who is told to end meanwhile goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

__all__ = ["closed"]


async def closed(closing: Awaitable[None]) -> None:
    """Wait until one of aiokafka's clients is closed, as in `closed(consumer.stop())`.

    A client waits for tasks of its own, which it has cancelled, and takes a cancellation that
    comes at that moment for theirs. Work that then goes on with something else would never end.

    Raises:
        asyncio.CancelledError: whoever closes it was cancelled meanwhile.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    await closing
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
