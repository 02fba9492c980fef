"""Every defect is found, and named for what it is."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ketensluis.envelope.certificates import TrustAnchors
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.mail import Opener
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.messages import Receipt, Referral
from ketensluis.model.record import Record
from tests.unit.envelope.defects import DEFECTS, Defect, forged_authority
from tests.unit.envelope.parts import AT, HUB, POLICE, VT, World, decode


def _open(world: World, record: Record, directory: Directory | None = None) -> object:
    mail = record.coordinates.topic.startswith("referrals.")
    own = world.identity(VT if mail else HUB)
    opener = Opener(own, directory or world.directory, decode, world.keyring)
    return opener.open(record, Referral) if mail else opener.open(record, (Incident, Receipt))


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: each.name)
def test_a_defect_is_found_and_named(world: World, defect: Defect) -> None:
    with pytest.raises(Refused) as refused:
        _open(world, defect.make(world))
    assert refused.value.code == defect.code, refused.value.sentence
    assert refused.value.sentence
    assert "Ruzie" not in str(refused.value)


def test_records_that_are_opened_together_are_opened_as_one_by_one(world: World) -> None:
    """Step by step, for all at once: each is refused for what it is, among sound ones."""
    sound = world.incident()
    made = [record for each in DEFECTS for record in (each.make(world), sound)]
    records = [each for each in made if not each.coordinates.topic.startswith("referrals.")]
    opener = Opener(world.identity(HUB), world.directory, decode, world.keyring)
    one_by_one = []
    for record in records:
        try:
            one_by_one.append(opener.open(record, (Incident, Receipt)))
        except Refused as error:
            one_by_one.append((type(error), error.code, error.sentence))

    together = opener.open_all(records, (Incident, Receipt))

    assert len({each[1] for each in one_by_one if isinstance(each, tuple)}) > 20
    assert one_by_one == [
        (type(each), each.code, each.sentence) if isinstance(each, Refused) else each
        for each in together
    ]


def test_each_defect_has_one_fixture_of_its_name() -> None:
    assert not [name for name, count in Counter(each.name for each in DEFECTS).items() if count > 1]


def test_the_reference_names_every_code() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "envelope.md").read_text("utf-8")
    assert {each.code for each in DEFECTS} <= set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))


def test_a_certificate_of_an_unknown_authority_is_not_trusted(world: World, tmp_path: Path) -> None:
    record, directory = forged_authority(world, tmp_path)
    with pytest.raises(Refused) as refused:
        _open(world, record, directory)
    assert refused.value.code == "untrusted_certificate"


@pytest.mark.parametrize(
    ("revoked", "code"),
    [(timedelta(hours=-1), "revoked_certificate"), (timedelta(hours=1), None)],
    ids=["before it signed", "after it signed"],
)
def test_a_revoked_certificate_counts_only_for_what_it_signed_before(
    world: World, revoked: timedelta, code: str | None
) -> None:
    serial = world.identity(POLICE).signing.certificate.raw.serial_number
    trust = TrustAnchors(
        world.directory.trust.anchors,
        world.directory.trust.intermediates,
        {serial: AT + revoked},
    )
    directory = Directory(world.directory.entries, world.directory.certificates, trust)
    if code is None:
        assert _open(world, world.incident(), directory)
        return
    with pytest.raises(Refused) as refused:
        _open(world, world.incident(), directory)
    assert refused.value.code == code


def test_a_certificate_for_mail_listed_as_one_to_sign_with_is_refused(world: World) -> None:
    """The directory is wrong; the certificate itself says what its key is for."""
    before = world.directory.entries[POLICE]
    entry = type(before)(
        party=POLICE, oin=before.oin, signing=before.encryption, encryption=before.encryption
    )
    directory = Directory(
        {**world.directory.entries, POLICE: entry},
        world.directory.certificates,
        world.directory.trust,
    )
    defect = next(each for each in DEFECTS if each.name == "signed_with_the_key_that_opens_mail")
    with pytest.raises(Refused) as refused:
        _open(world, defect.make(world), directory)
    assert refused.value.code == "wrong_key_usage"


def test_headers_that_are_not_ours_do_no_harm(world: World) -> None:
    record = world.incident()
    assert _open(world, replace(record, headers=(*record.headers, ("tracestate", b"x"))))
