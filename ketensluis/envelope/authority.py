"""The demo's own authority: makes keys and certificates, and signs lists of revoked ones."""

from __future__ import annotations

import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ketensluis.errors import KetensluisError

__all__ = [
    "RSA_PARTIES",
    "Atomic",
    "Authority",
    "authority_of",
    "certificate_for",
    "new_key",
    "write_pair",
    "write_whole",
]

# One party has RSA keys, as many a certificate in use today: so both algorithms are live.
RSA_PARTIES: Final = frozenset({"vt:zeeland"})
_RSA_BITS = 2048
_LEAF_YEARS = timedelta(days=3 * 365)
_AUTHORITY_YEARS = timedelta(days=20 * 365)
# Clocks of parties differ a little, and simulated time may begin just before it was set.
_BEFORE = timedelta(days=1)

_PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Authority(msgspec.Struct, frozen=True):
    """A certificate that vouches for others, and its key."""

    certificate: x509.Certificate
    key: _PrivateKey


def authority_of(folder: Path, at: datetime) -> Authority:
    """The intermediate authority, with the root above it; made once.

    Raises:
        KetensluisError: `no_authority`: its keys are gone, or not its own.
    """
    own = folder / "authority"
    if not own.is_dir():
        if (folder / "public" / "anchors" / "root.pem").exists():
            raise KetensluisError(
                "no_authority",
                f"{own} is gone: a new authority would make all certificates worthless",
                "bring it back, or begin in an empty folder",
            )
        with Atomic(own) as made:
            root_key, key = new_key(rsa_key=False), new_key(rsa_key=False)
            root = certificate_for("Ketensluis demo root", root_key, None, at, path_length=1)
            top = Authority(root, root_key)
            middle = certificate_for("Ketensluis demo authority", key, top, at, path_length=0)
            write_pair(made, "root", root_key, root)
            write_pair(made, "intermediate", key, middle)
    for name, place in (("root", "anchors"), ("intermediate", "intermediates")):
        write_whole(folder / "public" / place / f"{name}.pem", (own / f"{name}.pem").read_bytes())
    private = serialization.load_pem_private_key((own / "intermediate.key").read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise KetensluisError("no_authority", f"the key in {own} is not the demo authority's")
    pem = (own / "intermediate.pem").read_bytes()
    return Authority(x509.load_pem_x509_certificate(pem), private)


def new_key(*, rsa_key: bool) -> _PrivateKey:
    """A key of one of the two kinds that are accepted."""
    if rsa_key:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def certificate_for(
    name: str,
    key: _PrivateKey,
    issuer: Authority | None,
    at: datetime,
    *,
    oin: str | None = None,
    purpose: str = "authority",
    path_length: int | None = None,
    begins: datetime | None = None,
) -> x509.Certificate:
    """A certificate for that key; `begins` is when it becomes valid, a day before `at` if None."""
    begins = begins or at - _BEFORE
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
        .not_valid_before(begins)
        .not_valid_after(max(at, begins) + (_AUTHORITY_YEARS if authority else _LEAF_YEARS))
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


def write_pair(folder: Path, name: str, key: _PrivateKey, certificate: x509.Certificate) -> None:
    """The key, then the certificate: who sees the second finds the first."""
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_whole(folder / f"{name}.key", private, mode=0o600)
    write_whole(folder / f"{name}.pem", certificate.public_bytes(serialization.Encoding.PEM))


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Writes the whole file or nothing: a reader, or a second run, never sees a half."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    beside.touch(mode=mode)
    beside.write_bytes(content)
    beside.replace(path)


class Atomic:
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
