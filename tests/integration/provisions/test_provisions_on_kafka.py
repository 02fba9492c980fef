"""The register on a real Apache Kafka: disclosure's transactions, the worker, the command."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from disclosure_world import CODEC, Hub, World
from made_incidents import AT, SECRET, incident, person
from provisions_rig import ACTIVITIES, Collector
from waiting import until

from ketensluis.kafka.cluster import apply
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.party import PROCESSING_LOG
from ketensluis.model.record import Output
from ketensluis.runtime.settings import Settings
from services.provisions.answers import about_incident
from services.provisions.app import Provisions
from services.provisions.database import engine_of, migrate
from services.provisions.projection import Register
from services.provisions.reading import catch_up

pytestmark = pytest.mark.kafka
ID = "PL0100-2026000001"
WHO = {"given_names": "An", "surname": "Zandoogje", "birth_date": "1990-05-06"}


def recorded(world: World, number: int = 1) -> Output:
    told = incident(
        incident_id=f"PL0100-202600000{number}",
        persons=[person("p1", "victim", **WHO), person("p2", "suspect", surname="Koolwitje")],
    )
    return next(
        each for each in Hub(world).take(world.record(told)) if each.topic == PROCESSING_LOG
    )


async def test_a_record_of_an_aborted_transaction_is_no_record(
    bootstrap: str, topics: Callable[..., dict[str, str]], tmp_path: Path
):
    """As the mail of that transaction was none."""
    world, topic = World(tmp_path / "pki"), topics(log=2)["log"]
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"t-{topic}")
    await producer.start()
    for number, commit in ((1, False), (2, True)):
        await producer.begin_transaction()
        output = recorded(world, number)
        await producer.send(topic, output.value, output.key)
        await (producer.commit_transaction() if commit else producer.abort_transaction())
    await producer.stop()
    engine = engine_of(Settings(home=tmp_path))
    migrate(engine)
    register = Register(engine, CODEC, ACTIVITIES, topic)
    # A commit is seen a moment after it is confirmed.
    assert await until(lambda: catch_up(register, bootstrap)) == 1
    assert await catch_up(register, bootstrap) == 0
    assert list(about_incident(engine, ID)) == []
    assert len(list(about_incident(engine, "PL0100-2026000002"))) == 3


async def test_the_worker_exports_and_the_command_answers_a_request_from_standard_input(
    bootstrap: str, tmp_path: Path
):
    world = World(tmp_path / "pki")
    (tmp_path / "pki" / "parties" / "hub" / "pseudonyms.key").write_bytes(SECRET)
    (tmp_path / "now").write_text("2026-06-01T12:00:00Z")
    await apply(bootstrap, [TopicPlan(PROCESSING_LOG, 4, 1)])
    async with Publisher(bootstrap) as publisher:
        await publisher.publish([recorded(world)], timestamp_ms=round(AT.timestamp() * 1000))
    with Collector() as collector:
        settings = Settings(
            home=tmp_path, bootstrap=bootstrap, otlp_endpoint=collector.endpoint,
            clock_file=tmp_path / "now",
        )  # fmt: skip
        worker = Provisions(settings)
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(60):
            while not (worker.ready().good and len(collector.spans) >= 3):
                assert not running.done()
                await asyncio.sleep(0.05)
        assert worker.healthy().good
        worker.stop()
        await running
    asked = await asyncio.to_thread(command, settings, "--person", "-", "--json", told=WHO)
    assert asked.returncode == 0, asked.stderr
    (line,) = map(json.loads, asked.stdout.splitlines())
    assert (line["recipient"], line["incident_id"]) == ("vt:groningen", ID)
    opened = await asyncio.to_thread(command, settings, "--incident", ID, "--open", "--json")
    ids = [json.loads(each).get("data_subject_id") for each in opened.stdout.splitlines()]
    assert sorted(filter(None, ids)) == [f"{ID}/p1", f"{ID}/p2"]
    nobody = await asyncio.to_thread(command, settings, "--person", "-", told={"bsn": ""})
    assert nobody.returncode == 1
    assert "bad_person" in nobody.stderr


def command(
    settings: Settings, *arguments: str, told: object = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ketensluis", "provisions", *arguments],
        input=msgspec.json.encode(told).decode(),
        env={
            "KETENSLUIS_HOME": str(settings.home),
            "KETENSLUIS_BOOTSTRAP": settings.bootstrap,
            "KETENSLUIS_CLOCK_FILE": str(settings.clock_file),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
