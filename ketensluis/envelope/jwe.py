"""Encryption to one recipient (JWE compact form, RFC 7516): A256GCM, key by certificate.

joserfc opens all mail and seals that to RSA keys. Sealing to an elliptic curve, which nearly
all mail is, is put together here from the same primitives, at half of joserfc's time.
"""

from __future__ import annotations

import secrets
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from ketensluis.envelope.certificates import Certificate
from ketensluis.errors import Refused

__all__ = ["KEY_ALGORITHMS", "addressed_to", "decrypt", "encrypt"]

KEY_ALGORITHMS: Final = ("ECDH-ES+A256KW", "RSA-OAEP-256")
_CONTENT: Final = "A256GCM"
_SEGMENTS = 5
_KEY, _NONCE, _TAG, _COORDINATE = 32, 12, 16, 32  # bytes


class _Registry(jwe.JWERegistry):
    """The library's registry with Kafka's sizes instead of a browser's."""

    max_ciphertext_length = 8 * 1024 * 1024


class _EphemeralKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sender's one-time key, on the one curve that is accepted (RFC 7518, 4.6.1.1)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str


class _Protected(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"thumbprint": "x5t#S256"},
):
    """What the protected header may hold; compression, for one, is not in it."""

    alg: str
    enc: str
    thumbprint: str
    epk: _EphemeralKey | None = None


_REGISTRY = _Registry(algorithms=(*KEY_ALGORITHMS, _CONTENT))
# OtherInfo of RFC 7518, section 4.6.2: algorithm, no party info, the key's length in bits.
_WRAPPING = KEY_ALGORITHMS[0].encode()
_OTHER_INFO = (
    len(_WRAPPING).to_bytes(4, "big") + _WRAPPING + bytes(8) + (_KEY * 8).to_bytes(4, "big")
)


def encrypt(plain: bytes, certificate: Certificate) -> bytes:
    """The bytes, encrypted to the holder of the certificate's key."""
    if isinstance(certificate.key, ECKey):
        return _agreed(plain, certificate.thumbprint, certificate.key.public_key)
    protected = {
        "alg": certificate.key_management,
        "enc": _CONTENT,
        "x5t#S256": certificate.thumbprint,
    }
    return jwe.encrypt_compact(protected, plain, certificate.key, registry=_REGISTRY).encode()


def _agreed(plain: bytes, thumbprint: str, key: ec.EllipticCurvePublicKey) -> bytes:
    """ECDH-ES+A256KW (RFC 7518, section 4.6), with a one-time key for this message alone.

    1. A one-time key and the recipient's agree on a secret, from which the wrapping key follows.
    2. The protected header names the one-time key's public half.
    3. A random content key encrypts the bytes and vouches for the header; it goes wrapped.
    """
    one_time = ec.generate_private_key(ec.SECP256R1())
    secret = one_time.exchange(ec.ECDH(), key)
    wrapping_key = ConcatKDFHash(SHA256(), _KEY, _OTHER_INFO).derive(secret)
    point = one_time.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    header = _Protected(
        alg=KEY_ALGORITHMS[0],
        enc=_CONTENT,
        thumbprint=thumbprint,
        epk=_EphemeralKey(
            kty="EC",
            crv="P-256",
            x=urlsafe_b64encode(point[1:-_COORDINATE]).decode(),
            y=urlsafe_b64encode(point[-_COORDINATE:]).decode(),
        ),
    )
    protected = urlsafe_b64encode(msgspec.json.encode(header))
    content_key, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(_NONCE)
    sealed = AESGCM(content_key).encrypt(nonce, plain, protected)
    wrapped = aes_key_wrap(wrapping_key, content_key)
    parts = (wrapped, nonce, sealed[:-_TAG], sealed[-_TAG:])
    return b".".join((protected, *map(urlsafe_b64encode, parts)))


def addressed_to(value: bytes | None) -> str:
    """The thumbprint of the certificate to which the value was encrypted.

    Raises:
        Refused: `bad_jwe`: it is not a JWE of this profile.
    """
    parts = (value or b"").split(b".")
    if len(parts) != _SEGMENTS:
        raise Refused("bad_jwe", "the value is not a compact JWE")
    try:
        protected = msgspec.json.decode(urlsafe_b64decode(parts[0]), type=_Protected)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Refused("bad_jwe", "the value is not a compact JWE of this profile") from error
    if protected.alg not in KEY_ALGORITHMS or protected.enc != _CONTENT:
        raise Refused("bad_jwe", "the value is encrypted by an algorithm that is not accepted")
    return protected.thumbprint


def decrypt(value: bytes, certificate: Certificate, key: ECKey | RSAKey) -> bytes:
    """The plain bytes.

    Raises:
        Refused: `bad_jwe` for what is no JWE of this profile, `not_for_us` for one that was
            encrypted to another certificate, `altered_value` for one that does not open.
    """
    if addressed_to(value) != certificate.thumbprint:
        raise Refused("not_for_us", "the value is encrypted to another certificate than ours")
    try:
        plain = jwe.decrypt_compact(value, key, registry=_REGISTRY).plaintext
    except (JoseError, ValueError, ArithmeticError, AssertionError) as error:
        raise Refused(
            "altered_value", "the value does not open with the key that it names: it was altered"
        ) from error
    return plain or b""
