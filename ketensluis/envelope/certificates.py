"""Certificates that name an organisation by its OIN, and the chain to those who vouch for it.

The OIN stands in the subject's serialNumber (RFC 4519, section 2.31), as PKIoverheid has it.
Validity is asked as of a moment, never as of now: a signature of five years ago is judged by
the certificates of five years ago.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64encode

from ketensluis.envelope.revocation import NO_LISTS, RevocationLists
from ketensluis.errors import Refused

__all__ = ["Certificate", "PublicKey", "TrustAnchors"]

PublicKey = ECKey | RSAKey

_OIN = re.compile("[0-9]{20}")
_LEAST_RSA_BITS = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """A party's certificate for one purpose, with what every message asks of it at hand.

    `thumbprint` is the base64url SHA-256 of its DER form (RFC 7515, section 4.1.8).
    """

    raw: x509.Certificate
    oin: str
    thumbprint: str
    key: PublicKey
    not_before: datetime
    not_after: datetime
    signs: bool
    encrypts: bool

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Certificate:
        """What the certificate says.

        Raises:
            Refused: `bad_certificate`: no OIN, no or another key usage, or a weak key.
        """
        try:
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
            return cls(
                raw=certificate,
                oin=_oin(certificate),
                thumbprint=_thumbprint(certificate),
                key=_key(certificate),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
                signs=usage.digital_signature,
                encrypts=usage.key_agreement or usage.key_encipherment,
            )
        except x509.ExtensionNotFound as error:
            raise Refused(
                "bad_certificate", "the certificate does not say what its key is for"
            ) from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise Refused("bad_certificate", "the certificate cannot be read") from error

    @property
    def algorithm(self) -> str:
        """The JWS algorithm of its key (RFC 7518, section 3.1)."""
        return "ES256" if isinstance(self.key, ECKey) else "PS256"

    @property
    def key_management(self) -> str:
        """The JWE key management algorithm of its key (RFC 7518, section 4.1)."""
        return "ECDH-ES+A256KW" if isinstance(self.key, ECKey) else "RSA-OAEP-256"

    def valid_at(self, at: datetime) -> bool:
        """Whether the moment falls in its validity."""
        return self.not_before <= at <= self.not_after


def _oin(certificate: x509.Certificate) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    text = str(found[0].value) if len(found) == 1 else ""
    if _OIN.fullmatch(text) is None:
        raise Refused("bad_certificate", "the certificate's subject has no OIN of 20 digits")
    return text


def _thumbprint(certificate: x509.Certificate) -> str:
    return urlsafe_b64encode(
        hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    ).decode()


def _key(certificate: x509.Certificate) -> PublicKey:
    key = certificate.public_key()
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return ECKey.import_key(key)
    if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return RSAKey.import_key(key)
    raise Refused("bad_certificate", "the certificate's key is neither P-256 nor RSA of 2048 bits")


@dataclass(frozen=True, slots=True, eq=False)
class TrustAnchors:
    """Who vouches for certificates, and which of theirs were revoked when.

    `revoked` maps a certificate's serial number to the moment of its revocation, beside what the
    authorities' `lists` say: a signature from before that moment stays good (RFC 5280, section
    5.3.2, is about later ones).
    """

    anchors: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    revoked: Mapping[int, datetime] = field(default_factory=dict)
    lists: RevocationLists = NO_LISTS
    _chains: dict[str, _Chain] = field(default_factory=dict)

    def chain(
        self,
        certificate: Certificate,
        at: datetime,
        also: Iterable[x509.Certificate] = (),
    ) -> tuple[x509.Certificate, ...]:
        """The certificate and those above it up to the anchor, as they stood at that moment.

        `also` are intermediates that came with the message.

        Raises:
            Refused: `expired_certificate`, `revoked_certificate`, `untrusted_certificate`, or
                `revocation_unknown`: the newest list of its authority had ended by then.
        """
        if not certificate.valid_at(at):
            raise Refused("expired_certificate", "the certificate was not valid when it was used")
        found = self._chains.get(certificate.thumbprint)
        if found is None or not found.not_before <= at <= found.not_after:
            found = self._known(self._build(certificate, at, tuple(also)))
            if at > found.not_after:
                raise Refused(
                    "revocation_unknown",
                    "nobody knows whether the certificate had been revoked by then",
                    "put its authority's newest list of revoked certificates in the directory",
                )
            self._chains[certificate.thumbprint] = found
        if found.revoked_at is not None and found.revoked_at <= at:
            raise Refused("revoked_certificate", "the certificate had been revoked by then")
        return found.certificates

    def revoked_at(self, chain: Iterable[x509.Certificate]) -> datetime | None:
        """From when one of these certificates counts no more, the earliest; None if all do."""
        told = (
            moment
            for each in chain
            for moment in (self.revoked.get(each.serial_number), self.lists.since(each))
            if moment is not None
        )
        return min(told, default=None)

    def known_revoked_at(self, certificate: Certificate) -> datetime | None:
        """The same of a certificate of which `chain` was asked before; it is looked up there."""
        found = self._chains.get(certificate.thumbprint)
        return None if found is None else found.revoked_at

    def _known(self, certificates: tuple[x509.Certificate, ...]) -> _Chain:
        """The chain with all that is asked of it per message, worked out once."""
        ends = [each.not_valid_after_utc for each in certificates]
        ends += [end for each in certificates if (end := self.lists.end(each)) is not None]
        return _Chain(
            certificates,
            self.revoked_at(certificates),
            max(each.not_valid_before_utc for each in certificates),
            min(ends),
        )

    def _build(
        self, certificate: Certificate, at: datetime, also: tuple[x509.Certificate, ...]
    ) -> tuple[x509.Certificate, ...]:
        issuers = [*self.intermediates, *also]
        if not self.anchors:  # which the library takes for a fault of ours
            raise Refused(
                "untrusted_certificate", "no trusted authority vouches for the certificate"
            )
        # The web's own demands on a leaf (a DNS name, a purpose) do not hold here: an
        # organisation is named by its OIN. Of the authorities above it nothing is waived.
        verifier = (
            PolicyBuilder()
            .store(Store(list(self.anchors)))
            .time(at)
            .extension_policies(
                ca_policy=ExtensionPolicy.webpki_defaults_ca(),
                ee_policy=ExtensionPolicy.permit_all().require_present(
                    x509.KeyUsage, Criticality.AGNOSTIC, None
                ),
            )
            .build_client_verifier()
        )
        try:
            return tuple(verifier.verify(certificate.raw, issuers).chain)
        except VerificationError as error:
            issuer = certificate.raw.issuer
            if any(each.subject == issuer and not _valid(each, at) for each in issuers):
                raise Refused(
                    "expired_certificate", "the certificate's issuer was not valid when it was used"
                ) from error
            raise Refused(
                "untrusted_certificate", "no trusted authority vouches for the certificate"
            ) from error


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """A chain that was built, and the time in which all of it is valid, and known to be."""

    certificates: tuple[x509.Certificate, ...]
    revoked_at: datetime | None
    not_before: datetime
    not_after: datetime


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
