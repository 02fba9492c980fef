"""A coroutine whose first step was taken elsewhere goes on as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from services.tracker.begun import Begun


async def begun(work: Coroutine[Any, Any, Any]) -> Begun:
    return Begun(work, work.send(None))


async def test_it_comes_to_its_end_over_several_waits():
    async def work() -> str:
        await asyncio.sleep(0)
        told = await ready
        await asyncio.sleep(0)
        return told

    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    waiting = asyncio.ensure_future(await begun(work()))
    await asyncio.sleep(0)
    assert not waiting.done()
    ready.set_result("done")
    assert await waiting == "done"


async def test_what_goes_wrong_later_is_raised_where_it_is_awaited():
    async def work() -> None:
        await ready

    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waiting = asyncio.ensure_future(await begun(work()))
    ready.set_exception(LookupError("gone"))
    with pytest.raises(LookupError, match="gone"):
        await waiting


async def test_a_cancellation_reaches_the_coroutine():
    seen = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("left")

    waiting = asyncio.ensure_future(await begun(work()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert seen == ["left"]
