"""What was erased: accounted for by replay, refused by the stage, and no crash anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from disclosure_world import Hub, World, arrived
from made_incidents import incident

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake import content_digest
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import DisclosureRequest, Quarantined
from ketensluis.model.party import LEDGER_EVENTS, QUARANTINE, REQUESTS
from ketensluis.model.record import Output, Record
from services.disclosure.process import open_incident
from services.disclosure.replay import Difference, Replay

GONE, KEPT = "PL0100-2026000071", "PL0100-2026000072"
AT = datetime(2031, 4, 5, tzinfo=UTC)
RULE = "example-5-years"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """With keys of its own: one of them is destroyed."""
    return World(tmp_path)


def of(incident_id: str, **changed: object) -> Incident:
    return msgspec.structs.replace(incident(), incident_id=incident_id, **changed)


class Told:
    """A hub that decided on records in their order, and what it said on the ledger."""

    def __init__(self, world: World) -> None:
        self.world, self.hub = world, Hub(world)
        self.records: list[Record] = []
        self.events: list[LedgerEvent] = []

    def take(self, *incidents: Incident) -> None:
        for each in incidents:
            record = self.world.record(each, len(self.records))
            self.records.append(record)
            self.events += self.hub.events(self.hub.take(record))

    def erase(self, *, on_record: bool = True) -> None:
        self.world.keyring.erase(GONE, at=AT, rule=RULE)
        if on_record:
            told = next(each for each in self.events if each.incident_id == GONE)
            self.events.append(msgspec.structs.replace(told, kind="erased", code=RULE))

    def again(self, events: list[LedgerEvent] | None = None) -> tuple[Replay, list[Difference]]:
        opener, rules = self.world.opener("hub"), self.world.stage.rules
        replay = Replay(rules, lambda each: open_incident(each, opener, rules).message, {})
        replay.ledger(self.events if events is None else events)
        return replay, list(self._found(replay))

    def _found(self, replay: Replay) -> Iterator[Difference]:
        for record in self.records:
            yield from replay.incident(record, compare=True)
        yield from replay.left()


def test_decisions_about_what_was_erased_are_accounted_for_with_day_and_rule(world: World):
    told = Told(world)
    told.take(of(GONE), of(KEPT), of(GONE, sequence=2, event="amended", team="Basisteam West"))
    whole = len(told.events)
    told.erase()
    replay, found = told.again()
    assert found == []
    assert {(each.incident_id, each.day, each.rule) for each in replay.erased} == {
        (GONE, "2031-04-05", RULE)
    }
    assert len(replay.erased) == 2
    kept = sum(each.incident_id == KEPT for each in told.events)
    assert replay.decided == kept > 0
    assert sum(each.decisions for each in replay.erased) == whole - kept


def test_what_came_after_an_erasure_is_accounted_for_too(world: World):
    """It was decided in the light of what is not known any more."""
    told = Told(world)
    told.take(of(GONE))
    told.erase()
    told.take(of(GONE, sequence=2, event="amended", team="Basisteam West"))
    replay, found = told.again()
    assert found == []
    assert [each.incident_id for each in replay.erased] == [GONE, GONE]
    assert replay.decided == 0


def test_an_erasure_hides_no_difference_of_another_incident(world: World):
    told = Told(world)
    told.take(of(GONE), of(KEPT))
    told.erase()
    altered = [
        msgspec.structs.replace(each, digest="0" * 64) if each.incident_id == KEPT else each
        for each in told.events
    ]
    _, found = told.again(altered)
    assert {each.incident_id for each in found} == {KEPT}


def test_a_decision_of_which_the_record_is_gone_altogether_is_still_found(world: World):
    """Erased is what lies there and cannot be opened, not what does not lie there."""
    told = Told(world)
    told.take(of(GONE), of(KEPT))
    told.erase()
    del told.records[0]
    replay, found = told.again()
    assert {(each.incident_id, each.what) for each in found} == {(GONE, "no_record")}
    assert replay.erased == []


def test_a_key_that_went_without_an_erasure_on_record_hides_nothing(world: World):
    told = Told(world)
    told.take(of(GONE), of(KEPT))
    told.erase(on_record=False)
    _, found = told.again()
    assert [(each.incident_id, each.what) for each in found] == [(GONE, "erased_unrecorded")]


def test_asked_to_decide_again_on_what_was_erased_the_stage_refuses_and_says_why(world: World):
    told = Told(world)
    told.take(of(GONE))
    told.erase()
    (record,) = told.records
    at = record.coordinates
    request = DisclosureRequest(
        request_id="r-1", incident_id=GONE, topic=at.topic, partition=at.partition,
        offset=at.offset, reason="hold_over", recipient="vt:groningen",
        requested_at=incident().registered_at,
    )  # fmt: skip
    asked = arrived(
        world.sealer("hub").plain(
            request, topic=REQUESTS, key=GONE, subject=GONE, at=request.requested_at
        ),
        5,
    )
    with pytest.raises(Refused) as refused:
        told.hub.take(asked, referred=record)
    assert refused.value.code == "erased"
    outputs: list[Output] = list(world.stage.refused(asked, refused.value))
    entries = [
        world.opener("hub").plain(arrived(each), Quarantined)
        for each in outputs
        if each.topic == QUARANTINE
    ]
    assert [each.code for each in entries] == ["erased"]
    assert "2031-04-05" in entries[0].sentence
    assert RULE in entries[0].sentence
    assert any(each.topic == LEDGER_EVENTS for each in outputs)


def test_what_the_hub_remembers_of_the_content_cannot_be_guessed_without_its_secret(world: World):
    """Of a sparse incident the digest would give away a BSN: there are only so many."""
    told = Told(world)
    told.take(of(GONE))
    memory = b"".join(told.hub.memory.values())
    assert world.stage.rules.content_digest(of(GONE)).encode() in memory
    assert content_digest(of(GONE)).encode() not in memory
