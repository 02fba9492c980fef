"""Work that is told to end does: orderly, and also where aiokafka swallows its cancellation."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from waiting import until

from ketensluis.closing import closed
from ketensluis.runtime.ending import ended


class Swallowing:
    """Closes as aiokafka's clients do: it waits for a task of its own, which it has cancelled."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()
        self.may_close = asyncio.Event()

    async def stop(self) -> None:
        self.closing.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await self.may_close.wait()


async def test_a_cancellation_that_a_client_swallowed_is_raised_once_it_is_closed():
    client, closes = Swallowing(), 0

    async def work() -> None:
        nonlocal closes
        while True:
            with contextlib.suppress(ValueError):
                try:
                    raise ValueError
                finally:
                    await closed(client.stop())
                    closes += 1

    working = asyncio.create_task(work())
    await client.closing.wait()
    client.may_close.set()
    async with asyncio.timeout(30):
        await ended([working])
    assert working.cancelled()
    assert closes == 0


async def test_what_takes_an_hour_to_end_in_order_is_told_once(monkeypatch: pytest.MonkeyPatch):
    loop, told, finish = asyncio.get_running_loop(), 0, asyncio.Event()

    async def orderly() -> None:
        nonlocal told
        while not finish.is_set():
            try:
                await finish.wait()
            except asyncio.CancelledError:
                told += 1

    working = asyncio.create_task(orderly())
    await asyncio.sleep(0)
    ending = asyncio.create_task(ended([working]))
    await until(lambda: told)
    began = loop.time()
    monkeypatch.setattr(loop, "time", lambda: began + 3_600)  # whatever waits for a time is due
    for _ in range(10):
        await asyncio.sleep(0)
    finish.set()
    await ending
    assert told == 1


async def test_what_has_ended_already_ends_at_once():
    async def failing() -> None:
        raise ValueError

    over = asyncio.create_task(failing())
    await asyncio.wait([over])
    await ended([over])
    assert isinstance(over.exception(), ValueError)
