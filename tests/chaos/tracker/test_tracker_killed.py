"""Trackers that are killed or stopped under load: the books come out the same."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from made_ledger import VT, at, decision, whole_ladder
from tracker_rig import Rig, end
from waiting import until

from ketensluis.ledger.events import Events, add
from ketensluis.ledger.fold import cases
from ketensluis.model.ledger import Case, LedgerEvent

pytestmark = pytest.mark.kafka

MANY = 400


@pytest.fixture
async def rig(bootstrap: str, tmp_path: Path) -> Rig:
    rig = Rig(bootstrap, tmp_path)
    rig.set_time(at(95))
    await rig.make_topics()
    return rig


def load(begin: int, count: int = MANY) -> list[LedgerEvent]:
    """All first events, then all second ones, and so on."""
    ladders = [whole_ladder(f"PL0900-{number}") for number in range(begin, begin + count)]
    return [each[step] for step in range(5) for each in ladders]


def expected(events: list[LedgerEvent]) -> dict[tuple[str, str], Case]:
    sets: dict[str, Events] = {}
    for event in events:
        sets[event.incident_id] = add(sets.get(event.incident_id, ()), event)
    rows = [row for each in sets.values() for row in cases(each)]
    return {(row.incident_id, row.recipient): row for row in rows}


async def has_rows(rig: Rig) -> bool:
    return bool(await rig.told("cases"))


async def test_a_tracker_killed_under_load_and_started_on_an_empty_folder_gives_the_same_cases(
    rig: Rig,
):
    events = load(0)
    first = rig.spawn("first")
    try:
        await rig.produce(events[: 2 * MANY])
        await until(lambda: has_rows(rig))
        await rig.produce(events[2 * MANY :])
    finally:
        end(first, signal.SIGKILL)
    assert first.returncode == -signal.SIGKILL

    second = rig.spawn("second")
    wanted = expected(events)
    try:

        async def complete() -> bool:
            return await rig.cases() == wanted

        await until(complete)
    finally:
        assert end(second, signal.SIGTERM) == 0


async def test_when_one_of_two_trackers_stops_the_other_takes_over_and_nothing_is_lost(rig: Rig):
    silent = decision(94, incident_id="SILENT")
    one, two = rig.spawn("one"), rig.spawn("two")
    try:
        await rig.produce([*load(0), silent])

        async def both_work() -> bool:
            logs = [(rig.folder / f"{name}.log").read_text() for name in ("one", "two")]
            return all('"partitions_assigned"' in log for log in logs)

        await until(both_work)
        await until(lambda: has_rows(rig))
        assert end(one, signal.SIGTERM) == 0
        await rig.produce(load(MANY))
        wanted = expected([silent, *load(0), *load(MANY)])

        async def complete() -> bool:
            return await rig.cases() == wanted

        await until(complete)
        # The clock of a case that the other tracker saw begin is watched by this one.
        rig.set_time(at(200))

        async def alarmed() -> bool:
            return bool(await rig.told("alarms"))

        await until(alarmed)
    finally:
        for process in (one, two):
            if process.poll() is None:
                end(process, signal.SIGTERM)
    assert [each.kind for each in await rig.told("alarms")] == ["overdue"]


async def test_each_alarm_has_one_id_over_kills_while_the_clock_moves(rig: Rig):
    incidents = [f"SILENT-{number}" for number in range(200)]
    rig.set_time(at(2))
    process = rig.spawn("0")
    try:
        await rig.produce([decision(1, incident_id=each) for each in incidents])
        await until(lambda: has_rows(rig))
        rig.set_time(at(62))

        async def some() -> bool:
            return bool(await rig.told("alarms"))

        await until(some)
        end(process, signal.SIGKILL)
        process = rig.spawn("1")

        async def every_one() -> bool:
            return {each.incident_id for each in await rig.told("alarms")} == set(incidents)

        await until(every_one)
    finally:
        end(process, signal.SIGTERM)

    found = await rig.told("alarms")
    kinds = {(each.incident_id, each.recipient, each.kind) for each in found}
    assert kinds == {(each, VT, "overdue") for each in incidents}
    assert len({each.alarm_id for each in found}) == len(incidents)
