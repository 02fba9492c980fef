"""Whoever has a key that was revoked can write any date into a signature, and is found by it."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made_mail import AT, CODEC, OM, PARTIES, VT, arrived, message_id
from msgspec.structs import replace

from ketensluis.audit.findings import Findings, Window
from ketensluis.audit.signatures import SignatureAudit, Vouchers
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.envelope.rotation import revoke, rotate
from ketensluis.errors import Refused
from ketensluis.model.messages import Receipt
from ketensluis.model.party import responses_topic
from ketensluis.model.record import Record

DAY = timedelta(days=1)
REVOKED = AT + 10 * DAY
INCIDENT = "PL0100-2026000001"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    make_demo_pki(folder, PARTIES, AT)
    thief = shutil.copytree(folder, folder.parent / f"{folder.name}-thief")
    thumbprint = Identity.load(folder, VT).signing_at(AT).certificate.thumbprint
    revoke(folder, thumbprint, REVOKED + DAY, since=REVOKED, reason="keyCompromise")
    rotate(folder, VT, REVOKED, timedelta())
    assert thief.exists()
    return folder


def receipt(folder: Path, *, signed: datetime, sent: datetime) -> Record:
    """A receipt with the keys of that folder."""
    told = Receipt(incident_id=INCIDENT, message_id=message_id(), at=signed, digest="0" * 64)
    sealer = Sealer(Identity.load(folder, VT), Directory.load(folder), CODEC.encode)
    output = sealer.seal(told, topic=responses_topic(VT), key=INCIDENT, subject=INCIDENT, at=signed)
    return arrived(output, at=sent)


def opened(folder: Path, record: Record) -> str | None:
    """By which code the hub refuses it."""
    try:
        Opener(Identity.load(folder, "hub"), Directory.load(folder), CODEC.decode).open(
            record, Receipt
        )
    except Refused as error:
        return error.code
    return None


def audited(folder: Path, record: Record) -> set[str]:
    findings = Findings(Window(None, None, AT + 100 * DAY))
    audit = SignatureAudit(findings, Vouchers(Directory.load(folder)))
    audit.take(record)
    audit.conclude(())
    return {each.code for each in findings.found}


def test_what_a_revoked_key_signs_with_an_old_date_and_sends_later_is_refused_and_found(made: Path):
    """Neither the certificate nor its chain is wrong as of the date that it names."""
    thief = made.parent / f"{made.name}-thief"
    forged = receipt(thief, signed=AT + DAY, sent=REVOKED + DAY)
    assert opened(made, forged) == "revoked_certificate"
    assert audited(made, forged) == {"revoked_certificate"}


def test_what_was_signed_and_sent_before_it_was_revoked_stays_good(made: Path):
    thief = made.parent / f"{made.name}-thief"
    for sent in (AT + DAY, AT + DAY + timedelta(hours=9), REVOKED):
        good = receipt(thief, signed=AT + DAY, sent=sent)
        assert opened(made, good) is None
        assert audited(made, good) == set()


def test_what_the_new_key_signs_is_good(made: Path):
    good = receipt(made, signed=REVOKED + DAY, sent=REVOKED + 2 * DAY)
    assert opened(made, good) is None
    assert audited(made, good) == set()


def test_another_partys_key_answers_for_nobody_else(made: Path):
    """The topic, the source and the signer must be one party."""
    told = Receipt(incident_id=INCIDENT, message_id=message_id(), at=AT, digest="0" * 64)
    sealer = Sealer(Identity.load(made, OM), Directory.load(made), CODEC.encode)
    output = sealer.seal(told, topic=responses_topic(OM), key=INCIDENT, subject=INCIDENT, at=AT)
    moved = replace(output, topic=responses_topic(VT))
    assert audited(made, arrived(moved)) == {"bad_signature"}
