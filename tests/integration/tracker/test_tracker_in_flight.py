"""An answer that is on its way between two threads is no silence, though Kafka has no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from made_ledger import VT, at, whole_ladder
from tracker_rig import Rig
from waiting import until

from services.tracker.handler import Handler

pytestmark = pytest.mark.kafka

_LOOKS = 12


class HeldUp:
    """What is fetched is handed over only after the clock was looked at so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.when_held: Callable[[], None] | None = None
        self._looked = 0
        hand_over, look = driver.Consumer._getmany, Handler.moments

        async def counted(handler: Handler, *args: Any, **options: Any) -> int:
            self._looked += 1
            return await look(handler, *args, **options)

        async def held(consumer: Any, *args: Any, **options: Any) -> Any:
            records = await hand_over(consumer, *args, **options)
            if any(records.values()) and self.when_held:
                begin, self.when_held = self.when_held, None
                begin()
                await self._looks(self._looked + _LOOKS)
            return records

        monkeypatch.setattr(driver.Consumer, "_getmany", held)
        monkeypatch.setattr(Handler, "moments", counted)

    async def _looks(self, enough: int) -> None:
        async def looked() -> bool:
            return self._looked >= enough

        await until(looked)


async def test_answers_that_were_fetched_and_not_handed_over_are_no_silence(
    bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    held_up = HeldUp(monkeypatch)
    rig = Rig(bootstrap, tmp_path)
    await rig.make_topics()
    rig.set_time(at(3))
    decided, *rest = whole_ladder()
    async with rig.tracker():
        await rig.produce([decided])

        async def known() -> bool:
            rows = await rig.cases()
            return bool(rows) and rows[decided.incident_id, VT].state == "sent"

        await until(known)
        held_up.when_held = lambda: rig.set_time(at(95))
        await rig.produce(rest)

        async def closed() -> bool:
            return (await rig.cases())[decided.incident_id, VT].state == "closed"

        await until(closed)
        assert held_up.when_held is None
    assert await rig.told("alarms") == []
