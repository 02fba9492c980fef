"""Lists of revoked certificates (CRLs, RFC 5280, section 5), asked as of a moment.

Lists are kept for as long as what was signed: a new list of an authority may leave out what
expired in the meantime (section 3.3), and then the older one still knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.oid import CRLEntryExtensionOID

from ketensluis.errors import KetensluisError

__all__ = ["NO_LISTS", "RevocationLists"]

_REMEDY: Final = "fetch it again from its authority; a list that cannot be trusted is not used"
# The entry extensions that change nothing of whether the certificate counts.
_READ: Final = frozenset({CRLEntryExtensionOID.CRL_REASON, CRLEntryExtensionOID.INVALIDITY_DATE})

_Revoked = Mapping[tuple[x509.Name, int], datetime]


@dataclass(frozen=True, slots=True)
class RevocationLists:
    """What the lists of all authorities say.

    Attributes:
        revoked: by issuer and serial number, from when a certificate counts no more.
        known_until: by issuer, the end of its newest list: later than that nobody knows.
    """

    revoked: _Revoked = field(default_factory=dict)
    known_until: Mapping[x509.Name, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, authorities: Iterable[x509.Certificate]) -> RevocationLists:
        """The lists in the folder (`*.pem`), each checked against its authority; none if none.

        Raises:
            KetensluisError: `bad_crl`, with the file and what is wrong with it.
        """
        known = tuple(authorities)
        found = [_checked(path, known) for path in sorted(folder.glob("*.pem"))]
        revoked: dict[tuple[x509.Name, int], datetime] = {}
        known_until: dict[x509.Name, datetime] = {}
        for each in sorted(found, key=lambda one: one.last_update_utc):
            revoked |= dict(_entries(each))  # a newer list corrects an older one
            if each.next_update_utc is not None:
                known_until[each.issuer] = each.next_update_utc
        return cls(revoked, known_until)

    def since(self, certificate: x509.Certificate) -> datetime | None:
        """From when the certificate counts no more; None if it is on no list."""
        return self.revoked.get((certificate.issuer, certificate.serial_number))

    def end(self, certificate: x509.Certificate) -> datetime | None:
        """Until when its authority's lists say something about it; None if it publishes none."""
        return self.known_until.get(certificate.issuer)


NO_LISTS: Final = RevocationLists()


def _checked(
    path: Path, authorities: tuple[x509.Certificate, ...]
) -> x509.CertificateRevocationList:
    """The list in the file, if one of these authorities signed it and all of it is understood."""
    try:
        found = x509.load_pem_x509_crl(path.read_bytes())
        signers = [each for each in authorities if each.subject == found.issuer]
        if not signers:
            raise _bad(path, "is of an authority that is not known")
        if not any(_signed(found, each) for each in signers):
            raise _bad(path, "is not signed by the authority that it names")
        _understood(path, found)
    except (ValueError, TypeError) as error:
        raise _bad(path, "is not a list of revoked certificates in PEM") from error
    return found


def _signed(found: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    """Whether it is the authority's, and the authority may sign lists (RFC 5280, 6.3.3 (f))."""
    try:
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.crl_sign and found.is_signature_valid(authority.public_key())  # type: ignore[arg-type]  # a key that cannot sign raises TypeError


def _understood(path: Path, found: x509.CertificateRevocationList) -> None:
    """A list that says something critical that is not understood must not be used (5.2).

    That a list is only a part, or only the difference from another one, is always critical.
    """
    if any(each.critical for each in found.extensions):
        raise _bad(path, "covers only a part, or says something else that is not understood")
    for entry in found:
        for each in entry.extensions:
            if each.critical and each.oid not in _READ:
                raise _bad(path, "has an entry that says something that is not understood")
    if found.next_update_utc is None:
        raise _bad(path, "does not say until when it counts")


def _entries(
    found: x509.CertificateRevocationList,
) -> Iterator[tuple[tuple[x509.Name, int], datetime]]:
    for entry in found:
        since = entry.revocation_date_utc
        try:
            # When the key was, or may have been, in other hands (section 5.3.2): the earlier one.
            invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
            since = min(since, invalid.invalidity_date_utc)
        except x509.ExtensionNotFound:
            pass
        yield (found.issuer, entry.serial_number), since


def _bad(path: Path, why: str) -> KetensluisError:
    return KetensluisError("bad_crl", f"{path.name} {why}", _REMEDY)
