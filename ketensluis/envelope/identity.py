"""One party's own keys: to sign with, and to open mail with, old ones too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from ketensluis.envelope import jwe
from ketensluis.envelope.certificates import Certificate
from ketensluis.errors import KetensluisError, Refused

__all__ = ["REMEDY", "Identity", "KeyPair", "party_folder"]

REMEDY: Final = "make one with `sluis pki demo`, or put the parties' own certificates there"
_PARTY = re.compile("[a-z][a-z0-9-]*(:[a-z0-9][a-z0-9'-]*)?")


def party_folder(folder: Path, party: str) -> Path:
    """Where a party's own keys lie.

    Raises:
        KetensluisError: `bad_party`, for what is not a party's name.
    """
    if _PARTY.fullmatch(party) is None:
        raise KetensluisError("bad_party", "a party is written <kind>:<name>, in lower case")
    return folder / "parties" / party.replace(":", ".")


@dataclass(frozen=True, slots=True, eq=False)
class KeyPair:
    """A certificate and the private key that belongs to it."""

    certificate: Certificate
    private_key: ECKey | RSAKey = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """A party with its own keys: to sign with, and others to open mail with; newest first.

    Two kinds, because they live differently: a signing key is never copied and may be thrown
    away when it expires, one that opens mail has to be kept for as long as the mail
    (NIST SP 800-57 part 1, section 5.2).
    """

    party: str
    oin: str
    signing_keys: tuple[KeyPair, ...]
    encryption_keys: tuple[KeyPair, ...]

    @property
    def signing(self) -> KeyPair:
        """The newest key to sign with, which may be of use only from a later moment."""
        return self.signing_keys[0]

    @property
    def encryption(self) -> KeyPair:
        """The newest key to open mail with."""
        return self.encryption_keys[0]

    def signing_at(self, at: datetime) -> KeyPair:
        """The newest key that was of use at the moment; the newest of all if none was."""
        newest = self.signing_keys[0]
        if newest.certificate.valid_at(at):
            return newest
        return next((each for each in self.signing_keys if each.certificate.valid_at(at)), newest)

    def decrypt(self, value: bytes) -> bytes:
        """What was encrypted to the party, also to one of its earlier certificates.

        Raises:
            Refused: `bad_jwe`, `not_for_us` or `altered_value`.
        """
        pair = self.encryption_keys[0]
        if len(self.encryption_keys) > 1:
            named = jwe.addressed_to(value)
            for each in self.encryption_keys:
                if each.certificate.thumbprint == named:
                    pair = each
        return jwe.decrypt(value, pair.certificate, pair.private_key)

    @classmethod
    def load(cls, folder: Path, party: str) -> Identity:
        """Reads a party's own keys from a PKI folder.

        Raises:
            KetensluisError: `no_identity` or `bad_identity`.
        """
        own = party_folder(folder, party)
        try:
            signing, encryption = _pairs(own, "sign"), _pairs(own, "encrypt")
        except OSError as error:
            raise KetensluisError(
                "no_identity", f"there are no keys of {party} in {own}", REMEDY
            ) from error
        except (ValueError, JoseError, Refused) as error:
            raise KetensluisError(
                "bad_identity", f"the keys of {party} in {own} are not sound", REMEDY
            ) from error
        oins = {each.certificate.oin for each in (*signing, *encryption)}
        if len(oins) > 1:
            raise KetensluisError(
                "bad_identity", f"the certificates in {own} are of two organisations", REMEDY
            )
        return cls(party, oins.pop(), signing, encryption)


def _pairs(folder: Path, purpose: str) -> tuple[KeyPair, ...]:
    """The first pair, and the later ones beside it (`sign-2`), newest first."""
    later = sorted(path.stem for path in folder.glob(f"{purpose}-*.pem"))
    found = [_pair(folder, name) for name in (purpose, *later)]
    return tuple(sorted(found, key=lambda each: each.certificate.not_before, reverse=True))


def _pair(folder: Path, name: str) -> KeyPair:
    pem = (folder / f"{name}.pem").read_bytes()
    certificate = Certificate.of(x509.load_pem_x509_certificate(pem))
    kind = type(certificate.key)
    key = kind.import_key((folder / f"{name}.key").read_bytes())
    if not key.is_private or key.public_key.public_numbers() != (
        certificate.key.public_key.public_numbers()
    ):
        raise ValueError("the private key is not the certificate's")
    return KeyPair(certificate, key)
