"""The audit judges every party's signature as of when it was made, and names what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from made_evidence import MORNING, Office
from msgspec.structs import replace

from ketensluis.audit.findings import Finding, Findings, Window
from ketensluis.audit.signatures import SignatureAudit, Vouchers
from ketensluis.avro.codec import Codec
from ketensluis.envelope import jws
from ketensluis.envelope.cloudevents import instant
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener
from ketensluis.envelope.rotation import revoke
from ketensluis.model.messages import SafetyAssessment
from ketensluis.model.record import Coordinates, Record

LATER = MORNING + timedelta(days=1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.of_a_day(tmp_path_factory.mktemp("pki"), 2)


@pytest.fixture
def pki(office: Office, tmp_path: Path) -> Path:
    """A copy of everyone's certificates, to be changed."""
    return shutil.copytree(office.pki, tmp_path / "pki")


def audited(
    office: Office, *records: Record, excused: Collection[str] = (), **told: Any
) -> tuple[list[Finding], dict[str, int]]:
    """What is found in these records, and how many signatures were counted."""
    window = Window(told.get("since"), None, told.get("at", LATER))
    findings = Findings(window)
    vouchers = Vouchers(Directory.load(told.get("pki", office.pki)), told.get("opener"))
    audit = SignatureAudit(findings, vouchers)
    for record in records or office.records:
        audit.take(record)
    audit.conclude(excused)
    return findings.found, dict(audit.counts)


def codes(found: tuple[list[Finding], dict[str, int]]) -> list[str]:
    return [each.code for each in found[0]]


def receipt(office: Office) -> Record:
    return next(r for r in office.records if r.coordinates.topic.startswith("responses."))


def resigned(office: Office, record: Record, by: str, **changes: Any) -> Record:
    """The record under a new signature by that party, which claims what is changed as well."""
    claims = jws.read(record.header("jws")).claims
    key = Identity.load(office.pki, by).signing
    claims = replace(
        claims, alg=key.certificate.algorithm, thumbprint=key.certificate.thumbprint, **changes
    )
    made = jws.sign(claims, record.value or b"", key.private_key).encode()
    return with_jws(record, made)


def with_jws(record: Record, *signatures: bytes) -> Record:
    others = tuple(each for each in record.headers if each[0] != "jws")
    return replace(record, headers=(*others, *(("jws", each) for each in signatures)))


def test_on_untouched_records_nothing_is_found_and_all_signatures_are_counted(office: Office):
    found, counts = audited(office)
    assert found == []
    # Of each incident: the police's and the receipt's; the feedback is encrypted to the police.
    assert counts == {"signatures": 4, "signatures under encryption": 2}


def taken_off(_: Office, record: Record) -> Record:
    return with_jws(record)


def twice(_: Office, record: Record) -> Record:
    made = record.header("jws") or b""
    return with_jws(record, made, made)


def over_another_value(_: Office, record: Record) -> Record:
    return replace(record, value=(record.value or b"")[:-1] + b"x")


def for_another_topic(_: Office, record: Record) -> Record:
    return replace(record, coordinates=replace(record.coordinates, topic="responses.om.limburg"))


def under_another_key(office: Office, record: Record) -> Record:
    """The thumbprint of one party over a signature by another."""
    mine = jws.read(record.header("jws")).claims
    other = Identity.load(office.pki, "om:limburg").signing
    return with_jws(record, jws.sign(mine, record.value or b"", other.private_key).encode())


def by_another_party(office: Office, record: Record) -> Record:
    return resigned(office, record, "om:limburg")


def by_a_certificate_of_nobody(office: Office, record: Record) -> Record:
    claims = replace(jws.read(record.header("jws")).claims, thumbprint="A" * 43)
    key = Identity.load(office.pki, "vt:twente").signing.private_key
    return with_jws(record, jws.sign(claims, record.value or b"", key).encode())


def before_its_certificate_began(office: Office, record: Record) -> Record:
    return resigned(office, record, "vt:twente", signed_at=instant(MORNING - timedelta(days=9)))


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (taken_off, "unsigned"),
        (twice, "bad_signature"),
        (over_another_value, "bad_signature"),
        (for_another_topic, "bad_signature"),
        (under_another_key, "bad_signature"),
        (by_another_party, "signer_not_allowed"),
        (by_a_certificate_of_nobody, "unknown_signer"),
        (before_its_certificate_began, "expired_certificate"),
    ],
)
def test_a_signature_that_does_not_hold_is_named_for_what_it_is(
    office: Office, attack: Callable[[Office, Record], Record], code: str
):
    mine = next(r for r in office.records if r.coordinates.topic == "responses.vt.twente")
    bad = attack(office, mine)
    found, _ = audited(office, bad)
    assert [(each.code, each.place) for each in found] == [(code, str(bad.coordinates))]


def test_what_cannot_be_read_is_checked_in_all_that_its_signature_claims(office: Office):
    feedback = next(r for r in office.records if r.coordinates.topic.startswith("feedback."))
    moved = replace(
        feedback, coordinates=replace(feedback.coordinates, topic="feedback.police.limburg")
    )
    assert codes(audited(office, moved)) == ["bad_signature"]
    assert codes(audited(office, with_jws(feedback))) == ["unsigned"]


def assessment(office: Office) -> Record:
    """Encrypted to the hub by a Veilig Thuis region."""
    message = SafetyAssessment(
        incident_id="PL0600-0000000001", message_id="m1", at=MORNING, outcome="acutely_unsafe"
    )
    name, topic = message.incident_id, "responses.vt.twente"
    sealed = office.sealers["vt:twente"].seal(
        message, topic=topic, key=name, subject=name, at=MORNING
    )
    at = round(MORNING.timestamp() * 1000)
    return Record(Coordinates(topic, 0, 1_000), sealed.key, sealed.value, sealed.headers, at)


def test_with_the_hubs_keys_a_signature_under_encryption_to_it_is_checked_too(office: Office):
    record = assessment(office)
    opener = Opener(
        Identity.load(office.pki, "hub"), Directory.load(office.pki), Codec.from_lock().decode
    )
    assert audited(office, record) == ([], {"signatures under encryption": 1})
    assert audited(office, record, opener=opener) == ([], {"signatures": 1})
    forged = resigned(office, record, "vt:twente")  # over the ciphertext, not over what it hides
    assert audited(office, forged)[0] == []
    assert codes(audited(office, forged, opener=opener)) == ["bad_signature"]


@pytest.mark.parametrize(
    ("since", "code"), [(timedelta(hours=-1), ["revoked_certificate"]), (timedelta(hours=1), [])]
)
def test_a_revoked_certificate_counts_no_more_from_when_it_was_and_not_before(
    office: Office, pki: Path, since: timedelta, code: list[str]
):
    record = receipt(office)
    thumbprint = jws.read(record.header("jws")).claims.thumbprint
    revoke(pki, thumbprint, LATER, since=MORNING + since, reason="keyCompromise")
    assert codes(audited(office, record, pki=pki)) == code


def test_a_chain_without_an_anchor_is_one_for_which_nobody_vouches(office: Office, pki: Path):
    for anchor in (pki / "public" / "anchors").iterdir():
        anchor.unlink()
    assert set(codes(audited(office, pki=pki))) == {"unknown_signer"}


def test_what_the_hub_refused_and_keeps_in_quarantine_is_no_finding(office: Office):
    bad = with_jws(receipt(office))
    assert codes(audited(office, bad)) == ["unsigned"]
    assert audited(office, bad, excused={str(bad.coordinates)})[0] == []


@pytest.mark.parametrize(
    "told",
    [{"at": MORNING + timedelta(seconds=30)}, {"since": MORNING + timedelta(hours=1)}],
    ids=["it may still be refused", "not asked about"],
)
def test_what_is_young_or_of_another_time_is_no_finding(office: Office, told: dict[str, Any]):
    assert audited(office, with_jws(receipt(office)), **told)[0] == []
