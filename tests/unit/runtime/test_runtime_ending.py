"""Work that is told to end does, however its cancellation is swallowed."""

from __future__ import annotations

import asyncio

from ketensluis.runtime.ending import ended


async def test_work_that_swallowed_its_cancellation_is_told_again():
    swallowed, begun = 0, asyncio.Event()

    async def stubborn() -> None:
        nonlocal swallowed
        begun.set()
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if swallowed == 2:
                    raise
                swallowed += 1

    working = asyncio.create_task(stubborn())
    await begun.wait()
    await ended([working], again=0.01)
    assert working.cancelled()
    assert swallowed == 2


async def test_what_says_good_bye_in_time_is_told_once():
    parted, begun = False, asyncio.Event()

    async def polite() -> None:
        nonlocal parted
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            parted = True

    working = asyncio.create_task(polite())
    await begun.wait()
    await ended([working])
    assert parted


async def test_nothing_and_what_has_ended_end_at_once():
    async def failing() -> None:
        raise ValueError

    over = asyncio.create_task(failing())
    await asyncio.wait([over])
    await ended([])
    await ended([over])
    assert isinstance(over.exception(), ValueError)
