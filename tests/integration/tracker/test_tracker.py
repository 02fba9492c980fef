"""The tracker on a real Apache Kafka: events in, cases, alarms and requests out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from made_ledger import OTHER, VT, answer, at, decision, whole_ladder
from structlog.testing import capture_logs
from tracker_rig import Rig
from waiting import until

from ketensluis.errors import Unavailable
from ketensluis.ledger.events import add
from ketensluis.ledger.fold import cases
from services.tracker.worker import Tracker

pytestmark = pytest.mark.kafka


@pytest.fixture
async def rig(bootstrap: str, tmp_path: Path) -> Rig:
    rig = Rig(bootstrap, tmp_path)
    rig.set_time(at(95))
    await rig.make_topics()
    return rig


async def test_events_become_the_same_cases_as_the_fold_gives(rig: Rig):
    incidents = [f"PL0900-{number}" for number in range(20)]
    events = [event for incident in incidents for event in whole_ladder(incident)]
    async with rig.tracker():
        await rig.produce(reversed(events))

        async def all_closed() -> bool:
            found = await rig.cases()
            return len(found) == 20 and all(row.state == "closed" for row in found.values())

        await until(all_closed)

    known = ()
    for event in whole_ladder(incidents[3]):
        known = add(known, event)
    assert (await rig.cases())[incidents[3], VT] == cases(known)[0]


async def test_events_of_an_aborted_transaction_are_never_seen(rig: Rig):
    async with rig.tracker() as tracker:
        await rig.produce([decision(1, incident_id="ABORTED")], abort=True)
        await rig.produce([decision(1, incident_id="COMMITTED")])

        async def shown() -> bool:
            return ("COMMITTED", VT) in await rig.cases()

        await until(shown)
        await rig.produce([answer(2, "received", incident_id="COMMITTED")])

        async def received() -> bool:
            return (await rig.cases())["COMMITTED", VT].state == "received"

        await until(received)
        assert tracker.healthy().good
    assert set(await rig.cases()) == {("COMMITTED", VT)}


async def test_a_record_that_is_no_event_goes_to_quarantine_and_the_next_is_handled(rig: Rig):
    good = decision(1)
    async with rig.tracker():
        await rig.produce_raw(b"x", b"not avro at all")
        await rig.produce_raw(b"x", None)
        await rig.produce_raw(b"another incident", rig.codec.encode(good))
        await rig.produce([good])

        async def both() -> bool:
            return len(await rig.told("quarantine")) == 3 and bool(await rig.cases())

        await until(both)

    codes = {entry.code for entry in await rig.told("quarantine")}
    assert codes == {"not_avro", "no_value", "wrong_key"}


async def test_a_silent_recipient_alarms_once_when_the_clock_is_moved(rig: Rig):
    rig.set_time(at(2))
    async with rig.tracker():
        await rig.produce([decision(1)])

        async def shown() -> bool:
            return bool(await rig.cases())

        await until(shown)
        assert await rig.told("alarms") == []

        rig.set_time(at(62))

        async def alarmed() -> bool:
            return bool(await rig.told("alarms"))

        await until(alarmed)

        async def row_is_overdue() -> bool:
            (row,) = (await rig.cases()).values()
            return row.overdue == ("receipt",)

        await until(row_is_overdue)
        await rig.produce([answer(65, "received")])

        async def cleared() -> bool:
            return len(await rig.told("alarms")) == 2

        await until(cleared)

    assert [(each.kind, each.clock) for each in await rig.told("alarms")] == [
        ("overdue", "receipt"),
        ("cleared", "receipt"),
    ]


async def test_a_deadline_that_passed_while_the_tracker_was_down_alarms_once_after_its_start(
    rig: Rig,
):
    rig.set_time(at(2))
    async with rig.tracker():
        await rig.produce([decision(1)])

        async def shown() -> bool:
            return bool(await rig.cases()) and await rig.lag() <= 1

        await until(shown)

    rig.set_time(at(3 * 24 * 60))
    for _ in range(2):
        async with rig.tracker("another"):

            async def alarmed() -> bool:
                return len(await rig.told("alarms")) >= 2

            await until(alarmed)

    assert [each.kind for each in await rig.told("alarms")] == ["overdue", "escalated"]


async def test_an_answer_that_lies_behind_in_a_backlog_is_no_silence(rig: Rig):
    incidents = [f"PL0900-{number}" for number in range(300)]
    ladders = [whole_ladder(incident) for incident in incidents]
    rig.set_time(at(3 * 24 * 60))
    await rig.produce([each[step] for step in range(5) for each in ladders])
    async with rig.tracker():

        async def all_closed() -> bool:
            found = await rig.cases()
            return len(found) == 300 and all(row.state == "closed" for row in found.values())

        await until(all_closed)
        await rig.produce([decision(2, incident_id="SILENT")])

        async def alarmed() -> bool:
            return bool(await rig.told("alarms"))

        await until(alarmed)

    assert {each.incident_id for each in await rig.told("alarms")} == {"SILENT"}


async def test_a_hold_that_is_over_and_a_wrong_region_ask_for_a_decision_once(rig: Rig):
    rig.set_time(at(5))
    held = decision(1, incident_id="HELD", outcome="held", reason="hold_safety", hold_until=at(600))
    wrong = [
        decision(1, incident_id="WRONG"),
        answer(3, "rejected", incident_id="WRONG", code="wrong_region", region="gelderland-midden"),
    ]
    async with rig.tracker():
        await rig.produce([held, *wrong, *wrong])

        async def rerouted() -> bool:
            return len(await rig.told("requests")) == 1

        await until(rerouted)
        rig.set_time(at(601))

        async def hold_over() -> bool:
            return len(await rig.told("requests")) == 2

        await until(hold_over)

    found = {each.reason: each for each in await rig.told("requests")}
    assert (found["reroute"].recipient, found["reroute"].instead_of) == (OTHER, VT)
    assert (found["hold_over"].incident_id, found["hold_over"].offset) == ("HELD", 7)


async def test_a_tracker_that_is_started_while_kafka_is_away_waits_until_it_is_to_stop(
    tmp_path: Path,
):
    rig = Rig("127.0.0.1:1", tmp_path)
    rig.set_time(at(95))
    tracker = Tracker(rig.settings("one"), names=rig.names)
    with capture_logs() as log:
        running = asyncio.create_task(tracker.run())

        async def in_trouble() -> bool:
            assert not running.done()
            return any(each.get("code") == "kafka_unavailable" for each in log)

        await until(in_trouble)
        tracker.stop()
        with pytest.raises(Unavailable, match="kafka_unavailable"):
            await running
