"""Reference data edited afterwards, under the same version and validity: replay names each."""

from __future__ import annotations

import shutil
from copy import copy
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from disclosure_world import CODEC, Hub, World
from made_incidents import ROOT, incident, rules

from ketensluis.classification.classifier import load_classifier
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.record import Record
from ketensluis.model.regions import load_regions
from services.disclosure.process import DisclosureStage, open_incident
from services.disclosure.replay import Difference, Replay
from services.disclosure.rules import RuleBook

MAP, CLASSES = "gemeenten.csv", "classification.yaml"
GRONINGEN = "GM0014,Groningen,2021-01-01,,,VR01,Noord-Nederland,groningen"
LET_GO = {"classification", "outcome", "reason"}
SUSPECTED = {"project_codes": []}  # its relation says so: a partner


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The reference data, to be edited."""
    return Path(shutil.copytree(ROOT / "reference", tmp_path / "reference"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def book(world: World, folder: Path) -> RuleBook:
    return replace(
        world.stage.rules, regions=load_regions(folder), classifier=load_classifier(folder)
    )


def replayed(
    world: World, record: Record, events: list[LedgerEvent], edited: RuleBook
) -> list[Difference]:
    opener = world.opener("hub")

    def opened(given: Record) -> Incident:
        return open_incident(given, opener, edited).message

    replay = Replay(edited, opened, {})
    replay.ledger(events)
    return [*replay.incident(record, compare=True), *replay.left()]


def found(world: World, folder: Path, it: Incident) -> dict[str, Difference]:
    """What replay finds by what is in the folder now, by what it is."""
    record, hub = world.record(it), Hub(world)
    events = hub.events(hub.take(record))
    assert replayed(world, record, events, world.stage.rules) == []
    return {each.what: each for each in replayed(world, record, events, book(world, folder))}


@pytest.mark.parametrize(
    ("old", "new", "also"),
    [
        (GRONINGEN, GRONINGEN.replace(",groningen", ",drenthe"), {"decision"}),
        ("Almere,2021-01-01,,,VR25,Midden-Nederland,flevoland",
         "Almere,2021-01-01,,,VR25,Midden-Nederland,groningen", set()),
        ("Almere,2021-01-01,,,VR25,Midden-Nederland", "Almere,2021-01-01,,,VR25,Amsterdam", set()),
        ("GM0034,Almere", "GM0034,Elders", set()),
        (GRONINGEN + "\n", "", {"refused"}),
        (GRONINGEN, GRONINGEN.replace("2021-01-01,", "2021-01-01,2026-01-01") + "\n"
         + GRONINGEN.replace("2021-01-01", "2026-01-01").replace(",groningen", ",drenthe"),
         {"decision"}),
        (GRONINGEN, GRONINGEN.replace("2021-01-01,,", "2021-01-01,2026-02-01,GM0034"),
         {"decision"}),
    ],
    ids=["its region", "another's region", "another's police unit", "another's name", "gone",
         "a period slipped in", "ended too early"],
)  # fmt: skip
def test_a_map_of_regions_that_was_edited_afterwards_is_found(
    world: World, folder: Path, old: str, new: str, also: set[str]
):
    edit(folder, MAP, old, new)
    assert found(world, folder, incident()).keys() == {"regions_digest", *also}


@pytest.mark.parametrize(
    ("old", "new", "also"),
    [
        ("threshold: 1.0", "threshold: 1.5", LET_GO),
        ("      partner: 1.0", "      partner: 0.2", LET_GO),
        ("domestic_quarrel: 0.4", "domestic_quarrel: 0.9", set()),
        ("address_not_for: [other]", "address_not_for: [other, arson_attempt]", set()),
        ("words: [kindermishandeling]", "words: []", set()),
        ("valid_from: 2021-01-01", "valid_from: 2020-01-01", set()),
    ],
    ids=["the threshold", "a relation's weight", "a class's weight", "a class left out",
         "a word", "since when"],
)  # fmt: skip
def test_a_classification_that_was_edited_afterwards_is_found(
    world: World, folder: Path, old: str, new: str, also: set[str]
):
    edit(folder, CLASSES, old, new)
    assert found(world, folder, incident(**SUSPECTED)).keys() == {"classification_digest", *also}


def test_a_version_of_the_classification_that_was_slipped_in_is_found(world: World, folder: Path):
    text = (folder / CLASSES).read_text()
    _, _, version = text.partition("versions:\n")
    (folder / CLASSES).write_text(text + version.replace("2021-01-01", "2026-01-01", 1)
                                  .replace("threshold: 1.0", "threshold: 9.0", 1))  # fmt: skip
    differences = found(world, folder, incident(**SUSPECTED))
    assert differences.keys() == {"classification_digest", "classification", "outcome", "reason"}


def test_what_begins_or_ends_later_is_no_edit(world: World, folder: Path):
    """A municipality that goes up in another, a new one, a new version of the classification."""
    later = "GM9998,Grote Stad,2027-01-01,,,VR01,Noord-Nederland,drenthe"
    ended = GRONINGEN.replace("2021-01-01,,", "2021-01-01,2027-01-01,GM9998")
    edit(folder, MAP, GRONINGEN, f"{ended}\n{later}")
    text = (folder / CLASSES).read_text()
    _, _, version = text.partition("versions:\n")
    (folder / CLASSES).write_text(text + version.replace("2021-01-01", "2027-01-01", 1))
    assert found(world, folder, incident()) == {}
    assert found(world, folder, incident(**SUSPECTED)) == {}


def test_of_an_event_from_before_there_were_digests_what_is_decided_is_compared(
    world: World, folder: Path
):
    record, hub = world.record(incident()), Hub(world)
    events = [
        msgspec.structs.replace(each, regions_digest=None, classification_digest=None)
        for each in hub.events(hub.take(record))
    ]
    assert replayed(world, record, events, world.stage.rules) == []
    edit(folder, MAP, GRONINGEN, GRONINGEN.replace(",groningen", ",drenthe"))
    differences = replayed(world, record, events, book(world, folder))
    assert {each.what for each in differences} == {"decision"}


def test_other_lists_of_the_masking_are_named_where_other_text_is_released(world: World):
    def masking(digest: str, mark: str) -> RuleBook:
        masker = lambda text, *_: text.replace("Zandoogje", mark)  # noqa: E731 - one of many
        before = rules(masker=masker)
        return replace(before, pseudonyms=world.stage.rules.pseudonyms, masking_digest=digest * 64)

    stage = DisclosureStage(
        opener=world.opener("hub"), sealer=world.sealer("hub"), codec=CODEC,
        rules=masking("a", "[naam]"),
    )  # fmt: skip
    then = copy(world)
    then.stage = stage
    record, hub = world.record(incident(narrative="Zandoogje was thuis.")), Hub(then)
    events = hub.events(hub.take(record))
    assert {each.masking_digest for each in events} == {"a" * 64}

    assert replayed(world, record, events, masking("b", "[naam]")) == []
    differences = replayed(world, record, events, masking("b", "[persoon]"))
    assert {each.what for each in differences} == {"masking_digest", "released_digest"}
