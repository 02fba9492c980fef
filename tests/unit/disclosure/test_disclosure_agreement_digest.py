"""Which file decided, to the byte: an edit under the same version is found later."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from disclosure_world import CODEC, Hub, World
from made_incidents import ROOT, incident

from ketensluis.agreements.book import Agreements
from ketensluis.model.incident import Incident
from ketensluis.model.record import Record
from services.disclosure.process import DisclosureStage, open_incident
from services.disclosure.replay import Replay
from services.disclosure.rules import RuleBook

NAME = "politie-veilig-thuis-2.yaml"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "pki")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The examples, to be edited."""
    folder = tmp_path / "agreements"
    folder.mkdir()
    for file in (ROOT / "agreements").glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def book(world: World, folder: Path) -> RuleBook:
    return replace(world.stage.rules, agreements=Agreements.load(folder), _redactors={})


def test_an_edit_under_the_same_version_is_found_by_replay(world: World, folder: Path):
    rules = book(world, folder)
    world.stage = DisclosureStage(
        opener=world.opener("hub"), sealer=world.sealer("hub"), codec=CODEC, rules=rules
    )
    record = world.record(incident())
    hub = Hub(world)
    (event,) = hub.events(hub.take(record))
    file = folder / NAME
    assert event.agreement_version == "2"
    assert event.agreement_digest == hashlib.sha256(file.read_bytes()).hexdigest()

    # A reason is reworded: the same is released, and still it is not what was signed.
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Veilig Thuis calls back to the team", "They call the team"))
    edited = book(world, folder)
    opener = world.opener("hub")

    def opened(given: Record) -> Incident:
        return open_incident(given, opener, edited).message

    replay = Replay(edited, opened, {})
    replay.ledger([event])
    assert [each.what for each in replay.incident(record, compare=True)] == ["agreement_digest"]
