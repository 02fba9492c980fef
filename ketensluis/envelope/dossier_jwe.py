"""Encryption with the key of one incident (JWE compact form, RFC 7516): A256KW and A256GCM.

Put together from primitives, as mail to an elliptic curve is, since the stage that decides
opens each record; joserfc opens it as well, which a test shows.
"""

from __future__ import annotations

import secrets
from binascii import a2b_base64
from functools import lru_cache
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from joserfc.util import urlsafe_b64encode

from ketensluis.envelope.keyring import DossierKey
from ketensluis.errors import Refused

__all__ = ["decrypt", "encrypt", "key_named"]

_SEGMENTS: Final = 5
_KEY, _NONCE, _TAG = 32, 12, 16  # bytes
# The library's own takes as long as the cipher: this is what it does, for what arrives by the year.
_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_LAST: Final = {1: b"AEIMQUYcgkosw048", 2: b"AQgw"}


class _Protected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the protected header must hold, and nothing else; `kid` is the key's id."""

    alg: Literal["A256KW"]
    enc: Literal["A256GCM"]
    kid: str


def encrypt(plain: bytes, key: DossierKey) -> bytes:
    """The bytes, encrypted with a content key of their own, which goes wrapped by that key."""
    header = _Protected(alg="A256KW", enc="A256GCM", kid=key.key_id)
    protected = urlsafe_b64encode(msgspec.json.encode(header))
    content_key, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(_NONCE)
    sealed = AESGCM(content_key).encrypt(nonce, plain, protected)
    wrapped = aes_key_wrap(key.secret, content_key)
    parts = (wrapped, nonce, sealed[:-_TAG], sealed[-_TAG:])
    return b".".join((protected, *map(urlsafe_b64encode, parts)))


def key_named(value: bytes) -> str:
    """The id of the key with which the value was encrypted.

    Raises:
        Refused: `bad_jwe`: it is not a JWE of this profile.
    """
    if value.count(b".") != _SEGMENTS - 1:
        raise _bad()
    return _key_id(value[: value.index(b".")])


@lru_cache(maxsize=1_024)  # of ids of keys only; it is asked for twice
def _key_id(protected: bytes) -> str:
    try:
        return msgspec.json.decode(_raw(protected), type=_Protected).kid
    except (ValueError, msgspec.MsgspecError) as error:
        raise _bad() from error


def decrypt(value: bytes, key: DossierKey) -> bytes:
    """The plain bytes of a value that names this key.

    Raises:
        Refused: `bad_jwe`, or `altered_value`: it does not open.
    """
    protected, *parts = value.split(b".")
    try:
        wrapped, nonce, sealed, tag = map(_raw, parts)
    except ValueError as error:
        raise _bad() from error
    if len(nonce) != _NONCE or len(tag) != _TAG or len(wrapped) != _KEY + 8:
        raise _bad()
    try:
        content_key = aes_key_unwrap(key.secret, wrapped)
        return AESGCM(content_key).decrypt(nonce, sealed + tag, protected)
    except (InvalidUnwrap, InvalidTag) as error:
        raise Refused(
            "altered_value", "the value does not open with the key that it names: it was altered"
        ) from error


def _raw(segment: bytes) -> bytes:
    """What the base64url says (RFC 7515, section 2); only one text says it.

    Raises:
        ValueError: it is none, or has padding, or bits at its end that say nothing.
    """
    short = -len(segment) % 4
    if short and (short not in _LAST or segment[-1] not in _LAST[short]):
        raise ValueError
    return a2b_base64(segment.translate(_STANDARD) + b"=" * short, strict_mode=True)


def _bad() -> Refused:
    return Refused("bad_jwe", "the value is not a compact JWE of this profile")
