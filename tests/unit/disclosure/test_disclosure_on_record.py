"""What disclosure provides, it puts on record, or it does not provide it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from disclosure_world import ARREST, Hub, World, arrived
from made_incidents import AT, agreement, incident, person, rules
from msgspec.structs import replace

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.jwe import decrypt
from ketensluis.envelope.mail import Sealer
from ketensluis.errors import Unavailable
from ketensluis.model.messages import DisclosureRequest, Referral
from ketensluis.model.override import Override
from ketensluis.model.party import PROCESSING_LOG
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.record import Output, Record
from ketensluis.processing_log.sealing import SubjectOpener
from ketensluis.processing_log.subjects import pseudonyms_of
from services.disclosure.process import DisclosureStage

TRACE = "0123456789abcdef0123456789abcdef"
TRACED = (("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01".encode()),)
PERSONS = [
    person("p1", "victim", surname="Zandoogje", birth_date="1990-05-06", bsn="123456780"),
    person("p2", "suspect", surname="Koolwitje", given_names="Bo", birth_date="1988-01-02"),
    person("p3", "witness", surname="Dagpauwoog"),
]
VICTIMS = agreement(
    {"id": "r1", "fields": ["persons[].surname"], "when": {"role": ["victim"]}},
    {"id": "r2", "fields": ["team"]},
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


def on_record(world: World, outputs: list[Output]) -> list[ProcessingRecord]:
    plain = world.opener("hub").plain
    return [
        plain(arrived(each), ProcessingRecord) for each in outputs if each.topic == PROCESSING_LOG
    ]


def opened(world: World, record: ProcessingRecord) -> list[str]:
    own = world.identities["hub"].encryption
    opener = SubjectOpener(lambda value: decrypt(value, own.certificate, own.private_key))
    key = record.sealed_key or b""
    return [opener.open(each.sealed, record.incident_id, key) for each in record.subjects]


def traced(record: Record) -> Record:
    headers = tuple(each for each in record.headers if each[0] != "traceparent")
    return replace(record, headers=headers + TRACED)


def test_each_message_that_leaves_is_on_record_before_it(world: World):
    outputs = Hub(world).take(world.record(incident(**ARREST)))
    assert outputs[0].topic == PROCESSING_LOG
    (record,) = on_record(world, outputs)
    referral = world.opener("vt:groningen").open(arrived(outputs[1]), Referral).message
    provided = record.actions[0]
    assert [each.recipient for each in record.actions] == ["vt:groningen", "om:noord-nederland"]
    assert provided.message_id == referral.message_id
    assert (provided.agreement, provided.legal_basis) == (referral.agreement, referral.legal_basis)
    assert record.started_at == AT


def test_the_register_opens_the_ids_and_nobody_reads_them(world: World):
    outputs = Hub(world).take(world.record(incident(persons=PERSONS, relations=[])))
    (record,) = on_record(world, outputs)
    place = record.incident_id
    assert opened(world, record) == ["123456780", f"{place}/p2", f"{place}/p3"]
    value = next(each.value or b"" for each in outputs if each.topic == PROCESSING_LOG)
    for secret in (b"123456780", b"Zandoogje", b"Koolwitje", b"1988"):
        assert secret not in value


def test_a_person_is_found_by_bsn_or_by_name_and_birth_date_and_only_with_the_key(world: World):
    them = incident(persons=PERSONS, relations=[])
    (record,) = on_record(world, Hub(world).take(world.record(them)))
    key = world.stage.rules.pseudonyms.provisions_key
    assert [each.pseudonyms for each in record.subjects] == [
        pseudonyms_of(each, key) for each in them.persons
    ]
    assert [len(each.pseudonyms) for each in record.subjects] == [1, 1, 0]
    assert pseudonyms_of(them.persons[0], b"another") != record.subjects[0].pseudonyms
    dossier = world.stage.rules.pseudonyms.dossier_key
    assert pseudonyms_of(them.persons[0], dossier) != record.subjects[0].pseudonyms


def test_a_provision_is_about_those_of_whom_something_was_let_through(world: World):
    stage = DisclosureStage(
        opener=world.stage.opener,
        sealer=world.stage.sealer,
        codec=Codec.from_lock(),
        rules=rules(VICTIMS),
    )
    hub = Hub(world)
    hub.world = _With(world, stage)  # type: ignore[assignment]
    outputs = hub.take(world.record(incident(persons=PERSONS, relations=[])))
    (record,) = on_record(world, outputs)
    assert len(record.subjects) == len(PERSONS)
    assert record.actions[0].subjects == (0,)


class _With:
    """A world with another stage."""

    def __init__(self, world: World, stage: DisclosureStage) -> None:
        self._world, self.stage = world, stage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


def test_its_trace_is_that_of_the_message_and_names_what_led_to_it(world: World):
    outputs = Hub(world).take(traced(world.record(incident())))
    (record,) = on_record(world, outputs)
    (action,) = record.actions
    sent = outputs[1].header("traceparent") or b""
    assert sent.decode().split("-")[1:3] == [action.trace_id, action.span_id]
    assert action.trace_id == TRACE
    assert record.foreign is not None
    assert (record.foreign.trace_id, record.foreign.span_id) == (TRACE, "00f067aa0ba902b7")
    assert record.foreign.entity.startswith("urn:nld:oin:00000099")


def test_without_a_register_that_can_be_written_to_nothing_leaves(tmp_path: Path):
    world = World(tmp_path)
    entry = world.directory.entries["hub"]
    blind = Directory(
        {**world.directory.entries, "hub": replace(entry, encryption=())},
        world.directory.certificates,
        world.directory.trust,
    )
    sealer = Sealer(world.identities["hub"], blind, Codec.from_lock().encode)
    stage = DisclosureStage(
        opener=world.stage.opener, sealer=sealer, codec=world.stage.codec, rules=rules()
    )
    hub = Hub(world)
    hub.world.stage = stage
    with pytest.raises(Unavailable) as found:
        hub.take(world.record(incident()))
    assert found.value.code == "no_register"


def test_who_is_not_told_of_is_known_to_the_log_but_nothing_is_said_to_be_provided(world: World):
    hold = {"reason": "hold_safety", "until": "2026-03-09T13:00:00Z", "by_role": "coordinator"}
    (record,) = on_record(world, Hub(world).take(world.record(incident(hold=hold))))
    assert (len(record.subjects), record.actions) == (2, ())


def test_a_duplicate_is_not_put_on_record_again(world: World):
    hub = Hub(world)
    hub.take(world.record(incident()))
    assert on_record(world, hub.take(world.record(incident(), offset=1))) == []


def test_an_override_is_on_record_with_its_role_and_what_it_let_through(world: World):
    hub = Hub(world)
    hold = {"reason": "hold_safety", "until": "2026-03-09T13:00:00Z", "by_role": "coordinator"}
    source = world.record(incident(hold=hold))
    hub.take(source)
    override = Override(
        override_id="o1",
        incident_id="PL0100-2026000001",
        recipient="vt:groningen",
        effect="send",
        reason="acute_danger",
        by_role="supervisor",
        given_at=AT,
        until=AT.replace(day=9),
    )
    request = DisclosureRequest(
        request_id="r1",
        incident_id=override.incident_id,
        topic=source.coordinates.topic,
        partition=0,
        offset=0,
        reason="override",
        recipient="vt:groningen",
        override=override,
        requested_at=AT,
    )
    asked = arrived(world.stage._posting.request(request, AT), 7)
    (record,) = on_record(world, hub.take(asked, source))
    assert [each.kind for each in record.actions] == ["provide", "override"]
    overruled = record.actions[1]
    assert (overruled.by_role, overruled.reason) == ("supervisor", "send: acute_danger")
    assert overruled.subjects == (0, 1)
