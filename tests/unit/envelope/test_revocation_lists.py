"""A list of revoked certificates is used only if it is its authority's, whole and understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.errors import KetensluisError, Refused
from tests.unit.envelope.parts import AT, HUB, VT

DAY = timedelta(days=1)
ROUND = AT.replace(microsecond=0)


class Ground:
    """A PKI, its authority's keys, and lists of any defect."""

    def __init__(self, folder: Path) -> None:
        make_demo_pki(folder, [HUB, VT], AT)
        self.folder = folder
        own = folder / "authority"
        self.name = x509.load_pem_x509_certificate((own / "intermediate.pem").read_bytes()).subject
        key = load_pem_private_key((own / "intermediate.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        self.certificate = Directory.load(folder).encryption(VT, AT)

    def builder(
        self, *, name: x509.Name | None = None, until: datetime = AT + 30 * DAY
    ) -> x509.CertificateRevocationListBuilder:
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(name or self.name)
            .last_update(AT)
            .next_update(until)
        )

    def entry(self, *extensions: tuple[x509.ExtensionType, bool]) -> x509.RevokedCertificate:
        serial = self.certificate.raw.serial_number
        builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(AT)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.build()

    def put(self, builder: x509.CertificateRevocationListBuilder, name: str = "list") -> Path:
        made = builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM)
        return self.write(made, name)

    def write(self, made: bytes, name: str = "list") -> Path:
        folder = self.folder / "public" / "crls"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.pem").write_bytes(made)
        return folder / f"{name}.pem"

    def code(self, certificate: Certificate, at: datetime) -> str | None:
        try:
            Directory.load(self.folder).trust.chain(certificate, at)
        except Refused as refused:
            return refused.code
        return None


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


DEFECTS: list[Callable[[Ground], object]] = []


def defect(make: Callable[[Ground], object]) -> Callable[[Ground], object]:
    DEFECTS.append(make)
    return make


@defect
def not_a_list(ground: Ground) -> object:
    return ground.write(b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")


@defect
def list_of_an_unknown_authority(ground: Ground) -> object:
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another authority")])
    return ground.put(ground.builder(name=other))


@defect
def list_signed_with_another_key(ground: Ground) -> object:
    ground.key = ec.generate_private_key(ec.SECP256R1())
    return ground.put(ground.builder())


@defect
def list_altered_after_it_was_signed(ground: Ground) -> object:
    path = ground.put(ground.builder().add_revoked_certificate(ground.entry()))
    der = x509.load_pem_x509_crl(path.read_bytes()).public_bytes(Encoding.DER)
    serial = ground.certificate.raw.serial_number.to_bytes(20, "big").lstrip(b"\0")
    assert serial in der
    other = bytes([serial[0], serial[1] ^ 1]) + serial[2:]
    altered = x509.load_der_x509_crl(der.replace(serial, other))
    return ground.write(altered.public_bytes(Encoding.PEM))


@defect
def list_that_covers_only_a_part(ground: Ground) -> object:
    part = x509.IssuingDistributionPoint(
        full_name=None, relative_name=None, only_contains_user_certs=False,
        only_contains_ca_certs=True, only_some_reasons=None, indirect_crl=False,
        only_contains_attribute_certs=False,
    )  # fmt: skip
    return ground.put(ground.builder().add_extension(part, critical=True))


@defect
def difference_from_another_list(ground: Ground) -> object:
    return ground.put(ground.builder().add_extension(x509.DeltaCRLIndicator(1), critical=True))


@defect
def entry_of_another_issuer(ground: Ground) -> object:
    """An indirect list names certificates of others; who skips that revokes the wrong one."""
    issuer = x509.CertificateIssuer([x509.DirectoryName(ground.name)])
    entry = ground.entry((issuer, True))
    return ground.put(ground.builder().add_revoked_certificate(entry))


@pytest.mark.parametrize("make", DEFECTS, ids=lambda make: make.__name__)
def test_a_list_with_a_defect_is_named_and_nothing_is_loaded(
    ground: Ground, make: Callable[[Ground], object]
) -> None:
    make(ground)
    with pytest.raises(KetensluisError) as found:
        Directory.load(ground.folder)
    assert found.value.code == "bad_crl"
    assert "list.pem" in found.value.sentence


def test_a_list_that_a_party_signed_with_its_own_certificate_is_no_authoritys(
    ground: Ground,
) -> None:
    """Also where that certificate lies among the intermediates: it may not sign lists."""
    own = ground.folder / "parties" / "vt.twente"
    pem = (own / "sign.pem").read_bytes()
    (ground.folder / "public" / "intermediates" / "party.pem").write_bytes(pem)
    key = load_pem_private_key((own / "sign.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    ground.key = key
    ground.put(ground.builder(name=x509.load_pem_x509_certificate(pem).subject))
    with pytest.raises(KetensluisError) as found:
        Directory.load(ground.folder)
    assert found.value.code == "bad_crl"


def test_a_sound_list_counts_from_the_moment_that_it_names(ground: Ground) -> None:
    reason = x509.CRLReason(x509.ReasonFlags.superseded)
    ground.put(ground.builder().add_revoked_certificate(ground.entry((reason, False))))
    assert ground.code(ground.certificate, ROUND - DAY / 2) is None
    assert ground.code(ground.certificate, ROUND) == "revoked_certificate"


def test_a_certificate_that_is_on_no_list_is_good_until_the_newest_list_ends(
    ground: Ground,
) -> None:
    ground.put(ground.builder(until=AT + DAY))
    assert ground.code(ground.certificate, ROUND + DAY) is None
    assert ground.code(ground.certificate, AT + 2 * DAY) == "revocation_unknown"
    ground.put(ground.builder(until=AT + 3 * DAY), "newer")
    assert ground.code(ground.certificate, AT + 2 * DAY) is None


def test_a_newer_list_corrects_the_date_of_an_older_one(ground: Ground) -> None:
    ground.put(ground.builder().add_revoked_certificate(ground.entry()), "1")
    invalid = x509.InvalidityDate(ROUND - DAY / 2)
    newer = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ground.name)
        .last_update(AT + DAY)
        .next_update(AT + 60 * DAY)
        .add_revoked_certificate(ground.entry((invalid, False)))
    )
    assert ground.code(ground.certificate, ROUND - DAY / 4) is None
    ground.put(newer, "0")  # by its date, not by its name
    assert ground.code(ground.certificate, ROUND - DAY / 4) == "revoked_certificate"


def test_the_same_serial_number_of_another_authority_is_not_revoked(ground: Ground) -> None:
    """Serial numbers are unique for one issuer only (RFC 5280, section 4.1.2.2)."""
    own = ground.folder / "authority"
    root = x509.load_pem_x509_certificate((own / "root.pem").read_bytes())
    key = load_pem_private_key((own / "root.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    ground.key = key
    ground.put(ground.builder(name=root.subject).add_revoked_certificate(ground.entry()))
    assert ground.code(ground.certificate, AT + DAY) is None
