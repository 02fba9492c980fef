"""One bad record per defect, each made of a good one by the one thing that is wrong with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from joserfc.jwk import OctKey
from joserfc.util import urlsafe_b64encode
from msgspec.structs import replace

from ketensluis.envelope.blinding import blind
from ketensluis.envelope.cloudevents import instant, source_of
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.dossier_jwe import decrypt, key_named
from ketensluis.envelope.dossier_jwe import encrypt as encrypt_with
from ketensluis.envelope.jwe import encrypt
from ketensluis.envelope.keyring import DossierKey
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.party import INCIDENTS, mail_topic, responses_topic
from ketensluis.model.record import Coordinates, Record
from tests.unit.envelope.parts import (
    AT,
    HUB,
    INCIDENT_ID,
    OM,
    POLICE,
    RSA_VT,
    VT,
    World,
    encode,
    incident,
    receipt,
    referral,
    resigned,
    with_header,
    with_protected,
    without_header,
)

Make = Callable[[World], Record]


@dataclass(frozen=True)
class Defect:
    name: str
    code: str
    make: Make


DEFECTS: list[Defect] = []


def defect(code: str) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        DEFECTS.append(Defect(make.__name__, code, make))
        return make

    return keep


def _bytes(record: Record) -> bytes:
    assert record.value is not None
    return record.value


def _flipped(value: bytes, at: int) -> bytes:
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]


# --- the value


@defect("altered_value")
def altered_value(world: World) -> Record:
    record = world.incident()
    return replace(record, value=_flipped(_bytes(record), 40))


@defect("altered_value")
def altered_ciphertext(world: World) -> Record:
    record = world.referral()
    parts = _bytes(record).split(b".")
    parts[3] = (b"A" if parts[3][:1] != b"A" else b"B") + parts[3][1:]
    return replace(record, value=b".".join(parts))


@defect("altered_value")
def another_messages_value(world: World) -> Record:
    other = world.seal(incident(sequence=2), POLICE, INCIDENTS)
    return replace(world.incident(), value=other.value)


@defect("altered_value")
def another_messages_value_encrypted(world: World) -> Record:
    """Both are truly the hub's and truly to this recipient, but they are two messages."""
    other = world.seal(msgspec.structs.replace(referral(), sequence=2), HUB, mail_topic(VT), VT)
    return replace(world.referral(), value=other.value)


@defect("altered_value")
def no_value(world: World) -> Record:
    return replace(world.incident(), value=None)


@defect("bad_jwe")
def no_encrypted_value(world: World) -> Record:
    return replace(world.referral(), value=None)


@defect("bad_jwe")
def not_a_jwe(world: World) -> Record:
    return replace(world.referral(), value=b"not.a.jwe.at.all")


@defect("bad_jwe")
def jwe_by_an_algorithm_that_is_not_accepted(world: World) -> Record:
    record = world.referral()
    parts = _bytes(record).split(b".")
    header = {"alg": "dir", "enc": "A256GCM", "x5t#S256": "x"}
    parts[0] = _segment(header)
    return replace(record, value=b".".join(parts))


@defect("bad_jwe")
def compressed_jwe(world: World) -> Record:
    record = world.referral()
    parts = _bytes(record).split(b".")
    parts[0] = _segment({"alg": "dir", "enc": "A256GCM", "x5t#S256": "x", "zip": "DEF"})
    return replace(record, value=b".".join(parts))


def _segment(header: dict[str, Any]) -> bytes:
    return urlsafe_b64encode(msgspec.json.encode(header))


@defect("bad_padding")
def confidential_value_without_padding(world: World) -> Record:
    return resigned(world, world.referral(), by=HUB, signed=encode(referral()))


@defect("bad_avro")
def value_of_another_type(world: World) -> Record:
    return resigned(world, world.incident(), by=POLICE, signed=b"{}")


@defect("wrong_subject")
def value_of_another_incident(world: World) -> Record:
    other = encode(incident(incident_id="PL0600-2026999999"))
    return resigned(world, world.incident(), by=POLICE, signed=other)


# --- an incident's value, encrypted with the incident's own key


def _with_segment(record: Record, number: int, segment: bytes) -> Record:
    parts = _bytes(record).split(b".")
    return replace(record, value=b".".join((*parts[:number], segment, *parts[number + 1 :])))


def _with_jwe_header(world: World, **changes: object) -> Record:
    record = world.encrypted_incident()
    header = {"alg": "A256KW", "enc": "A256GCM", "kid": key_named(_bytes(record)), **changes}
    return _with_segment(record, 0, _segment({k: v for k, v in header.items() if v is not None}))


def _sealed_by(world: World, key: DossierKey) -> Record:
    """The record of an incident, truly encrypted and signed, by a key that is not its own."""
    record = world.encrypted_incident()
    own = world.keyring.key_for(INCIDENT_ID, AT)
    return replace(record, value=encrypt_with(decrypt(_bytes(record), own), key))


@defect("altered_value")
def altered_ciphertext_of_an_incident(world: World) -> Record:
    record = world.encrypted_incident()
    segment = _bytes(record).split(b".")[3]
    return _with_segment(record, 3, (b"A" if segment[:1] != b"A" else b"B") + segment[1:])


@defect("altered_value")
def altered_wrapped_key_of_an_incident(world: World) -> Record:
    record = world.encrypted_incident()
    segment = _bytes(record).split(b".")[1]
    return _with_segment(record, 1, (b"A" if segment[:1] != b"A" else b"B") + segment[1:])


@defect("altered_value")
def another_versions_value_of_an_incident(world: World) -> Record:
    other = world.encrypted_incident(sequence=2)
    return replace(world.encrypted_incident(), value=other.value)


@defect("altered_value")
def incident_by_another_secret_under_its_own_key_id(world: World) -> Record:
    own = world.keyring.key_for(INCIDENT_ID, AT)
    return _sealed_by(world, DossierKey(own.key_id, INCIDENT_ID, bytes(32)))


@defect("other_incidents_key")
def incident_by_the_key_of_another_incident(world: World) -> Record:
    return _sealed_by(world, world.keyring.key_for("PL0600-2026999999", AT))


@defect("other_incidents_key")
def key_id_of_another_incident(world: World) -> Record:
    return _with_jwe_header(world, kid=world.keyring.key_for("PL0600-2026999999", AT).key_id)


@defect("unknown_key")
def incident_by_an_unknown_key(world: World) -> Record:
    return _sealed_by(world, DossierKey("no-such-key", INCIDENT_ID, bytes(32)))


@defect("erased")
def incident_by_an_erased_key(world: World) -> Record:
    incident_id = "PL0600-2026000777"
    record = world.encrypted_incident(incident_id=incident_id)
    world.keyring.erase(incident_id, at=AT, rule="example-5-years")
    return record


@defect("other_incidents_key")
def incident_that_hides_behind_the_erasure_of_another(world: World) -> Record:
    gone = world.keyring.key_for("PL0600-2026000778", AT)
    record = _sealed_by(world, gone)
    world.keyring.erase(gone.incident_id, at=AT, rule="example-5-years")
    return record


@defect("bad_jwe")
def incident_by_alg_dir(world: World) -> Record:
    return _with_jwe_header(world, alg="dir")


@defect("bad_jwe")
def incident_by_alg_none(world: World) -> Record:
    return _with_jwe_header(world, alg="none")


@defect("bad_jwe")
def incident_by_a_weaker_wrapping(world: World) -> Record:
    return _with_jwe_header(world, alg="A128KW")


@defect("bad_jwe")
def incident_by_another_content_encryption(world: World) -> Record:
    return _with_jwe_header(world, enc="A128CBC-HS256")


@defect("bad_jwe")
def compressed_incident(world: World) -> Record:
    return _with_jwe_header(world, zip="DEF")


@defect("bad_jwe")
def incident_without_a_key_id(world: World) -> Record:
    return _with_jwe_header(world, kid=None)


@defect("bad_jwe")
def incident_with_a_nonce_of_another_size(world: World) -> Record:
    return _with_segment(world.encrypted_incident(), 2, urlsafe_b64encode(bytes(16)))


@defect("bad_jwe")
def incident_with_a_short_tag(world: World) -> Record:
    return _with_segment(world.encrypted_incident(), 4, urlsafe_b64encode(bytes(12)))


@defect("bad_jwe")
def incident_that_says_it_is_encrypted_and_is_not(world: World) -> Record:
    return resigned(
        world, world.incident(), by=POLICE, attributes={"datacontenttype": "application/jose"}
    )


@defect("altered_header")
def incident_that_was_decrypted_on_the_way(world: World) -> Record:
    """Whoever holds the key puts the plain value there: the signature is of an encrypted one."""
    record = world.encrypted_incident()
    plain = decrypt(_bytes(record), world.keyring.key_for(INCIDENT_ID, AT))
    return with_header(replace(record, value=plain), "content-type", b"application/avro")


@defect("bad_padding")
def encrypted_incident_without_padding(world: World) -> Record:
    record = world.encrypted_incident()
    made = resigned(world, record, by=POLICE, signed=encode(incident()))
    own = world.keyring.key_for(INCIDENT_ID, AT)
    return replace(made, value=encrypt_with(encode(incident()), own))


# --- the headers


@defect("altered_header")
def altered_time(world: World) -> Record:
    return with_header(world.incident(), "ce_time", instant(AT - timedelta(days=1)).encode())


@defect("altered_header")
def altered_subject(world: World) -> Record:
    return with_header(world.incident(), "ce_subject", b"PL0600-2026999999")


@defect("altered_header")
def altered_id(world: World) -> Record:
    return with_header(world.incident(), "ce_id", b"another")


@defect("altered_header")
def altered_key(world: World) -> Record:
    return replace(world.incident(), key=b"PL0600-2026999999")


@defect("altered_header")
def removed_causation(world: World) -> Record:
    return without_header(world.incident(), "ce_causationid")


@defect("missing_header")
def missing_type(world: World) -> Record:
    return without_header(world.incident(), "ce_type")


@defect("missing_header")
def missing_content_type(world: World) -> Record:
    return without_header(world.incident(), "content-type")


@defect("repeated_header")
def repeated_subject(world: World) -> Record:
    record = world.incident()
    return replace(record, headers=(*record.headers, ("ce_subject", b"x")))


@defect("repeated_header")
def repeated_signature(world: World) -> Record:
    record = world.incident()
    return replace(record, headers=(*record.headers, ("jws", b"x")))


@defect("unknown_header")
def header_that_no_signature_vouches_for(world: World) -> Record:
    return with_header(world.incident(), "ce_priority", b"1")


@defect("unknown_header")
def header_in_capitals(world: World) -> Record:
    """A reader that ignores case would take this one for the signed one."""
    return with_header(world.incident(), "CE_Subject", b"PL0600-2026999999")


@defect("bad_header")
def header_that_is_not_utf8(world: World) -> Record:
    return with_header(world.incident(), "ce_subject", b"\xff\xfe")


@defect("bad_header")
def header_with_a_line_break(world: World) -> Record:
    return with_header(world.incident(), "ce_subject", b"a\nb")


@defect("bad_header")
def empty_header(world: World) -> Record:
    return with_header(world.incident(), "ce_subject", b"")


@defect("bad_header")
def source_that_is_not_an_oin(world: World) -> Record:
    return with_header(world.incident(), "ce_source", b"urn:nld:oin:123:systeem:bvi")


@defect("bad_header")
def time_without_an_offset(world: World) -> Record:
    return with_header(world.incident(), "ce_time", b"2026-03-01T12:00:00")


@defect("bad_header")
def time_that_does_not_exist(world: World) -> Record:
    return with_header(world.incident(), "ce_time", b"2026-02-30T12:00:00Z")


@defect("bad_header")
def another_version_of_cloudevents(world: World) -> Record:
    return with_header(world.incident(), "ce_specversion", b"0.3")


@defect("bad_header")
def another_content_type(world: World) -> Record:
    return with_header(world.incident(), "content-type", b"application/json")


@defect("unknown_type")
def type_that_is_no_message(world: World) -> Record:
    return with_header(world.incident(), "ce_type", b"nl.ketensluis.gossip.v1")


@defect("unexpected_type")
def type_that_is_not_expected_here(world: World) -> Record:
    return with_header(world.incident(), "ce_type", b"nl.ketensluis.control-total.v1")


@defect("wrong_schema")
def schema_of_another_type(world: World) -> Record:
    schema = "urn:nl:ketensluis:avro:nl.ketensluis.Receipt:v1"
    return resigned(world, world.incident(), by=POLICE, attributes={"dataschema": schema})


@defect("wrong_content_type")
def content_type_of_encrypted_mail(world: World) -> Record:
    changed = {"datacontenttype": "application/jose"}
    return resigned(world, world.receipt(), by=VT, attributes=changed)


# --- the signature


@defect("missing_signature")
def missing_signature(world: World) -> Record:
    return without_header(world.incident(), "jws")


@defect("missing_signature")
def empty_signature(world: World) -> Record:
    return with_header(world.incident(), "jws", b"")


@defect("bad_signature")
def signature_that_is_no_jws(world: World) -> Record:
    return with_header(world.incident(), "jws", b"trust me")


@defect("bad_signature")
def signature_header_nested_beyond_measure(world: World) -> Record:
    segment = urlsafe_b64encode(b'{"alg":' + b"[" * 8000)
    return with_header(world.incident(), "jws", segment + b"..AA")


@defect("bad_signature")
def signature_with_its_own_value(world: World) -> Record:
    record = world.incident()
    header = record.header("jws")
    assert header is not None
    return with_header(record, "jws", header.replace(b"..", b".e30."))


@defect("bad_signature")
def signature_that_vouches_for_no_topic(world: World) -> Record:
    key = world.identity(POLICE).signing.private_key
    return with_protected(world.incident(), lambda header: header.pop("topic"), key)


@defect("bad_signature")
def signature_that_brings_its_own_key(world: World) -> Record:
    key = world.identity(POLICE).signing.private_key
    jwk = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}
    return with_protected(world.incident(), lambda header: header.update(jwk=jwk), key)


@defect("bad_signature")
def signature_without_a_proper_time(world: World) -> Record:
    return resigned(world, world.incident(), by=POLICE, signed_at="yesterday")


@defect("alg_none")
def alg_none(world: World) -> Record:
    return with_protected(world.incident(), lambda header: header.update(alg="none"))


@defect("alg_none")
def alg_none_in_other_letters(world: World) -> Record:
    return with_protected(world.incident(), lambda header: header.update(alg="nOnE"))


@defect("unknown_algorithm")
def unknown_algorithm(world: World) -> Record:
    return with_protected(world.incident(), lambda header: header.update(alg="XS999"))


@defect("unknown_algorithm")
def secret_key_algorithm_with_what_everyone_knows_as_secret(world: World) -> Record:
    known = OctKey.import_key(world.identity(POLICE).signing.certificate.thumbprint)
    return with_protected(world.incident(), lambda header: header.update(alg="HS256"), known)


@defect("algorithm_key_mismatch")
def algorithm_of_another_kind_of_key(world: World) -> Record:
    return with_protected(world.incident(), lambda header: header.update(alg="PS256"))


@defect("unknown_critical")
def unknown_critical_extension(world: World) -> Record:
    def change(header: dict[str, Any]) -> None:
        header.update(crit=["b64"], b64=False)

    return with_protected(world.incident(), change)


@defect("missing_certificate")
def missing_certificate(world: World) -> Record:
    return with_protected(world.incident(), lambda header: header.pop("x5t#S256"))


@defect("wrong_key")
def wrong_key(world: World) -> Record:
    """Signed by a Veilig Thuis that says it is the police."""
    thumbprint = world.identity(POLICE).signing.certificate.thumbprint
    return resigned(world, world.incident(), by=VT, thumbprint=thumbprint)


@defect("wrong_key")
def altered_signature(world: World) -> Record:
    record = world.incident()
    header = record.header("jws")
    assert header is not None
    at = header.index(b"..") + 10
    changed = b"A" if header[at : at + 1] != b"A" else b"B"
    return with_header(record, "jws", header[:at] + changed + header[at + 1 :])


@defect("wrong_key")
def altered_claim(world: World) -> Record:
    """The time of signing, by a minute."""
    moved = instant(AT + timedelta(minutes=1))
    return with_protected(world.incident(), lambda header: header.update(sigT=moved))


# --- the signer


@defect("unknown_signer")
def unknown_signer(world: World) -> Record:
    thumbprint = secrets.token_urlsafe(32)
    return resigned(world, world.incident(), by=POLICE, thumbprint=thumbprint)


@defect("unknown_signer")
def signed_with_the_key_that_opens_mail(world: World) -> Record:
    thumbprint = world.identity(POLICE).encryption.certificate.thumbprint
    return resigned(world, world.incident(), by=POLICE, thumbprint=thumbprint)


@defect("expired_certificate")
def expired_certificate(world: World) -> Record:
    return _at(world, AT + timedelta(days=4 * 365))


@defect("expired_certificate")
def certificate_that_was_not_valid_yet(world: World) -> Record:
    return _at(world, AT - timedelta(days=2))


def _at(world: World, when: Any) -> Record:
    time = instant(when)
    record = resigned(world, world.incident(), by=POLICE, attributes={"time": time}, signed_at=time)
    return replace(record, timestamp_ms=int(when.timestamp() * 1000))


@defect("source_not_signer")
def source_not_signer(world: World) -> Record:
    """Signed by one police unit in the name of another organisation."""
    source = source_of(world.directory.oin_of(HUB), "bvi")
    return resigned(world, world.incident(), by=POLICE, attributes={"source": source})


@defect("signer_not_allowed")
def signer_not_allowed(world: World) -> Record:
    """A Veilig Thuis registers an incident."""
    source = source_of(world.directory.oin_of(VT), "bvi")
    return resigned(world, world.incident(), by=VT, attributes={"source": source})


@defect("signer_not_allowed")
def answer_on_another_partys_topic(world: World) -> Record:
    return world.seal(receipt("m"), VT, responses_topic(OM))


@defect("wrong_topic")
def moved_to_another_topic(world: World) -> Record:
    return replace(world.incident(), coordinates=Coordinates("responses.vt.twente", 0, 0))


@defect("wrong_time")
def signed_at_another_time_than_it_was_logged(world: World) -> Record:
    later = instant(AT + timedelta(hours=1))
    return resigned(world, world.incident(), by=POLICE, signed_at=later)


@defect("wrong_time")
def signed_after_it_was_sent(world: World) -> Record:
    record = world.incident()
    return replace(record, timestamp_ms=record.timestamp_ms - 3_600_000)


# --- the recipient


@defect("not_for_us")
def signed_for_another_recipient(world: World) -> Record:
    return world.seal(referral(RSA_VT), HUB, mail_topic(VT), RSA_VT)


@defect("not_for_us")
def encrypted_to_another_recipient(world: World) -> Record:
    other = encrypt(blind(encode(referral())), world.directory.encryption(RSA_VT, AT))
    return replace(world.referral(), value=other)


@defect("not_encrypted")
def confidential_mail_in_the_clear(world: World) -> Record:
    signed = blind(encode(referral()))
    changed = {"datacontenttype": "application/avro"}
    return resigned(world, world.referral(), by=HUB, signed=signed, attributes=changed)


def forged_authority(world: World, folder: Any) -> tuple[Record, Directory]:
    """The police's name and OIN, vouched for by an authority that nobody trusts."""
    make_demo_pki(folder, [POLICE], AT)
    forged = World.__new__(World)
    forged.folder, forged.directory, forged.identities = folder, Directory.load(folder), {}
    record = forged.seal(incident(), POLICE, INCIDENTS)
    entry = msgspec.structs.replace(
        world.directory.entries[POLICE], signing=forged.directory.entries[POLICE].signing
    )
    directory = Directory(
        {**world.directory.entries, POLICE: entry},
        {**forged.directory.certificates, **world.directory.certificates},
        world.directory.trust,
    )
    return record, directory
