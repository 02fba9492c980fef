"""An incident under its own key: what opens it, what does not, and what anyone's library says."""

from __future__ import annotations

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from msgspec.structs import replace

from ketensluis.envelope.blinding import unblind
from ketensluis.envelope.dossier_jwe import key_named
from ketensluis.envelope.keyring import Erased
from ketensluis.envelope.mail import Opener
from ketensluis.envelope.stored import store, verify_stored
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from tests.unit.envelope.parts import (
    AT,
    HUB,
    INCIDENT_ID,
    POLICE,
    VT,
    World,
    decode,
    encode,
    incident,
)


def test_an_incident_opens_with_its_own_key(world: World) -> None:
    record = world.encrypted_incident()
    assert record.header("content-type") == b"application/jose"
    assert record.value is not None
    assert b"Ruzie" not in record.value
    opened = world.opener(HUB).open(record, Incident)
    assert (opened.message, opened.signer) == (incident(), POLICE)
    assert opened.value == encode(incident())


def test_an_incident_in_the_clear_is_taken_as_well(world: World) -> None:
    record = world.incident()
    assert record.header("content-type") == b"application/avro"
    assert world.opener(HUB).open(record, Incident).message == incident()


def test_the_versions_of_an_incident_share_its_key_and_nothing_else(world: World) -> None:
    one, two = world.encrypted_incident(), world.encrypted_incident()
    assert one.value is not None
    assert two.value is not None
    assert key_named(one.value) == key_named(two.value)
    assert not set(one.value.split(b".")[1:]) & set(two.value.split(b".")[1:])
    other = world.encrypted_incident(incident_id="PL0600-2026000002")
    assert other.value is not None
    assert key_named(other.value) != key_named(one.value)


def test_joserfc_opens_it(world: World) -> None:
    """The format is the RFC's, not ours: made here of primitives, opened by a library."""
    record = world.encrypted_incident()
    assert record.value is not None
    secret = world.keyring.key_for(INCIDENT_ID, AT).secret
    registry = jwe.JWERegistry(algorithms=["A256KW", "A256GCM"])
    found = jwe.decrypt_compact(record.value, OctKey.import_key(secret), registry=registry)
    assert found.plaintext is not None
    assert unblind(found.plaintext) == encode(incident())


def test_what_joserfc_makes_opens(world: World) -> None:
    record = world.encrypted_incident()
    key = world.keyring.key_for(INCIDENT_ID, AT)
    plain = world.opener(HUB).open(record, Incident).signed
    header = {"alg": "A256KW", "enc": "A256GCM", "kid": key.key_id}
    registry = jwe.JWERegistry(algorithms=["A256KW", "A256GCM"])
    made = jwe.encrypt_compact(header, plain, OctKey.import_key(key.secret), registry=registry)
    again = replace(record, value=made.encode())
    assert world.opener(HUB).open(again, Incident).message == incident()


def test_without_the_keys_nobody_opens_it(world: World) -> None:
    opener = Opener(world.identity(HUB), world.directory, decode)
    with pytest.raises(Refused) as refused:
        opener.open(world.encrypted_incident(), Incident)
    assert refused.value.code == "not_for_us"
    assert refused.value.sentence
    with pytest.raises(Refused) as refused:
        world.opener(VT).open(world.encrypted_incident(), Incident)
    assert refused.value.code == "not_for_us"


def test_after_an_erasure_it_says_when_and_by_which_rule_and_others_open(world: World) -> None:
    gone = world.encrypted_incident(incident_id="PL0600-2026000003")
    kept = world.encrypted_incident()
    world.keyring.erase("PL0600-2026000003", at=AT, rule="example-5-years")
    with pytest.raises(Erased, match="erased on 2026-03-01 by rule example-5-years"):
        world.opener(HUB).open(gone, Incident)
    assert world.opener(HUB).open(kept, Incident).message == incident()
    later = world.encrypted_incident(incident_id="PL0600-2026000003", sequence=2)
    assert world.opener(HUB).open(later, Incident).message.sequence == 2


def test_a_stored_original_verifies_without_any_key(world: World) -> None:
    record = world.encrypted_incident()
    opened = world.opener(HUB).open(record, Incident)
    found = verify_stored(store(record, opened), world.directory)
    assert found.value == encode(incident())
    assert found.signer == POLICE
