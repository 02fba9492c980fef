"""Keys over time: rotation with overlap, revocation as of signing, and mail of five years ago."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ketensluis.audit.message import signed_points
from ketensluis.envelope.directory import Directory, Identity, party_folder
from ketensluis.envelope.jwe import addressed_to
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.envelope.rotation import revoke, rotate
from ketensluis.envelope.stored import StoredMessage, Verified, load, save, store, verify_stored
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.messages import Receipt, Referral
from ketensluis.model.party import mail_topic, responses_topic
from ketensluis.model.record import Record
from tests.unit.envelope.parts import (
    AT,
    HUB,
    INCIDENT_ID,
    RSA_VT,
    VT,
    arrived,
    decode,
    encode,
    receipt,
    referral,
)

DAY = timedelta(days=1)
YEAR = 365 * DAY
WEEK = 7 * DAY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    make_demo_pki(folder, [HUB, VT, RSA_VT], AT)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Everyone's keys, as they were made in the first place."""
    return shutil.copytree(made, tmp_path / "pki")


def sealed(folder: Path, at: datetime, recipient: str = VT) -> Record:
    """A referral as the hub sends it then, with the keys and the directory of now."""
    sealer = Sealer(Identity.load(folder, HUB), Directory.load(folder), encode)
    output = sealer.seal(
        referral(recipient), topic=mail_topic(recipient), key=INCIDENT_ID, subject=INCIDENT_ID,
        at=at, recipient=recipient,
    )  # fmt: skip
    return arrived(output, at=at)


def opener(folder: Path, party: str = VT) -> Opener:
    return Opener(Identity.load(folder, party), Directory.load(folder), decode)


def filed(folder: Path, record: Record) -> StoredMessage:
    """As it was filed by its recipient, and read again."""
    save(store(record, opener(folder).open(record, Referral)), folder / "referral.msg")
    return load(folder / "referral.msg")


def verified(folder: Path, message: StoredMessage) -> Verified:
    return verify_stored(message, Directory.load(folder))


def refused(folder: Path, message: StoredMessage) -> str:
    with pytest.raises(Refused) as found:
        verified(folder, message)
    return found.value.code


def signing(folder: Path, at: datetime) -> str:
    return Identity.load(folder, HUB).signing_at(at).certificate.thumbprint


# --- rotation


def test_during_the_overlap_all_use_the_old_keys_and_after_it_the_new(folder: Path) -> None:
    old = signing(folder, AT)
    new, new_encryption = rotate(folder, HUB, AT, WEEK)
    assert signing(folder, AT + WEEK - DAY) == old
    assert signing(folder, AT + WEEK) == new.thumbprint != old
    directory = Directory.load(folder)
    assert directory.encryption(HUB, AT + WEEK).thumbprint == new_encryption.thumbprint
    assert directory.encryption(HUB, AT).thumbprint != new_encryption.thumbprint


@pytest.mark.parametrize("recipient", [VT, RSA_VT])
def test_mail_of_before_during_and_after_a_rotation_opens(folder: Path, recipient: str) -> None:
    sent = [sealed(folder, AT, recipient)]
    rotate(folder, recipient, AT, WEEK)
    sent += [sealed(folder, at, recipient) for at in (AT + DAY, AT + WEEK)]
    assert len({addressed_to(each.value) for each in sent}) == 2
    for record in sent:
        assert opener(folder, recipient).open(record, Referral).message == referral(recipient)


def test_a_decision_of_before_a_rotation_is_signed_with_the_key_of_then(folder: Path) -> None:
    """A backlog is signed as of the time of its records, which may lie before the new key."""
    rotate(folder, HUB, AT + YEAR, timedelta())
    assert opener(folder).open(sealed(folder, AT), Referral).signer == HUB


def test_an_answer_keeps_its_id_over_a_rotation(folder: Path) -> None:
    def answer(at: datetime) -> str:
        sealer = Sealer(Identity.load(folder, VT), Directory.load(folder), encode)
        output = sealer.seal(
            receipt("m"), topic=responses_topic(VT), key=INCIDENT_ID, subject=INCIDENT_ID, at=at
        )
        return opener(folder, HUB).open(arrived(output, at=at), Receipt).attributes.id

    before = answer(AT)
    rotate(folder, VT, AT, WEEK)
    assert answer(AT + 2 * WEEK) == before


def test_a_second_rotation_leaves_three_pairs_of_which_all_are_known(folder: Path) -> None:
    rotate(folder, HUB, AT, WEEK)
    rotate(folder, HUB, AT + YEAR, WEEK)
    entry = Directory.load(folder).entries[HUB]
    assert (len(entry.signing), len(entry.encryption)) == (3, 3)
    identity = Identity.load(folder, HUB)
    assert [each.certificate.not_before for each in identity.signing_keys] == [
        (AT + YEAR + WEEK).replace(microsecond=0), (AT + WEEK).replace(microsecond=0),
        (AT - DAY).replace(microsecond=0),
    ]  # fmt: skip


def test_what_a_failed_rotation_left_behind_is_in_the_directory_after_the_next(
    folder: Path,
) -> None:
    directory = (folder / "public" / "directory.json").read_bytes()
    lost, _ = rotate(folder, HUB, AT, WEEK)
    (folder / "public" / "directory.json").write_bytes(directory)
    rotate(folder, HUB, AT + DAY, WEEK)
    assert Directory.load(folder).signer(lost.thumbprint)


def test_new_keys_are_for_their_owner_alone(folder: Path) -> None:
    rotate(folder, HUB, AT, WEEK)
    own = party_folder(folder, HUB)
    assert {path.stat().st_mode & 0o777 for path in own.glob("*.key")} == {0o600}
    assert len(list(own.glob("*.key"))) == 4


@pytest.mark.parametrize(
    ("party", "overlap", "code"),
    [(HUB, 4 * YEAR, "bad_overlap"), ("vt:utrecht", WEEK, "unknown_party")],
)
def test_a_rotation_that_would_leave_a_gap_or_nobody_is_refused(
    folder: Path, party: str, overlap: timedelta, code: str
) -> None:
    with pytest.raises(KetensluisError) as found:
        rotate(folder, party, AT, overlap)
    assert found.value.code == code


# --- revocation


def revoked(folder: Path, at: datetime, since: datetime | None = None) -> None:
    revoke(folder, signing(folder, AT), at, since=since, reason="keyCompromise")


def test_signed_before_it_was_revoked_still_verifies_and_says_so(folder: Path) -> None:
    message = filed(folder, sealed(folder, AT))
    assert verified(folder, message).revoked_at is None
    revoked(folder, AT + DAY)
    assert verified(folder, message).revoked_at == (AT + DAY).replace(microsecond=0)
    found, points = signed_points(message, Directory.load(folder))
    assert found is not None
    assert all(each.holds for each in points)
    assert "revoked later, as of 2026-03-02" in points[1].sentence


def test_signed_after_it_was_revoked_is_refused(folder: Path) -> None:
    message = filed(folder, sealed(folder, AT + DAY))
    revoked(folder, AT)
    assert refused(folder, message) == "revoked_certificate"
    with pytest.raises(Refused) as found:
        opener(folder).open(sealed(folder, AT + DAY), Referral)
    assert found.value.code == "revoked_certificate"


def test_what_counts_is_since_when_the_key_was_not_its_owners_alone(folder: Path) -> None:
    """RFC 5280, section 5.3.2: the invalidity date lies before the day of revocation."""
    message = filed(folder, sealed(folder, AT + DAY))
    revoked(folder, AT + 9 * DAY, since=AT + 2 * DAY)
    assert verified(folder, message)
    revoked(folder, AT + 10 * DAY, since=AT)
    assert refused(folder, message) == "revoked_certificate"


def test_a_rotation_away_from_a_revoked_key_goes_on_at_once(folder: Path) -> None:
    revoked(folder, AT)
    new, _ = rotate(folder, HUB, AT, timedelta())
    assert signing(folder, AT + DAY) == new.thumbprint
    assert opener(folder).open(sealed(folder, AT + DAY), Referral).signer == HUB


def test_nobody_encrypts_to_a_revoked_certificate(folder: Path) -> None:
    thumbprint = Identity.load(folder, VT).encryption.certificate.thumbprint
    revoke(folder, thumbprint, AT, since=None, reason="superseded")
    with pytest.raises(Refused) as found:
        sealed(folder, AT + DAY)
    assert found.value.code == "no_certificate"


def test_a_list_that_leaves_out_what_expired_does_not_make_it_good_again(folder: Path) -> None:
    """The older list is kept, and still knows."""
    message = filed(folder, sealed(folder, AT + DAY))
    revoked(folder, AT)
    other = Identity.load(folder, VT).signing.certificate.thumbprint
    newest = revoke(folder, other, AT + DAY, since=None, reason="superseded")
    for path in newest.parent.glob("*.pem"):
        if path != newest:
            kept = path.read_bytes()
            path.unlink()
    assert refused(folder, message) == "revoked_certificate"
    newest.write_bytes(kept)
    assert refused(folder, message) == "revoked_certificate"


# --- five years


def test_a_referral_of_five_years_ago_still_verifies_and_opens(folder: Path) -> None:
    record = sealed(folder, AT)
    message = filed(folder, record)
    for year in (2, 4):
        for party in (HUB, VT):
            rotate(folder, party, AT + year * YEAR, WEEK)
    revoked(folder, AT + 5 * YEAR)
    found = verified(folder, message)
    assert (found.signer, found.recipient) == (HUB, VT)
    assert found.value == encode(referral())
    assert opener(folder).open(record, Referral).message == referral()


def test_the_key_of_five_years_ago_signs_nothing_today(folder: Path) -> None:
    """Who took the old key out of a drawer cannot use it: it is not valid at that time."""
    identity = Identity.load(folder, HUB)
    rotate(folder, HUB, AT + 2 * YEAR, WEEK)
    rotate(folder, VT, AT + 2 * YEAR, WEEK)
    late = AT + 4 * YEAR
    object.__setattr__(identity.signing.certificate, "not_after", late + YEAR)
    output = Sealer(identity, Directory.load(folder), encode).seal(
        referral(), topic=mail_topic(VT), key=INCIDENT_ID, subject=INCIDENT_ID, at=late,
        recipient=VT,
    )  # fmt: skip
    with pytest.raises(Refused) as found:
        opener(folder).open(arrived(output, at=late), Referral)
    assert found.value.code == "expired_certificate"
