"""A PKI of our own for demo and tests: an authority, and keys and certificates per party.

It follows PKIoverheid in what the chain checks (OIN in the subject's serialNumber, an
intermediate under a root, key usage) and in nothing else: no one should trust it. The OINs
begin with 00000099. What is there already is kept, so it can be run again at any time.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509

from ketensluis.envelope.authority import (
    RSA_PARTIES,
    Atomic,
    Authority,
    authority_of,
    certificate_for,
    new_key,
    write_pair,
    write_whole,
)
from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.directory import DirectoryFile, Entry, party_folder
from ketensluis.errors import KetensluisError
from ketensluis.model.party import HUB, party

__all__ = ["demo_oin", "demo_parties", "make_demo_pki", "read_directory", "write_directory"]

_NATIONAL_POLICE = "police"


def demo_parties(municipalities: Path) -> tuple[str, ...]:
    """The hub, the police and its units, every VT region and OM office of the region map."""
    with municipalities.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    units = {row["politie_eenheid"] for row in rows if row["politie_eenheid"]}
    found = {party(kind, unit) for unit in units for kind in ("police", "om")}
    found |= {party("vt", row["vt_regio"]) for row in rows if row["vt_regio"]}
    return (HUB, _NATIONAL_POLICE, *sorted(found))


def make_demo_pki(folder: Path, parties: Iterable[str], at: datetime) -> None:
    """Makes what is missing of the PKI: the authority, the parties' keys, the directory.

    Certificates are valid from a day before `at`, for three years. To add a party later, run
    it with that party alone: the others stay.

    Raises:
        KetensluisError: `bad_party`, `oin_taken` where two parties would share an OIN, or
            `no_authority` where the authority's own keys are gone.
    """
    public = folder / "public"
    for name in ("anchors", "intermediates", "certificates"):
        (public / name).mkdir(parents=True, exist_ok=True)
    authority = authority_of(folder, at)
    before = read_directory(public / "directory.json")
    entries = {each.party: each for each in before.parties}
    for name in dict.fromkeys(parties):
        own = party_folder(folder, name)
        if name not in entries or not own.is_dir():
            entries[name] = _enrol(own, public, name, authority, at, entries.get(name))
    if len({each.oin for each in entries.values()}) != len(entries):
        raise KetensluisError("oin_taken", "two parties of the demo would share an OIN")
    parties_now = tuple(entries[name] for name in sorted(entries))
    write_directory(public / "directory.json", msgspec.structs.replace(before, parties=parties_now))


def read_directory(path: Path) -> DirectoryFile:
    """The directory's file; without one, a directory of nobody."""
    if not path.is_file():
        return DirectoryFile(parties=())
    return msgspec.json.decode(path.read_bytes(), type=DirectoryFile)


def write_directory(path: Path, file: DirectoryFile) -> None:
    """Put the directory's file in place of the one before."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(file)))


def _enrol(
    own: Path, public: Path, name: str, authority: Authority, at: datetime, before: Entry | None
) -> Entry:
    """The party's entry, with new keys unless it has some; old certificates stay known."""
    if not own.is_dir():
        with Atomic(own) as made:
            for purpose in ("sign", "encrypt"):
                key = new_key(rsa_key=name in RSA_PARTIES)
                made_out = certificate_for(
                    f"{name} {purpose}", key, authority, at, oin=demo_oin(name), purpose=purpose
                )
                write_pair(made, purpose, key, made_out)
    found = {}
    for purpose in ("sign", "encrypt"):
        pem = (own / f"{purpose}.pem").read_bytes()
        found[purpose] = Certificate.of(x509.load_pem_x509_certificate(pem))
        write_whole(public / "certificates" / f"{found[purpose].thumbprint}.pem", pem)
    return Entry(
        party=name,
        oin=found["sign"].oin,
        signing=(*(before.signing if before else ()), found["sign"].thumbprint),
        encryption=(*(before.encryption if before else ()), found["encrypt"].thumbprint),
    )


def demo_oin(name: str) -> str:
    """An OIN for tests, the same for the same party in every PKI."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % 10**9
    return f"00000099{number:09d}000"
