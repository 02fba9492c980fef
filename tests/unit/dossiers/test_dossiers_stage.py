"""The history of a dossier in the chain: what one incident says of another, through two stages."""

from __future__ import annotations

from typing import Any

import pytest
from disclosure_world import World
from hub_chain import Chain
from made_incidents import AT, incident, person, rules

from ketensluis.envelope.refusal import unsealed_entry
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake import Line
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import DOSSIER_LINKS, INCIDENTS, QUARANTINE, REQUESTS
from ketensluis.model.record import Coordinates, Output, Record
from services.disclosure.decide_file import decide_file
from services.disclosure.process import open_incident
from services.disclosure.replay import Replay

FIRST, SECOND = "PL0100-2026000001", "PL0100-2026000002"
HOME = {"street": "Elzenlaan", "house_number": "5", "postcode": "9711ZZ", "city": "Groningen"}
PEOPLE = [person("p1", "involved", bsn="999999990", surname="Zandoogje", given_names="Bonte")]


def labelled(**changed: Any) -> Incident:
    return incident(**{"incident_id": FIRST, "persons": PEOPLE, "relations": []} | changed)


def unlabelled(**changed: Any) -> Incident:
    """Nothing in it points to domestic violence by itself."""
    given = {"incident_id": SECOND, "project_codes": [], "incident_class": "vandalism"}
    return labelled(**given | changed)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


def test_an_unlabelled_incident_of_a_known_dossier_is_suspected_by_its_history(world: World):
    found = Chain(world).send(labelled(), unlabelled()).last(SECOND)
    assert (found.outcome, found.classification) == ("suspected", "suspected")
    assert found.signals == ("history:person",)
    assert found.related == (FIRST,)
    assert found.message_id is None


def test_it_is_suspected_too_when_the_label_comes_later(world: World):
    chain = Chain(world).send(unlabelled())
    assert chain.last(SECOND).outcome == "not_required"
    chain.send(labelled(project_codes=[]), labelled(sequence=2, event="amended"))
    assert chain.last(SECOND).signals == ("history:person",)


def test_a_shared_home_counts_by_the_class_as_in_a_file(world: World):
    first = labelled(place=HOME, persons=[])
    suspected = unlabelled(place=HOME, persons=[])
    chain = Chain(world).send(first, suspected)
    assert chain.last(SECOND).signals == ("history:address",)
    other = unlabelled(place=HOME, persons=[], incident_class="other")
    assert Chain(world).send(first, other).last(SECOND).outcome == "not_required"


def test_the_stage_and_the_file_say_the_same_of_each_incident(world: World):
    records = [
        labelled(),
        unlabelled(),
        unlabelled(incident_id="PL0100-2026000003", persons=[]),
        unlabelled(sequence=2, event="amended", team="Basisteam Oost"),
    ]
    chain = Chain(world).send(*records)
    lines = [Line(number, record, b"") for number, record in enumerate(records, start=1)]
    decided = [line.result for line in decide_file(lines, at=AT, rules=rules())]
    for record, result in zip(records, decided, strict=True):
        assert not isinstance(result, Refused)
        newest = max(each.sequence for each in records if each.incident_id == record.incident_id)
        if record.sequence == newest:
            (in_file,) = result
            in_stage = chain.last(record.incident_id)
            assert (in_stage.outcome, in_stage.signals, in_stage.related) == (
                in_file.outcome,
                in_file.classified.signals,
                in_file.classified.related,
            )


def test_a_later_version_is_decided_at_once_with_the_history_that_is_known(world: World):
    chain = Chain(world).send(labelled(), unlabelled())
    asked = len(chain.requests())
    chain.send(unlabelled(sequence=2, event="amended", team="Basisteam Oost"))
    assert len(chain.requests()) == asked
    assert [each.outcome for each in chain.events() if each.sequence == 2] == ["suspected"]


def test_a_question_that_a_newer_version_has_overtaken_is_asked_about_that_version(world: World):
    chain = Chain(world).send(labelled())
    chain.arrive(unlabelled())
    chain.arrive(unlabelled(sequence=2, event="amended", team="Basisteam Oost"))
    chain.settle()
    found = chain.last(SECOND)
    assert (found.sequence, found.outcome) == (2, "suspected")


def test_a_history_that_is_gone_is_taken_back(world: World):
    chain = Chain(world).send(labelled(), unlabelled())
    chain.send(labelled(sequence=2, event="withdrawn", persons=[]))
    assert chain.last(SECOND).outcome == "not_required"
    assert chain.last(SECOND).related == ()


def test_the_same_records_again_ask_nothing_more(world: World):
    chain = Chain(world).send(labelled(), unlabelled())
    asked, links = len(chain.requests()), chain.links()
    chain.send(labelled(), unlabelled())
    assert (len(chain.requests()), chain.links()) == (asked, links)


def test_replay_finds_what_was_decided_because_of_a_history(world: World):
    chain = Chain(world).send(labelled(), unlabelled())
    opener, book = world.opener("hub"), world.stage.rules
    requests = {
        str(record.coordinates): (record, request)
        for record, request in zip(chain.on(REQUESTS), chain.requests(), strict=True)
    }

    def opened(record: Record) -> Incident:
        return open_incident(record, opener, book).message

    replay = Replay(book, opened, requests)
    replay.ledger(chain.events())
    found = [
        each for record in chain.on(INCIDENTS) for each in replay.incident(record, compare=True)
    ]
    assert [*found, *replay.left()] == []
    assert replay.decided == len(chain.events())


def test_nothing_of_a_person_stands_on_the_topics_of_dossiers(world: World):
    chain = Chain(world).send(labelled(place=HOME), unlabelled(place=HOME))
    told = repr([
        (each.key, each.value, each.headers)
        for each in [*chain.on(DOSSIER_LINKS), *chain.on(REQUESTS)]
    ]) + repr(chain.memories["dossiers"])  # fmt: skip
    assert "person:" in told
    for value in ("andoogje", "Bonte", "bonte", "999999990", "Elzenlaan", "9711ZZ", "9711zz"):
        assert value not in told


def test_a_link_that_cannot_be_read_goes_to_quarantine_whole(world: World):
    chain = Chain(world)
    stage = chain.stages[1]
    record = Record(Coordinates(DOSSIER_LINKS, 0, 0), b"x", b"not avro", (), 0)
    (entry,) = stage.refused(record, Refused("not_avro", "said"))
    kept = unsealed_entry(world.opener("hub").plain(chain.lay(entry), Quarantined), world.keyring)
    assert isinstance(entry, Output)
    assert (entry.topic, kept.value, kept.code) == (QUARANTINE, b"not avro", "not_avro")
