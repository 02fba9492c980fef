"""The work list on a real Apache Kafka: follows, survives, and is rebuilt to the same."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from made_ledger import VT, at
from sqlalchemy import text
from waiting import until
from worklist_rig import CODEC, NOW, UNIT, Told, alarm, case, dump, link

from ketensluis.classification.dossier import subject_keys
from ketensluis.envelope.directory import party_folder
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.kafka.scan import scan
from ketensluis.model.dossier import DossierLink
from ketensluis.model.incident import Address
from ketensluis.model.ledger import Alarm, Case
from ketensluis.model.party import HUB
from ketensluis.model.processing import ProcessingRecord
from ketensluis.runtime.ending import ended
from ketensluis.runtime.hub_secret import hub_pseudonyms
from ketensluis.runtime.settings import Settings
from services.worklist.app import WorkList
from services.worklist.database import engine_of, migrate
from services.worklist.issuer import issue
from services.worklist.projection import Moved, Projection, Topics
from services.worklist.reading import Follower, rebuild

pytestmark = pytest.mark.kafka
DEADLINE = 90.0


@pytest.fixture
def named(topics: Callable[..., dict[str, str]]) -> Topics:
    made = topics(cases=(4, {"cleanup.policy": "compact"}), alarms=4, processing=4, links=1)
    return Topics(made["cases"], made["alarms"], made["processing"], made["links"])


@pytest.fixture
def settings(database_settings: Settings, bootstrap: str, tmp_path: Path) -> Settings:
    (tmp_path / "now").write_text("2026-06-01T12:00:00Z")
    make_demo_pki(tmp_path / "pki", ["hub"], NOW)
    changed = {"bootstrap": bootstrap, "clock_file": tmp_path / "now", "backoff_max": 1.0}
    return database_settings.model_copy(update=changed)


async def put(
    settings: Settings, named: Topics, told: Iterable[Told], *, abort: bool = False
) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap, transactional_id=f"test-{time.monotonic_ns()}"
    )
    await producer.start()
    try:
        await producer.begin_transaction()
        for each in told:
            if isinstance(each, Alarm):
                await producer.send(named.alarms, CODEC.encode(each), each.incident_id.encode())
            elif isinstance(each, Case):
                key = f"{each.incident_id}|{each.recipient}".encode()
                await producer.send(named.cases, CODEC.encode(each), key)
            elif isinstance(each, DossierLink):
                await producer.send(named.links, CODEC.encode(each), each.incident_id.encode())
            else:
                await producer.send(named.cases, None, each.encode())
        await producer.flush()
        await (producer.abort_transaction() if abort else producer.commit_transaction())
    finally:
        await producer.stop()


@asynccontextmanager
async def running(settings: Settings, named: Topics) -> AsyncIterator[httpx.AsyncClient]:
    work_list = WorkList(settings, named)
    work = asyncio.create_task(work_list.run())
    token = issue(settings, role="hg_coordinator", units=[UNIT], regions=[], seconds=600)
    try:
        await until(lambda: _listening(work_list, work))
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{work_list.port}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        ) as client:
            await until(lambda: _good(client, "/readyz"))
            yield client
    finally:
        work_list.stop()
        await work


async def _listening(work_list: WorkList, work: asyncio.Task[None]) -> bool:
    if work.done():
        await work
    return bool(work_list.port)


async def _good(client: httpx.AsyncClient, place: str) -> bool:
    return (await client.get(place)).is_success


async def states(client: httpx.AsyncClient) -> dict[str, str]:
    answer = (await client.get("/v1/open?limit=500")).raise_for_status().json()
    return {line["incident_id"]: line["state"] for line in answer["lines"]}


async def test_what_the_tracker_tells_is_on_the_list_and_rebuilt_to_the_same(
    settings: Settings, named: Topics
):
    numbers = range(1, 101)
    await put(settings, named, [*map(case, numbers), *map(alarm, numbers)])
    await put(settings, named, [case(1, state="received")], abort=True)
    async with running(settings, named) as client:
        assert len(await states(client)) == 100
        assert len((await client.get("/v1/overdue?limit=500")).json()["lines"]) == 100

        later = [case(2, state="received", received_at=at(60)), f"PL0900-3|{VT}"]
        await put(settings, named, [*later, alarm(2, "cleared")])

        async def shown() -> bool:
            found = await states(client)
            return found.get("PL0900-2") == "received" and "PL0900-3" not in found

        await until(shown)
        assert (await states(client))["PL0900-1"] == "sent"
        assert (await client.get("/healthz")).is_success

    engine = engine_of(settings)
    before = dump(engine)
    count = await rebuild(Projection(engine, CODEC, named), settings.bootstrap)
    after = dump(engine)
    engine.dispose()
    assert count == 203
    assert {name: rows for name, rows in after.items() if name != "positions"} == {
        name: rows for name, rows in before.items() if name != "positions"
    }
    # Transaction markers count as offsets only for who reads on: the next record is the same.
    assert [row[:2] for row in after["positions"]] == [row[:2] for row in before["positions"]]


async def test_a_list_that_was_down_goes_on_where_its_tables_stand(
    settings: Settings, named: Topics
):
    await put(settings, named, map(case, range(1, 21)))
    async with running(settings, named) as client:
        assert len(await states(client)) == 20
    await put(settings, named, [case(21), case(1, state="received", received_at=at(60))])
    async with running(settings, named) as client:
        found = await states(client)
        assert (len(found), found["PL0900-1"]) == (21, "received")
        applied = (await client.get("/metrics")).text
        assert "ketensluis_worklist_records_applied 2.0" in applied


async def test_two_lists_on_one_database_apply_each_record_once(settings: Settings, named: Topics):
    async with running(settings, named) as one, running(settings, named) as two:
        for start in range(1, 101, 10):
            await put(settings, named, map(case, range(start, start + 10)))

        async def both() -> bool:
            return [len(await states(each)) for each in (one, two)] == [100, 100]

        await until(both)

        async def applied() -> int:
            lines = [(await each.get("/metrics")).text.splitlines() for each in (one, two)]
            name = "ketensluis_worklist_records_applied "
            return sum(
                int(float(line.removeprefix(name)))
                for each in lines
                for line in each
                if line.startswith(name)
            )

        assert await applied() == 100


async def test_lists_that_lose_every_race_for_the_tables_stop_when_told(
    settings: Settings, named: Topics, monkeypatch: pytest.MonkeyPatch
):
    """Who lost goes back to the beginning, and aiokafka swallows what ends it there."""
    lost = 0

    def lose(*_: object) -> None:
        nonlocal lost
        lost += 1
        raise Moved

    monkeypatch.setattr(Projection, "apply", lose)
    await put(settings, named, [case(1)])
    engine = engine_of(settings)
    migrate(engine)
    projection = Projection(engine, CODEC, named)
    working = [asyncio.create_task(Follower(projection, settings).run()) for _ in range(8)]
    await until(lambda: lost > len(working))
    async with asyncio.timeout(DEADLINE):
        await ended(working)
    assert all(each.cancelled() for each in working)
    engine.dispose()


async def test_a_rebuild_while_the_list_runs_leaves_no_gap_and_no_repeat(
    settings: Settings, named: Topics
):
    await put(settings, named, map(case, range(1, 51)))
    async with running(settings, named) as client:
        engine = engine_of(settings)
        migrate(engine)
        assert await rebuild(Projection(engine, CODEC, named), settings.bootstrap) == 50
        engine.dispose()
        await put(settings, named, [case(51)])

        async def shown() -> bool:
            return len(await states(client)) == 51

        await until(shown)
        assert (await client.get("/healthz")).is_success


async def test_a_database_that_goes_away_is_waited_for_and_nothing_is_lost(
    settings: Settings, named: Topics
):
    await put(settings, named, [case(1)])
    engine = engine_of(settings)
    async with running(settings, named) as client:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE ladders RENAME TO gone"))
        await put(settings, named, [case(2)])

        async def in_trouble() -> bool:
            return (await client.get("/v1/incidents/PL0900-1")).status_code == 503

        await until(in_trouble)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO ladders"))

        async def both() -> bool:
            return set(await states(client)) == {"PL0900-1", "PL0900-2"}

        await until(both)
    engine.dispose()


async def test_nobody_is_shown_an_incident_before_kafka_has_it_on_record(
    settings: Settings, named: Topics
):
    await put(settings, named, [case(1), case(2)])
    async with running(settings, named) as client:
        answer = await client.get("/v1/incidents/PL0900-2")
        assert answer.status_code == 200
        found = [
            CODEC.decode(each.value or b"", ProcessingRecord)
            async for each in scan(settings.bootstrap, named.processing)
        ]
    (record,) = found
    (action,) = record.actions
    assert record.incident_id == "PL0900-2"
    assert (action.kind, action.reason) == ("consult", "incident")
    assert (action.by_role, action.by_scope) == ("hg_coordinator", UNIT)


async def test_a_control_room_finds_what_the_dossiers_know_and_its_look_is_on_the_log(
    settings: Settings, named: Topics, tmp_path: Path
):
    key = hub_pseudonyms(party_folder(tmp_path / "pki", HUB)).dossier_key
    place = {"postcode": "1234 AB", "house_number": "7"}
    known = subject_keys(Address(**place), key)
    await put(settings, named, [case(1), case(2), link(1, *known), link(2, "address:other")])
    token = issue(settings, role="control_room", units=[UNIT], regions=[], seconds=600)
    async with running(settings, named) as client:
        answer = await client.post(
            "/v1/look-ups", json={"purpose": "car_under_way", "address": place},
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert answer.is_success, answer.text
        assert [each["incident_id"] for each in answer.json()["lines"]] == ["PL0900-1"]

    log = [
        CODEC.decode(record.value, ProcessingRecord)
        async for record in scan(settings.bootstrap, [named.processing])
        if record.value
    ]
    assert [(each.incident_id, each.actions[0].reason) for each in log] == [
        ("PL0900-1", "look_up:car_under_way")
    ]
