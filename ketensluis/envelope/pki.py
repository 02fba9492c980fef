"""A PKI of our own for demo and tests: an authority, and keys and certificates per party.

It follows PKIoverheid in what the chain checks (OIN in the subject's serialNumber, an
intermediate under a root, key usage) and in nothing else: no one should trust it. The OINs
begin with 00000099. What is there already is kept, so it can be run again at any time.
"""

from __future__ import annotations

import csv
import hashlib
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ketensluis.envelope.certificates import Certificate
from ketensluis.envelope.directory import DirectoryFile, Entry, party_folder
from ketensluis.errors import KetensluisError
from ketensluis.model.party import HUB, party

__all__ = ["RSA_PARTIES", "demo_parties", "make_demo_pki"]

# One party has RSA keys, as many a certificate in use today: so both algorithms are live.
RSA_PARTIES: Final = frozenset({"vt:zeeland"})
_RSA_BITS = 2048
_LEAF_YEARS = timedelta(days=3 * 365)
_AUTHORITY_YEARS = timedelta(days=20 * 365)
# Clocks of parties differ a little, and simulated time may begin just before it was set.
_BEFORE = timedelta(days=1)
_NATIONAL_POLICE = "police"

_PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


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
    authority = _authority(folder, at)
    before = _read(public / "directory.json")
    entries = {each.party: each for each in before.parties}
    for name in dict.fromkeys(parties):
        own = party_folder(folder, name)
        if name not in entries or not own.is_dir():
            entries[name] = _enrol(own, public, name, authority, at, entries.get(name))
    if len({each.oin for each in entries.values()}) != len(entries):
        raise KetensluisError("oin_taken", "two parties of the demo would share an OIN")
    parties_now = tuple(entries[name] for name in sorted(entries))
    file = msgspec.structs.replace(before, parties=parties_now)
    _write(public / "directory.json", msgspec.json.format(msgspec.json.encode(file)))


def _read(path: Path) -> DirectoryFile:
    if not path.is_file():
        return DirectoryFile(parties=())
    return msgspec.json.decode(path.read_bytes(), type=DirectoryFile)


class _Authority(msgspec.Struct, frozen=True):
    certificate: x509.Certificate
    key: _PrivateKey


def _authority(folder: Path, at: datetime) -> _Authority:
    """The intermediate authority, with the root above it; made once."""
    own = folder / "authority"
    if not own.is_dir():
        if (folder / "public" / "anchors" / "root.pem").exists():
            raise KetensluisError(
                "no_authority",
                f"{own} is gone: a new authority would make all certificates worthless",
                "bring it back, or begin in an empty folder",
            )
        with _Atomic(own) as made:
            root_key, key = _new_key(rsa_key=False), _new_key(rsa_key=False)
            root = _certificate("Ketensluis demo root", root_key, None, at, path_length=1)
            top = _Authority(root, root_key)
            middle = _certificate("Ketensluis demo authority", key, top, at, path_length=0)
            _write_pair(made, "root", root_key, root)
            _write_pair(made, "intermediate", key, middle)
    for name, place in (("root", "anchors"), ("intermediate", "intermediates")):
        _write(folder / "public" / place / f"{name}.pem", (own / f"{name}.pem").read_bytes())
    private = serialization.load_pem_private_key((own / "intermediate.key").read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise KetensluisError("no_authority", f"the key in {own} is not the demo authority's")
    pem = (own / "intermediate.pem").read_bytes()
    return _Authority(x509.load_pem_x509_certificate(pem), private)


def _enrol(
    own: Path, public: Path, name: str, authority: _Authority, at: datetime, before: Entry | None
) -> Entry:
    """The party's entry, with new keys unless it has some; old certificates stay known."""
    if not own.is_dir():
        with _Atomic(own) as made:
            for purpose in ("sign", "encrypt"):
                key = _new_key(rsa_key=name in RSA_PARTIES)
                made_out = _certificate(
                    f"{name} {purpose}", key, authority, at, oin=_demo_oin(name), purpose=purpose
                )
                _write_pair(made, purpose, key, made_out)
    found = {}
    for purpose in ("sign", "encrypt"):
        pem = (own / f"{purpose}.pem").read_bytes()
        found[purpose] = Certificate.of(x509.load_pem_x509_certificate(pem))
        _write(public / "certificates" / f"{found[purpose].thumbprint}.pem", pem)
    return Entry(
        party=name,
        oin=found["sign"].oin,
        signing=(*(before.signing if before else ()), found["sign"].thumbprint),
        encryption=(*(before.encryption if before else ()), found["encrypt"].thumbprint),
    )


def _demo_oin(name: str) -> str:
    """An OIN for tests, the same for the same party in every PKI."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % 10**9
    return f"00000099{number:09d}000"


def _new_key(*, rsa_key: bool) -> _PrivateKey:
    if rsa_key:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(
    name: str,
    key: _PrivateKey,
    issuer: _Authority | None,
    at: datetime,
    *,
    oin: str | None = None,
    purpose: str = "authority",
    path_length: int | None = None,
) -> x509.Certificate:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ]
    if oin is not None:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, oin))
    subject = x509.Name(attributes)
    above, above_key = (issuer.certificate, issuer.key) if issuer else (None, key)
    authority = purpose == "authority"
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BEFORE)
        .not_valid_after(at + (_AUTHORITY_YEARS if authority else _LEAF_YEARS))
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(_usage(purpose, key), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()),
            critical=False,
        )
    )
    return builder.sign(above_key, hashes.SHA256())


def _usage(purpose: str, key: _PrivateKey) -> x509.KeyUsage:
    elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
    return x509.KeyUsage(
        digital_signature=purpose == "sign",
        content_commitment=purpose == "sign",
        key_encipherment=purpose == "encrypt" and not elliptic,
        data_encipherment=False,
        key_agreement=purpose == "encrypt" and elliptic,
        key_cert_sign=purpose == "authority",
        crl_sign=purpose == "authority",
        encipher_only=False,
        decipher_only=False,
    )


def _write_pair(folder: Path, name: str, key: _PrivateKey, certificate: x509.Certificate) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(folder / f"{name}.key", private, mode=0o600)
    _write(folder / f"{name}.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Writes the whole file or nothing: a reader, or a second run, never sees a half."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.touch(mode=mode)
    beside.write_bytes(content)
    beside.replace(path)


class _Atomic:
    """A folder that is there only when all that belongs in it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")

    def __enter__(self) -> Path:
        self._beside.mkdir(parents=True, mode=0o700)
        return self._beside

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is None and not self._folder.exists():
            self._beside.rename(self._folder)
        else:
            shutil.rmtree(self._beside)
