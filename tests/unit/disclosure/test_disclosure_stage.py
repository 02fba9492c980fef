"""The stage on records: signed incidents in; sealed mail, ledger events, memory out."""

from __future__ import annotations

from typing import Any

import pytest
from disclosure_world import ARREST, Hub, World, arrived
from made_incidents import AT, HOME, incident, person

from ketensluis.envelope.refusal import unsealed_entry
from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import DisclosureRequest, Notice, Quarantined, Referral
from ketensluis.model.party import INCIDENTS, LEDGER_EVENTS, PROCESSING_LOG, QUARANTINE, REQUESTS
from ketensluis.model.record import Output, Record


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


BESIDE = {LEDGER_EVENTS, PROCESSING_LOG}


def mail(outputs: list[Output]) -> dict[str, Output]:
    return {each.topic: each for each in outputs if each.topic not in BESIDE}


def test_each_recipient_gets_mail_that_it_alone_can_open_and_the_ledger_is_told(world: World):
    outputs = Hub(world).take(world.record(incident(**ARREST)))
    sent = mail(outputs)
    assert set(sent) == {"referrals.groningen", "notices.om.noord-nederland"}
    referral = world.opener("vt:groningen").open(arrived(sent["referrals.groningen"]), Referral)
    assert referral.message.released.persons is not None
    assert referral.message.agreement == "politie-veilig-thuis"
    notice = arrived(sent["notices.om.noord-nederland"])
    assert world.opener("om:noord-nederland").open(notice, Notice).message.legal_basis
    with pytest.raises(Refused):
        world.opener("vt:drenthe").open(arrived(sent["referrals.groningen"]), Referral)
    events = Hub(world).events(outputs)
    assert [(each.recipient, each.outcome) for each in events] == [
        ("vt:groningen", "released"),
        ("om:noord-nederland", "released"),
    ]
    assert events[0].message_id == referral.message.message_id
    assert events[0].sent_at == AT
    assert events[0].record == "police.incidents[0]@0"


def test_the_same_record_gives_the_same_decisions_again(world: World):
    record = world.record(incident())
    one, other = (Hub(world).events(Hub(world).take(record)) for _ in range(2))
    assert one == other


def test_a_recipient_to_which_no_way_leads_is_refused_on_record(world: World):
    hub = Hub(world)
    order = incident(measures=[{"kind": "restraining_order"}])
    outputs = hub.take(world.record(order))
    events = {each.recipient: each for each in hub.events(outputs)}
    assert events["gemeente:gm0014"].outcome == "refused"
    assert events["gemeente:gm0014"].reason == "no_route"
    assert events["gemeente:gm0014"].message_id is None
    assert "disclosures.gemeente.gm0014" not in mail(outputs)


def test_a_correction_remembers_what_was_sent_before(world: World):
    hub = Hub(world)
    first = hub.events(hub.take(world.record(incident())))[0]
    changed = incident(sequence=2, event="amended", children_present="yes")
    outputs = hub.take(world.record(changed, 1))
    second = hub.events(outputs)[0]
    assert second.replaces == first.message_id
    duplicate = hub.take(world.record(changed, 2))
    assert [each.kind for each in hub.events(duplicate)] == ["duplicate"]
    late = hub.take(world.record(incident(), 3))
    assert [each.kind for each in hub.events(late)] == ["duplicate"]
    assert mail(duplicate) == mail(late) == {}


def test_a_request_decides_the_record_again_once(world: World):
    hub = Hub(world)
    hold = {"reason": "hold_safety", "until": "2026-03-04T13:00:00Z", "by_role": "coordinator"}
    record = world.record(incident(hold=hold))
    assert mail(hub.take(record)) == {}
    asked = DisclosureRequest(
        request_id="r1",
        incident_id=incident().incident_id,
        topic=INCIDENTS,
        partition=0,
        offset=0,
        reason="hold_over",
        recipient="vt:groningen",
        requested_at=AT,
    )
    sealed = world.sealer("hub").plain(
        asked, topic=REQUESTS, key=asked.incident_id, subject=asked.incident_id, at=AT
    )
    request = arrived(sealed)
    later = Record(
        request.coordinates,
        request.key,
        request.value,
        request.headers,
        request.timestamp_ms + 7_200_000,
    )
    assert world.stage.refers_to(later) == record.coordinates
    assert set(mail(hub.take(later, record))) == {"referrals.groningen"}
    assert hub.take(later, record) == []


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"by": "police:amsterdam"}, "signer_not_allowed"),
        ({"key": "PL-another"}, "wrong_key"),
    ],
)
def test_a_record_that_is_not_the_units_own_is_refused(world: World, how: Any, code: str):
    with pytest.raises(Refused) as refused:
        Hub(world).take(world.record(incident(), **how))
    assert refused.value.code == code


def test_what_is_refused_is_kept_whole_and_told_to_the_ledger(world: World):
    record = world.record(incident())
    entry, event = world.stage.refused(record, Refused("conflicting_sequence", "said"))
    assert entry.topic == QUARANTINE
    said = world.opener("hub").plain(arrived(entry), Quarantined)
    assert said.value is not None
    assert (record.value or b"") not in said.value
    kept = unsealed_entry(said, world.keyring)
    assert kept.value == record.value
    told = world.opener("hub").plain(arrived(event), LedgerEvent)
    assert (told.kind, told.code) == ("quarantined", "conflicting_sequence")


def test_no_value_of_a_person_stands_outside_the_sealed_mail(world: World):
    home = HOME | {"municipality": "GM0014", "secret": True}
    people = [
        person(
            "zandoogje",
            "victim",
            given_names="Bonte",
            surname="Zandoogje",
            bsn="999999990",
            phone="0655501234",
            address=home,
            birth_date="1990-05-06",
        )
    ]
    hub = Hub(world)
    outputs = hub.take(
        world.record(incident(persons=people, relations=[], narrative="Zandoogje sloeg.", **ARREST))
    )
    outside = repr([(each.topic, each.key, each.headers) for each in outputs])
    outside += repr(hub.events(outputs)) + repr(hub.memory)
    outside += repr([each.value for each in outputs])
    for value in ("andoogje", "Bonte", "999999990", "0655501234", "Elzenlaan", "9711", "GM0014"):
        assert value not in outside
