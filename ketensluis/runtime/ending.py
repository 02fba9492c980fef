"""Ends tasks that work until they are cancelled, also where what they call swallows that.

A library that waits for a task of its own to be cancelled takes a cancellation that comes at
that moment for the answer (aiokafka does, where a consumer stops), and the work goes on: it is
then told again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

__all__ = ["ended"]

_AGAIN_SECONDS: Final = 5.0
"""Longer than an orderly good-bye to Kafka takes; that is not to be interrupted."""


async def ended(tasks: Iterable[asyncio.Task[Any]], again: float = _AGAIN_SECONDS) -> None:
    """Cancel the tasks, and return when all of them have ended, whatever they raised.

    Args:
        tasks: those to end; some may have ended already.
        again: after how many seconds those that still work are cancelled once more.
    """
    waiting = set(tasks)
    while waiting:
        for each in waiting:
            each.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=again)
