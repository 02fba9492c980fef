"""Certificates are judged as of the moment of signing, by the authorities of that moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ketensluis.envelope.certificates import Certificate, TrustAnchors
from ketensluis.errors import Refused
from tests.unit.envelope.parts import AT

_OIN = "00000099000000001000"
_DAY = timedelta(days=1)


class Authority:
    """Makes certificates of any defect; each argument is the one thing that differs."""

    def __init__(self, name: str, above: Authority | None = None, days: int = 3650) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name
        self.certificate = self.issue(
            self.key, above=above, subject=_name(name, None), days=days, authority=True
        )

    def issue(
        self,
        key: Any,
        *,
        above: Authority | None = None,
        subject: x509.Name,
        days: int = 365,
        authority: bool = False,
        usage: bool = True,
        own: bool = True,
    ) -> x509.Certificate:
        issuer = above or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_name(issuer.name, None))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT - _DAY)
            .not_valid_after(AT + days * _DAY)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
                critical=False,
            )
        )
        if usage:
            signs = not authority and own
            builder = builder.add_extension(
                x509.KeyUsage(
                    digital_signature=signs,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        return builder.sign(issuer.key, hashes.SHA256())


def _name(common: str, oin: str | None) -> x509.Name:
    found = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if oin is not None:
        found.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, oin))
    return x509.Name(found)


def _leaf(issuer: Authority, *, oin: str | None = _OIN, key: Any = None, **more: Any) -> Any:
    key = key or ec.generate_private_key(ec.SECP256R1())
    return issuer.issue(key, subject=_name("a party", oin), **more)


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority("root")


def _code(trust: TrustAnchors, leaf: Certificate, at: Any, also: Any = ()) -> str | None:
    try:
        trust.chain(leaf, at, also)
    except Refused as refused:
        return refused.code
    return None


def test_a_chain_over_an_intermediate_leads_to_the_anchor(root: Authority) -> None:
    middle = Authority("middle", root)
    leaf = Certificate.of(_leaf(middle))
    trust = TrustAnchors((root.certificate,), (middle.certificate,))
    assert trust.chain(leaf, AT) == (leaf.raw, middle.certificate, root.certificate)


def test_an_intermediate_may_come_with_the_message(root: Authority) -> None:
    middle = Authority("middle", root)
    leaf = Certificate.of(_leaf(middle))
    assert _code(TrustAnchors((root.certificate,)), leaf, AT) == "untrusted_certificate"
    assert _code(TrustAnchors((root.certificate,)), leaf, AT, [middle.certificate]) is None


def test_an_intermediate_that_had_expired_no_longer_vouches(root: Authority) -> None:
    """Also when the chain was good, and remembered, for an earlier moment."""
    middle = Authority("middle", root, days=10)
    leaf = Certificate.of(_leaf(middle))
    trust = TrustAnchors((root.certificate,), (middle.certificate,))
    assert _code(trust, leaf, AT) is None
    assert _code(trust, leaf, AT + 11 * _DAY) == "expired_certificate"
    assert _code(trust, leaf, AT) is None


def test_a_party_cannot_make_certificates_for_others(root: Authority) -> None:
    party = Authority("a party")
    party.certificate = root.issue(party.key, subject=_name("a party", _OIN))
    leaf = Certificate.of(_leaf(party))
    trust = TrustAnchors((root.certificate,), (party.certificate,))
    assert _code(trust, leaf, AT) == "untrusted_certificate"


def test_an_authority_of_the_same_name_is_not_the_same_authority(root: Authority) -> None:
    leaf = Certificate.of(_leaf(Authority("root")))
    assert _code(TrustAnchors((root.certificate,)), leaf, AT) == "untrusted_certificate"


def test_a_revoked_intermediate_takes_its_certificates_along(root: Authority) -> None:
    middle = Authority("middle", root)
    leaf = Certificate.of(_leaf(middle))
    trust = TrustAnchors(
        (root.certificate,), (middle.certificate,), {middle.certificate.serial_number: AT}
    )
    assert _code(trust, leaf, AT - timedelta(seconds=1)) is None
    assert _code(trust, leaf, AT) == "revoked_certificate"


@pytest.mark.parametrize(
    "leaf",
    [
        {"oin": None},
        {"oin": "123"},
        {"oin": "A" * 20},
        {"usage": False},
        {"key": ec.generate_private_key(ec.SECP384R1())},
        {"key": rsa.generate_private_key(public_exponent=65537, key_size=1024)},  # noqa: S505 - what is tested
    ],
    ids=["no OIN", "short OIN", "OIN of letters", "no usage", "other curve", "short RSA key"],
)
def test_a_certificate_that_lacks_what_the_chain_needs_is_refused(
    root: Authority, leaf: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        Certificate.of(_leaf(root, **leaf))
    assert refused.value.code == "bad_certificate"
