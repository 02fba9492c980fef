"""New keys for a party of the demo while the old ones still count, and certificates revoked.

A new certificate becomes valid at the end of the overlap: until then everyone signs with, and
encrypts to, the old one, and has the time to fetch the directory that names both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ketensluis.envelope.authority import (
    RSA_PARTIES,
    authority_of,
    certificate_for,
    new_key,
    write_pair,
    write_whole,
)
from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.directory import Directory, party_folder
from ketensluis.envelope.pki import read_directory, write_directory
from ketensluis.errors import KetensluisError

__all__ = ["REASONS", "revoke", "rotate"]

REASONS: Final = tuple(
    each.value for each in x509.ReasonFlags if each is not x509.ReasonFlags.remove_from_crl
)
"""Why a certificate is revoked (RFC 5280, section 5.3.1)."""


def rotate(
    folder: Path, party: str, at: datetime, overlap: timedelta
) -> tuple[Certificate, Certificate]:
    """Give the party new keys to sign and to open mail with, of use once the overlap is over.

    The old ones stay: what was encrypted to them still opens, what they signed still verifies.
    Run again after a failure, it makes another pair; all of them are in the directory then.

    Raises:
        KetensluisError: `unknown_party`, `no_identity`, `no_authority`, or `bad_overlap`: the
            old certificates end before the new ones begin.
    """
    before = Directory.load(folder)
    entry = before.entries.get(party)
    own = party_folder(folder, party)
    if entry is None or not (own / "sign.pem").is_file():
        raise KetensluisError(
            "unknown_party",
            f"there are no keys of {party} here to take the place of",
            "make them with `sluis pki demo --add PARTY`",
        )
    begins = at + overlap
    for thumbprints in (entry.signing, entry.encryption):
        if overlap and not any(before.certificates[each].valid_at(begins) for each in thumbprints):
            raise KetensluisError(
                "bad_overlap",
                f"the old certificates of {party} end before the new ones would begin",
                "give a shorter --overlap",
            )
    authority = authority_of(folder, at)
    for purpose in ("sign", "encrypt"):
        key = new_key(rsa_key=party in RSA_PARTIES)
        made = certificate_for(
            f"{party} {purpose}", key, authority, at, oin=entry.oin, purpose=purpose, begins=begins
        )
        number = len(list(own.glob(f"{purpose}*.pem"))) + 1
        write_pair(own, f"{purpose}-{number}", key, made)
    # Private first: nobody may encrypt to a key that nobody has.
    signing, encryption = _publish(folder, own, "sign"), _publish(folder, own, "encrypt")
    place = folder / "public" / "directory.json"
    file = read_directory(place)
    entries = tuple(
        msgspec.structs.replace(
            each,
            signing=tuple(dict.fromkeys((*each.signing, *signing))),
            encryption=tuple(dict.fromkeys((*each.encryption, *encryption))),
        )
        if each.party == party
        else each
        for each in file.parties
    )
    write_directory(place, msgspec.structs.replace(file, parties=entries))
    return signing[list(signing)[-1]], encryption[list(encryption)[-1]]


def _publish(folder: Path, own: Path, purpose: str) -> dict[str, Certificate]:
    """All certificates of the party for that purpose, the one that begins last at the end."""
    pems = [path.read_bytes() for path in own.glob(f"{purpose}*.pem")]
    found = [Certificate.of(x509.load_pem_x509_certificate(pem)) for pem in pems]
    for each, pem in zip(found, pems, strict=True):
        write_whole(folder / "public" / "certificates" / f"{each.thumbprint}.pem", pem)
    return {each.thumbprint: each for each in sorted(found, key=lambda one: one.not_before)}


def revoke(
    folder: Path, thumbprint: str, at: datetime, *, since: datetime | None, reason: str
) -> Path:
    """Revoke a certificate of the demo's authority: a new list, with all that was on the last.

    What it signed from `since` on (when its key may have come into other hands; else from now)
    counts no more; what it signed before stays good.

    Raises:
        KetensluisError: `unknown_certificate`, `bad_since`, `no_authority`.
    """
    certificate = Directory.load(folder).certificates.get(thumbprint)
    authority = authority_of(folder, at)
    if certificate is None or certificate.raw.issuer != authority.certificate.subject:
        raise KetensluisError(
            "unknown_certificate",
            "no certificate of the demo's authority has that thumbprint",
            "see `sluis pki list`",
        )
    if since is not None and since > at:
        raise KetensluisError(
            "bad_since", "a key cannot be known by now to get lost later", "give an earlier --since"
        )
    lists = folder / "public" / "crls"
    lists.mkdir(exist_ok=True)
    before = sorted(lists.glob("*.pem"))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        # A real authority makes a new one in days; the demo's list counts as long as it does.
        .next_update(authority.certificate.not_valid_after_utc)
        .add_extension(x509.CRLNumber(len(before) + 1), critical=False)
        .add_revoked_certificate(_entry(certificate.raw.serial_number, at, since, reason))
    )
    for each in x509.load_pem_x509_crl(before[-1].read_bytes()) if before else ():
        if each.serial_number != certificate.raw.serial_number:
            builder = builder.add_revoked_certificate(each)
    path = lists / f"{len(before) + 1:06d}.pem"
    write_whole(path, builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return path


def _entry(
    serial: int, at: datetime, since: datetime | None, reason: str
) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(serial)
        .revocation_date(at)
        .add_extension(x509.CRLReason(x509.ReasonFlags(reason)), critical=False)
    )
    if since is not None:
        builder = builder.add_extension(x509.InvalidityDate(since), critical=False)
    return builder.build()
