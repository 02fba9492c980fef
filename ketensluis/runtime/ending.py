"""Ends tasks that work until they are cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

__all__ = ["ended"]


async def ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel the tasks, and return when all of them have ended, whatever they raised.

    Each is told once: what it then finishes, such as the batch in hand, is not interrupted.
    """
    for each in tasks:
        each.cancel()
    await asyncio.wait(tasks)
