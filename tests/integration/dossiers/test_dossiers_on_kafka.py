"""Histories on a real Apache Kafka: across partitions, and over the death of the worker."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from chain_rig import end, spawn
from made_incidents import AT, incident, person
from real_parts import without
from stage_kafka import scan, settings_for
from waiting import until

from ketensluis.cli.ground import lay
from ketensluis.errors import KetensluisError
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.publisher import Publisher
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import DOSSIER_LINKS, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.runtime.clock import milliseconds
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import Post, post_of
from ketensluis.runtime.worker import Worker
from services.disclosure.app import stage_of

pytestmark = pytest.mark.kafka
COUNT = 120


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A broker of its own, with the chain's topics and keys: here the topics' names are fixed."""
    node = LocalKafka(tmp_path / "kafka")
    try:
        node.start()
    except KetensluisError as error:
        without("Apache Kafka", error)
    try:
        yield settings_for(node.bootstrap, tmp_path / "home", batch_records=25)
    finally:
        node.stop()


def of_dossier(number: int, **changed: Any) -> Incident:
    """An incident of one person; the same number is the same person."""
    named = {"surname": "Zandoogje", "given_names": f"Nummer{number}", "birth_date": "1990-05-06"}
    who = person("p1", "involved", **named)
    return incident(**{"persons": [who], "relations": []} | changed)


def pairs() -> list[Incident]:
    """Every dossier has a labelled incident and one that nothing else points to."""
    labelled = [of_dossier(n, incident_id=f"PL0100-1{n:09d}") for n in range(COUNT)]
    unlabelled = [
        of_dossier(n, incident_id=f"PL0100-2{n:09d}", project_codes=[], incident_class="vandalism")
        for n in range(COUNT)
    ]
    # Half of the labels come first, half of them last.
    return [*labelled[::2], *unlabelled, *labelled[1::2]]


async def publish(settings: Settings, police: Post, incidents: list[Incident]) -> None:
    sealed = [
        police.sealer.seal(it, topic=INCIDENTS, key=it.incident_id, subject=it.incident_id, at=AT)
        for it in incidents
    ]
    async with Publisher(settings.bootstrap) as publisher:
        await publisher.publish(sealed, timestamp_ms=milliseconds(AT))


async def read(settings: Settings, hub: Post, topic: str, kind: type[Any]) -> list[Any]:
    return [hub.opener.plain(each, kind) for each in await scan(settings.bootstrap, topic)]


async def test_every_history_is_asked_once_though_the_worker_is_killed_in_between(
    settings: Settings, tmp_path: Path
):
    await asyncio.to_thread(lay, settings, AT)
    hub, police = post_of(settings, "hub"), post_of(settings, "police")
    disclosure = Worker(stage_of(settings), settings)
    deciding = asyncio.create_task(disclosure.run())
    given = msgspec.to_builtins(settings.model_dump(mode="json", exclude_none=True))

    def start() -> Any:
        return spawn(tmp_path / "dossiers.log", "run", "dossiers", **given)

    worker = start()
    try:
        await publish(settings, police, pairs())

        async def asked(count: int) -> bool:
            return len(await scan(settings.bootstrap, REQUESTS)) >= count

        await until(lambda: asked(1))
        worker.kill()
        worker.wait()
        worker = start()

        async def suspected() -> int:
            events = await read(settings, hub, LEDGER_EVENTS, LedgerEvent)
            last = {each.incident_id: each for each in events if each.kind == "decision"}
            return Counter(each.outcome for each in last.values())["suspected"]

        async def all_suspected() -> bool:
            return await suspected() == COUNT

        await until(all_suspected)
    finally:
        disclosure.stop()
        await deciding
        end(worker)
    links = await scan(settings.bootstrap, DOSSIER_LINKS)
    assert len(links) == 2 * COUNT
    requests = await read(settings, hub, REQUESTS, DisclosureRequest)
    assert Counter(each.incident_id for each in requests) == {
        f"PL0100-2{n:09d}": 1 for n in range(COUNT)
    }
    assert {each.reason for each in requests} == {"history"}
    assert all(
        each.evidence[0].incident_ids == (each.incident_id.replace("-2", "-1"),)
        for each in requests
    )
