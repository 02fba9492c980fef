"""Who is who: the public directory of parties and certificates, and one party's own keys.

Layout of a PKI folder (`ketensluis.envelope.pki` makes one for demo and tests):

    public/directory.json       parties, their OINs, thumbprints of their certificates, revoked
    public/anchors/*.pem        the authorities that everyone trusts
    public/intermediates/*.pem  the authorities under them
    public/certificates/*.pem   one or more per party and purpose, named by their thumbprints
    public/crls/*.pem           what the authorities revoked; old lists stay
    parties/<party>/            sign.key sign.pem encrypt.key encrypt.pem; `:` is written `.`;
                                later keys beside them: sign-2.key sign-2.pem and so on

A party's programs are given `public` and its own folder under `parties`, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509

from ketensluis.envelope.certificates import Certificate, TrustAnchors
from ketensluis.envelope.identity import REMEDY, Identity, KeyPair, party_folder
from ketensluis.envelope.revocation import RevocationLists
from ketensluis.errors import KetensluisError, Refused

__all__ = ["Directory", "DirectoryFile", "Entry", "Identity", "KeyPair", "party_folder"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party: its OIN and the thumbprints of all its certificates, old ones too."""

    party: str
    oin: str
    signing: tuple[str, ...]
    encryption: tuple[str, ...]


class Revocation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate, by its serial number in hexadecimal, and from when it counts no more."""

    serial: str
    at: datetime


class DirectoryFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`directory.json`."""

    parties: tuple[Entry, ...]
    revoked: tuple[Revocation, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """The parties' public side."""

    entries: Mapping[str, Entry]
    certificates: Mapping[str, Certificate]
    trust: TrustAnchors
    _parties: dict[str, str] = field(default_factory=dict)
    _signers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries.values():
            self._parties[entry.oin] = entry.party
            self._signers.update(dict.fromkeys(entry.signing, entry.party))
            for thumbprint in (*entry.signing, *entry.encryption):
                certificate = self.certificates.get(thumbprint)
                if certificate is None or certificate.oin != entry.oin:
                    raise KetensluisError(
                        "bad_directory",
                        f"the directory's certificates of {entry.party} are missing or another's",
                        REMEDY,
                    )

    @classmethod
    def load(cls, folder: Path) -> Directory:
        """Reads the public part of a PKI folder.

        Raises:
            KetensluisError: `no_directory`, `bad_directory` or `bad_crl`.
        """
        public = folder / "public"
        try:
            file = msgspec.json.decode((public / "directory.json").read_bytes(), type=DirectoryFile)
            certificates = [Certificate.of(each) for each in _read(public / "certificates")]
            revoked = {int(each.serial, 16): each.at for each in file.revoked}
            anchors, between = _read(public / "anchors"), _read(public / "intermediates")
            lists = RevocationLists.read(public / "crls", (*anchors, *between))
            trust = TrustAnchors(anchors, between, revoked, lists)
        except OSError as error:
            raise KetensluisError(
                "no_directory", f"there is no directory of certificates in {folder}", REMEDY
            ) from error
        except (ValueError, Refused) as error:
            raise KetensluisError(
                "bad_directory", f"the directory of certificates in {public} is not sound", REMEDY
            ) from error
        entries = {each.party: each for each in file.parties}
        return cls(entries, {each.thumbprint: each for each in certificates}, trust)

    def oin_of(self, party: str) -> str:
        """The party's OIN.

        Raises:
            Refused: `unknown_party`.
        """
        return self._entry(party).oin

    def party_of(self, oin: str) -> str | None:
        """The party with that OIN."""
        return self._parties.get(oin)

    def signer(self, thumbprint: str) -> Certificate:
        """The signing certificate with that thumbprint.

        Raises:
            Refused: `unknown_signer`: no party signs with it.
        """
        if thumbprint not in self._signers:
            raise Refused("unknown_signer", "the signature names a certificate of no known party")
        return self.certificates[thumbprint]

    def encryption(self, party: str, at: datetime) -> Certificate:
        """The newest certificate, good at that moment, to which mail for the party is encrypted.

        Raises:
            Refused: `unknown_party`, or `no_certificate` where none is valid and trusted.
        """
        found = [self.certificates[each] for each in self._entry(party).encryption]
        good = [each for each in found if each.encrypts and self._trusted(each, at)]
        if not good:
            raise Refused(
                "no_certificate",
                f"{party} has no certificate to which mail could be encrypted",
                "put the party's current certificate in the directory, then requeue",
            )
        return max(good, key=lambda each: each.not_before)

    def _trusted(self, certificate: Certificate, at: datetime) -> bool:
        try:
            self.trust.chain(certificate, at)
        except Refused:
            return False
        return True

    def _entry(self, party: str) -> Entry:
        entry = self.entries.get(party)
        if entry is None:
            raise Refused("unknown_party", f"{party} is not in the directory", REMEDY)
        return entry


def _read(folder: Path) -> tuple[x509.Certificate, ...]:
    return tuple(
        x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted(folder.glob("*.pem"))
    )
