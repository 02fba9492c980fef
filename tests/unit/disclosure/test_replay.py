"""Replay finds every decision again, and names each one that it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal, get_args, get_origin

import msgspec
import pytest
from disclosure_world import ARREST, Hub, World, arrived
from made_incidents import agreement, incident, rules

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import EventKind, IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.stage import Context, StagedState
from services.disclosure.heard import Heard, glimpse
from services.disclosure.process import open_incident, open_incidents
from services.disclosure.replay import Difference, Replay
from services.disclosure.rules import RuleBook

Change = Callable[[list[LedgerEvent]], list[LedgerEvent]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


class Day:
    """Three records of two incidents, decided by the stage; the ledger is decoded, or as it lies.

    `looked_into` counts events that had to be decoded.
    """

    def __init__(self, world: World, *, as_it_lies: bool) -> None:
        self.world = world
        self.as_it_lies = as_it_lies
        self.looked_into = 0
        hub = Hub(world)
        second = incident(sequence=2, event="amended", **ARREST)
        other = incident(incident_id="PL0100-2026000099")
        self.records = [
            world.record(each, offset) for offset, each in enumerate((incident(), other, second))
        ]
        self.events = [event for each in self.records for event in hub.events(hub.take(each))]

    def again(
        self,
        events: list[LedgerEvent] | None = None,
        records: list[Record] | None = None,
        rule_book: RuleBook | None = None,
    ) -> list[Difference]:
        replay = self.replay(self.events if events is None else events, rule_book)
        records = self.records if records is None else records
        found = [each for record in records for each in replay.incident(record, compare=True)]
        return [*found, *replay.left()]

    def replay(
        self,
        events: list[LedgerEvent],
        rule_book: RuleBook | None = None,
        *,
        together: bool = False,
    ) -> Replay:
        book = rule_book or self.world.stage.rules
        opener = self.world.opener("hub")

        def all_opened(records: Sequence[Record]) -> list[Incident | Refused]:
            return open_incidents(records, opener, book)

        def opened(record: Record) -> Incident:
            return open_incident(record, opener, book).message

        heard = self.heard(events) if self.as_it_lies else None
        replay = Replay(book, opened, {}, all_opened if together else None, heard)
        if not self.as_it_lies:
            replay.ledger(events)
        return replay

    def heard(self, events: list[LedgerEvent]) -> Heard:
        codec = self.world.stage.codec

        def decode(value: bytes) -> LedgerEvent:
            self.looked_into += 1
            return codec.decode(value, LedgerEvent)

        def skipped(place: Coordinates, error: Refused) -> None:
            raise AssertionError(place) from error

        heard = Heard(codec.encode, decode, skipped)
        for offset, event in enumerate(events):
            place = Coordinates(LEDGER_EVENTS, 0, offset)
            heard.add(event.incident_id, codec.encode(event), place)
        return heard


@pytest.fixture(params=[False, True], ids=["decoded", "as it lies"])
def day(world: World, request: pytest.FixtureRequest) -> Day:
    return Day(world, as_it_lies=request.param)


def test_every_decision_is_found_again_to_the_byte_of_what_was_released(day: Day):
    assert any(event.released_digest for event in day.events)
    assert day.again() == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"released_digest": "00"}, "released_digest"),
        ({"outcome": "held"}, "outcome"),
        ({"agreement_version": "9"}, "agreement_version"),
        ({"message_id": "another"}, "message_id"),
    ],
)
def test_a_decision_that_was_altered_on_the_ledger_is_named(
    day: Day, change: dict[str, str], what: str
):
    altered = [msgspec.structs.replace(day.events[0], **change), *day.events[1:]]

    assert [each.what for each in day.again(altered)] == [what]


def test_a_record_whose_decision_is_missing_from_the_ledger_is_named(day: Day):
    gone = day.events[0].record
    found = day.again([event for event in day.events if event.record != gone])

    assert ("no_decision", gone) in [(each.what, each.record) for each in found]


def test_where_all_is_as_it_was_nothing_is_decoded(world: World):
    """Two of the three records are of one incident."""
    day = Day(world, as_it_lies=True)
    assert day.again() == []
    assert day.looked_into == 0

    altered = msgspec.structs.replace(day.events[-1], outcome="held")
    assert day.again([*day.events[:-1], altered]) != []
    assert day.looked_into == len([each for each in day.events if each.record == altered.record])


def test_an_event_that_lies_twice_is_no_second_decision(day: Day):
    assert day.again([each for event in day.events for each in (event, event)]) == []


def test_an_event_more_than_was_decided_is_named_wherever_it_stands(day: Day):
    """A decision for somebody else, of a record whose own decisions are on the ledger."""
    for place in range(len(day.events) + 1):
        forged = msgspec.structs.replace(
            day.events[0], event_id="another", recipient="vt:twente", message_id="m"
        )
        found = day.again([*day.events[:place], forged, *day.events[place:]])
        assert "vt:twente" in {each.recipient for each in found} or "no_record" in {
            each.what for each in found
        }


# The lists of the masking have no dates: others are told of where other text is released.
@pytest.mark.parametrize(
    "name",
    [each for each in LedgerEvent.__struct_fields__ if each != "masking_digest"],
)
def test_whatever_an_event_says_otherwise_is_found(day: Day, name: str):
    only = day.events[-1]
    given = msgspec.structs.fields(LedgerEvent)
    types = {each.name: each.type for each in given}
    if name in {"event_id", "incident_id", "record", "recipient", "trigger"}:
        value: object = "another"
    elif name == "kind":
        value = "superseded"
    else:
        value = next(each for each in _others(types[name]) if each != getattr(only, name))
    altered = [*day.events[:-1], msgspec.structs.replace(only, **{name: value})]
    assert day.again(altered)


def _others(type_: object) -> list[object]:
    """Two values of a field's type."""
    options = get_args(type_) or (type_,)
    found: list[object] = []
    for one in options:
        if isinstance(one, str):
            found.append(one)
        elif get_origin(one) is Literal:
            found += get_args(one)
        elif get_origin(one) is tuple or one is Ellipsis:
            found += [(), ("x",)]
        elif one is str:
            found += ["x", "y"]
        elif one is int:
            found += [7, 8]
        elif one is datetime:
            found += [datetime(2020, 1, day, tzinfo=UTC) for day in (1, 2)]
    return found


@pytest.mark.parametrize("event_id", ["5f6d", "x" * 63, "x" * 64, "x" * 1_000])
def test_at_a_glance_an_event_tells_its_kind_and_incident_or_nothing(world: World, event_id: str):
    for kind in get_args(EventKind):
        event = LedgerEvent(
            event_id=event_id, kind=kind, incident_id="PL1", sequence=1, recipient=None,
            occurred_at=incident().registered_at, record="police.incidents[0]@5",
        )  # fmt: skip
        seen = len(event_id) < 64  # a longer one's length takes a second byte
        assert glimpse(world.stage.codec.encode(event)) == ((kind, "PL1") if seen else None)


@pytest.mark.parametrize("value", [b"", bytes(5), b"\0\0\0\0\1\x08ab", b"\0\0\0\0\1\x02a\xff"])
def test_of_what_is_no_event_nothing_is_told_at_a_glance(value: bytes):
    assert glimpse(value) is None


def test_a_decision_without_its_record_is_named(day: Day):
    found = day.again(records=day.records[:2])

    assert {(each.what, each.record) for each in found} == {
        ("no_record", str(day.records[2].coordinates))
    }


def test_a_decision_that_other_rules_would_not_make_is_named(day: Day):
    other = rules(agreement(version="other"))
    found = day.again(rule_book=replace(other, pseudonyms=day.world.stage.rules.pseudonyms))

    assert "agreement_version" in {each.what for each in found}


def test_records_that_are_opened_together_are_decided_as_one_by_one(day: Day, world: World):
    bad = msgspec.structs.replace(day.records[0], headers=())
    unsound = msgspec.structs.replace(day.records[0], key=b"another")
    unknown = world.record(incident(incident_id="PL0100-2026000097", municipality="GM9999"), 9)
    records = [day.records[0], bad, unsound, unknown, *day.records[1:]]
    late = day.records[2].coordinates.offset
    altered = [msgspec.structs.replace(each, outcome="held") for each in day.events]

    apart, together = day.replay(altered), day.replay(altered, together=True)
    one_by_one = [
        found
        for each in records
        for found in apart.incident(each, compare=each.coordinates.offset < late)
    ]
    at_once = list(together.incidents(records, lambda each: each.coordinates.offset < late))

    assert one_by_one
    assert at_once == one_by_one
    assert (together.decided, together.histories) == (apart.decided, apart.histories)


def test_the_parts_of_what_went_are_kept_only_where_a_later_decision_rests_on_them(day: Day):
    replay = day.replay(day.events)
    kept = []
    for record in day.records:
        assert list(replay.incident(record, compare=True)) == []
        (history,) = (
            each for each in replay.histories.values() if each.offset == record.coordinates.offset
        )
        kept.append([bool(each.digests) for each in history.deliveries.values() if each.message_id])

    # Of the incident with two versions the first; the others are nobody's predecessor.
    first, other, second = kept
    assert first
    assert all(first)
    assert not any((*other, *second))


def test_that_a_recipient_could_not_be_reached_is_taken_from_the_ledger(day: Day, world: World):
    """The region of Amsterdam has no certificate here: nothing was sent, and nothing is missed."""
    far = {"unit": "Amsterdam", "municipality": "GM0363", "incident_id": "PL1300-2026000001"}
    hub = Hub(world)
    day.records = [
        world.record(incident(**far, **more), offset, "police:amsterdam")
        for offset, more in enumerate(({}, {"sequence": 2, "event": "amended", "team": "Zuid"}))
    ]
    day.events = [event for each in day.records for event in hub.events(hub.take(each))]
    assert {each.reason for each in day.events} == {"no_route"}
    assert day.again() == []


def test_a_refused_record_has_no_decision_and_is_no_difference(day: Day, world: World):
    bad = msgspec.structs.replace(day.records[0], headers=())
    with pytest.raises(Refused):
        open_incident(bad, world.opener("hub"), world.stage.rules)

    assert day.again(records=[bad, *day.records]) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sequence": 2, "team": "Basisteam West"}, "conflicting_sequence"),
        ({"incident_id": "PL0100-2026000098", "municipality": "GM9999"}, "unknown_municipality"),
    ],
)
def test_a_record_that_was_refused_when_it_was_decided_is_no_difference(
    day: Day, world: World, change: dict[str, object], code: str
):
    bad = world.record(incident(**change), 3)
    assert bad.key is not None
    hub = Hub(world)
    for record in day.records:
        hub.take(record)
    with pytest.raises(Refused) as refused:
        hub.take(bad)
    assert refused.value.code == code

    assert day.again(records=[*day.records, bad]) == []

    # And if the ledger tells a decision of it all the same, that is what is found.
    forged = msgspec.structs.replace(
        day.events[-1], incident_id=bad.key.decode(), record=str(bad.coordinates), event_id="x"
    )
    (found,) = day.again([*day.events, forged], [*day.records, bad])
    assert (found.what, found.was, found.now) == ("refused", "decided", code)
    assert found.record == str(bad.coordinates)


def test_what_was_decided_upon_a_request_is_decided_again_upon_it(world: World):
    hub, record = Hub(world), world.record(incident(), 0)
    first = hub.events(hub.take(record))
    request = DisclosureRequest(
        request_id="r-1",
        incident_id=incident().incident_id,
        topic=record.coordinates.topic,
        partition=record.coordinates.partition,
        offset=record.coordinates.offset,
        reason="reroute",
        recipient="vt:drenthe",
        instead_of="vt:groningen",
        requested_at=incident().registered_at,
    )
    asked = arrived(
        world.sealer("hub").plain(
            request,
            topic=REQUESTS,
            key=request.incident_id,
            subject=request.incident_id,
            at=request.requested_at,
        ),
        5,
    )
    second = hub.events(hub.take(asked, referred=record))
    assert [event.recipient for event in second] == ["vt:drenthe"]

    opener = world.opener("hub")
    replay = Replay(
        world.stage.rules,
        lambda each: open_incident(each, opener, world.stage.rules).message,
        {str(asked.coordinates): (asked, request)},
    )
    replay.ledger([*first, *second])

    assert list(replay.incident(record, compare=True)) == []
    assert list(replay.left()) == []
    assert replay.decided == len(first) + len(second)


def test_a_difference_is_explained_by_the_fields_that_go_otherwise_and_their_rules(world: World):
    def book(birth_date: dict[str, str], fields: list[str]) -> RuleBook:
        one = agreement(
            {"id": "facts", "fields": fields},
            {"id": "births", "fields": ["persons[].birth_date"], **birth_date},
        )
        return replace(rules(one), pseudonyms=world.stage.rules.pseudonyms)

    record, opener = world.record(incident(), 0), world.opener("hub")

    def replay(book: RuleBook, ledger: list[LedgerEvent]) -> Replay:
        made = Replay(book, lambda each: open_incident(each, opener, book).message, {})
        made.ledger(ledger)
        list(made.incident(record, compare=True))
        return made

    before = book({"action": "generalise", "to": "year"}, ["incident_class", "team"])
    stage, memory = replace(world.stage, rules=before), StagedState({}.get)
    outputs = list(stage.process(record, Context(memory, None)))
    ledger = Hub(world).events(outputs)
    then = replay(before, ledger)
    assert then.unexplained == []

    after = replay(book({}, ["incident_class", "case_type"]), ledger)
    (history,) = (
        world.stage.codec.decode(each, IncidentHistory) for each in memory.writes.values()
    )
    remembered = {history.incident_id: history}
    found = {(each.path, each.was, each.now, each.rule) for each in after.fields(remembered)}
    assert found == {
        ("team", "released", "withheld", "default-deny"),
        ("persons[0].birth_date", "released", "released otherwise (release)", "births"),
        ("persons[1].birth_date", "released", "released otherwise (release)", "births"),
    }
    assert list(after.fields({})) == []
