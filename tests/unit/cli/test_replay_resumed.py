"""A replay that goes on from any of its marks comes to what it would have without a stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from disclosure_world import ARREST, CODEC, Hub, World, arrived
from made_incidents import AT, incident

from ketensluis.cli import replay_partition as module
from ketensluis.cli.replay_asked import Asked, Done, Mark
from ketensluis.envelope.mail import Opener
from ketensluis.kafka.scan import Span
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import HISTORY, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.settings import Settings

ALL = Asked(None, None, None, 0, None)
RULE = "example-5-years"
LABELLED_LATE = {"sequence": 2, "event": "amended", "team": "Basisteam West"}


def named(letter: str, **changed: object) -> Incident:
    return msgspec.structs.replace(incident(**changed), incident_id=f"PL0100-20260000{letter}")


@dataclass
class Partition:
    """A partition's topics, as a hub left them."""

    world: World
    hub: Hub
    topics: dict[str, list[Record]] = field(default_factory=dict)

    def comes(self, it: Incident, *, key: str = "", decided: bool = True) -> Record:
        record = self.world.record(it, len(self.topics.setdefault(INCIDENTS, [])), key=key)
        self.topics[INCIDENTS].append(record)
        if decided:
            self.told(self.hub.events(self.hub.take(record)))
        return record

    def told(self, events: Sequence[LedgerEvent]) -> None:
        lies = self.topics.setdefault(LEDGER_EVENTS, [])
        for each in events:
            place = Coordinates(LEDGER_EVENTS, 0, len(lies))
            lies.append(Record(place, each.incident_id.encode(), CODEC.encode(each), (), 0))

    def reroutes(self, record: Record, it: Incident) -> None:
        at = record.coordinates
        request = DisclosureRequest(
            request_id="r-1", incident_id=it.incident_id, topic=at.topic, partition=at.partition,
            offset=at.offset, reason="reroute", recipient="vt:drenthe",
            instead_of="vt:groningen", requested_at=it.registered_at,
        )  # fmt: skip
        asked = arrived(
            self.world.sealer("hub").plain(
                request, topic=REQUESTS, key=it.incident_id, subject=it.incident_id, at=AT
            )
        )
        self.topics[REQUESTS] = [asked]
        self.told(self.hub.events(self.hub.take(asked, referred=record)))

    def erased(self, incident_id: str) -> None:
        self.world.keyring.erase(incident_id, at=AT, rule=RULE)
        self.told([self.event(incident_id, kind="erased", code=RULE)])

    def event(self, incident_id: str, /, **changed: Any) -> LedgerEvent:
        """The first event about an incident, with that changed."""
        lies = (CODEC.decode(each.value or b"", LedgerEvent) for each in self.topics[LEDGER_EVENTS])
        found = next(each for each in lies if each.incident_id == incident_id)
        return msgspec.structs.replace(found, **changed)

    def remembers(self) -> None:
        """What the hub remembers of its incidents, but for a field that it says it never sent."""
        lies = self.topics.setdefault(HISTORY, [])
        for key, value in self.hub.memory.items():
            history = CODEC.decode(value, IncidentHistory)
            for delivery in history.deliveries.values():
                delivery.digests.pop("team", None)
            place = Coordinates(HISTORY, 0, len(lies))
            lies.append(Record(place, key, CODEC.encode(history), (), 0))

    async def scan(self, _: str, what: Sequence[Span]) -> AsyncIterator[Record]:
        (span,) = what
        for each in list(self.topics.get(span.topic, ())):
            offset = each.coordinates.offset
            if offset >= (span.start or 0) and (span.end is None or offset < span.end):
                yield each

    async def ends(self, _: str, places: Sequence[tuple[str, int]]) -> list[int]:
        return [len(self.topics.get(topic, ())) for topic, _ in places]


@pytest.fixture
def partition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Partition:
    """Of everything that a partition may hold some, one record of an incident amid the others."""
    world = World(tmp_path)
    made = Partition(world, Hub(world))
    monkeypatch.setattr("ketensluis.kafka.scan.scan", made.scan)
    monkeypatch.setattr("ketensluis.cli.replay_reading.scan", made.scan)
    monkeypatch.setattr("ketensluis.cli.replay_reading.ends", made.ends)
    monkeypatch.setattr(module, "_TOGETHER", 1)
    monkeypatch.setattr(module, "_MARK_EVERY", 1)

    made.comes(named("A"))
    first = made.comes(named("B"))
    made.comes(named("A", sequence=2, event="amended", **ARREST))
    made.comes(named("C"), key="another", decided=False)
    made.comes(named("D"))
    made.reroutes(first, named("B"))
    made.comes(named("E"), decided=False)
    made.comes(named("F"))
    made.comes(named("B", **LABELLED_LATE))
    made.comes(named("G", project_codes=[]))
    made.comes(named("F", **LABELLED_LATE))
    made.comes(named("A", sequence=3, event="withdrawn"))
    made.comes(named("G"), decided=False)  # another content under the same number: refused
    made.comes(named("A", sequence=3, event="withdrawn"))
    # What an operator might have put there.
    made.told([made.event(named("A").incident_id, record=f"{INCIDENTS}[0]@77", event_id="x")])
    made.told([made.event(named("A").incident_id, incident_id="PL0100-20260000C", event_id="y")])
    made.told([made.event(named("A").incident_id, incident_id="PL0100-20260000Z", event_id="z")])
    altered = made.event(named("D").incident_id, released_digest="0" * 64)
    lies = made.topics[LEDGER_EVENTS]
    at = next(n for n, each in enumerate(lies) if each.key == altered.incident_id.encode())
    lies[at] = msgspec.structs.replace(lies[at], value=CODEC.encode(altered))
    made.erased(named("F").incident_id)
    made.remembers()
    return made


class Counting:
    """The hub's opener, which counts what it opens."""

    def __init__(self, opener: Opener) -> None:
        self._opener, self.opened = opener, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opener, name)

    def open_all(self, records: Sequence[Record], expected: type[Incident]) -> object:
        self.opened += len(records)
        return self._opener.open_all(records, expected)


def replayed(
    partition: Partition,
    monkeypatch: pytest.MonkeyPatch,
    mark: Mark | None = None,
    asked: Asked = ALL,
) -> tuple[Done, list[Mark], int]:
    """What it comes to, its marks, and how many records were opened."""
    opener, marks = Counting(partition.world.opener("hub")), []
    post = SimpleNamespace(opener=opener, codec=CODEC)
    monkeypatch.setattr("ketensluis.runtime.wiring.post_of", lambda *_: post)

    def told(_: int, count: int, __: int, new: Mark | None = None) -> None:
        if new is not None:
            assert new.records == count
            marks.append(msgspec.json.decode(msgspec.json.encode(new), type=Mark))

    rules = partition.world.stage.rules
    done = asyncio.run(module.replay_partition(Settings(), rules, 0, asked, told, mark, marks=True))
    return done, marks, opener.opened


def test_from_any_mark_it_comes_to_the_same(partition: Partition, monkeypatch: pytest.MonkeyPatch):
    whole, marks, _ = replayed(partition, monkeypatch)
    assert {each.what for each in whole.differences} == {
        "no_decision", "no_record", "released_digest", "field"
    }  # fmt: skip
    assert whole.erased
    assert len(marks) == len(partition.topics[INCIDENTS])
    for mark in marks:
        again, rest, _ = replayed(partition, monkeypatch, mark)
        assert again == whole, f"from {mark.offset} on"
        assert rest == [each for each in marks if each.offset > mark.offset]


def test_from_any_mark_only_what_was_asked_about_is_compared(
    partition: Partition, monkeypatch: pytest.MonkeyPatch
):
    asked = Asked(None, None, None, 3, 9)
    whole, marks, _ = replayed(partition, monkeypatch, asked=asked)
    assert whole.compared == 7
    for mark in marks:
        assert replayed(partition, monkeypatch, mark, asked)[0] == whole


def test_what_is_done_with_is_not_opened_again(
    partition: Partition, monkeypatch: pytest.MonkeyPatch
):
    _, marks, opened = replayed(partition, monkeypatch)
    assert opened == len(partition.topics[INCIDENTS])
    _, _, opened = replayed(partition, monkeypatch, marks[-1])
    # Of A and C the ledger tells more than there is, and what of D is otherwise is to be explained.
    kept = {named(each).incident_id for each in "ACD"}
    assert set(marks[-1].unfinished) == kept
    records = (each.header("ce_subject") or b"" for each in partition.topics[INCIDENTS])
    assert opened == sum(each.decode() in kept for each in records)


def test_what_came_after_the_beginning_is_for_another_replay(
    partition: Partition, monkeypatch: pytest.MonkeyPatch
):
    whole, marks, _ = replayed(partition, monkeypatch)
    partition.comes(named("E"), decided=False)
    partition.comes(named("H"))
    partition.told([partition.event(named("A").incident_id, event_id="later")])
    for mark in marks:
        assert replayed(partition, monkeypatch, mark)[0] == whole
    later, _, _ = replayed(partition, monkeypatch)
    assert later != whole


def test_what_is_erased_after_the_mark_is_no_difference(
    partition: Partition, monkeypatch: pytest.MonkeyPatch
):
    whole, marks, _ = replayed(partition, monkeypatch)
    partition.erased(named("B").incident_id)
    for mark in marks:
        again, _, _ = replayed(partition, monkeypatch, mark)
        assert again.differences == whole.differences
