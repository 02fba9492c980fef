"""Encryption to one recipient (JWE compact form, RFC 7516): A256GCM, key by certificate."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import urlsafe_b64decode

from ketensluis.envelope.certificates import Certificate
from ketensluis.errors import Refused

__all__ = ["KEY_ALGORITHMS", "addressed_to", "decrypt", "encrypt"]

KEY_ALGORITHMS: Final = ("ECDH-ES+A256KW", "RSA-OAEP-256")
_CONTENT: Final = "A256GCM"
_SEGMENTS = 5


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


def encrypt(plain: bytes, certificate: Certificate) -> bytes:
    """The bytes, encrypted to the holder of the certificate's key."""
    protected = {
        "alg": certificate.key_management,
        "enc": _CONTENT,
        "x5t#S256": certificate.thumbprint,
    }
    return jwe.encrypt_compact(protected, plain, certificate.key, registry=_REGISTRY).encode()


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
