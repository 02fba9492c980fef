"""What the ledger is told of a restraining order: its own dates, which start clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from disclosure_world import Hub, World
from made_incidents import AT, incident

ORDER, ENDS = "2026-03-01T20:00:00Z", "2026-03-11T20:00:00Z"


def restraint(**dates: str) -> dict[str, Any]:
    return {"kind": "restraining_order", **dates}


@pytest.mark.parametrize(
    ("measures", "since", "until"),
    [
        ([{"kind": "arrest", "imposed_at": ORDER}], None, None),
        ([restraint(imposed_at=ORDER, until=ENDS)], ORDER, ENDS),
        ([restraint(imposed_at=ORDER)], ORDER, None),
        ([restraint(imposed_at="2026-01-01T10:00:00Z", until=ORDER),
          restraint(imposed_at=ORDER, until=ENDS)], ORDER, ENDS),
        ([restraint()], incident().registered_at.isoformat(), None),
    ],
)  # fmt: skip
def test_the_dates_of_the_newest_order_are_on_the_ledger_and_of_nothing_else(
    tmp_path: Path, measures: list[dict[str, Any]], since: str | None, until: str | None
):
    world = World(tmp_path / "pki")
    hub = Hub(world)
    events = hub.events(hub.take(world.record(incident(measures=measures))))

    expected = tuple(
        each and datetime.fromisoformat(each).astimezone(UTC) for each in (since, until)
    )
    assert {(each.restrained_from, each.restrained_until) for each in events} == {expected}
    assert events[0].occurred_at == AT
