"""Signed notes with Ed25519 (C2SP signed-note): a text, and under it a line for each signature.

Keys are written as Go's `sumdb/note` writes them, each with the name that it signs by.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ketensluis.errors import KetensluisError, Refused

__all__ = ["KeyKind", "Line", "Note", "SigningKey", "VerifyingKey"]

_DASH: Final = "— "
_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_ID_BYTES: Final = 4
_PRIVATE: Final = "PRIVATE+KEY+"
# The points of small order (RFC 8032, section 5.1; without the bit of the sign): anyone can sign
# with such a key whatever he likes, so its owner has witnessed nothing that he cannot deny.
_WEAK: Final = frozenset(
    int(each, 16)
    for each in (
        "0", "1", f"7{'f' * 61}ec", f"7{'f' * 61}ed", f"7{'f' * 61}ee",
        "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
        "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
    )
)  # fmt: skip
# Notes have one signature per party at most; more is an attempt to keep a reader busy.
_MOST_LINES: Final = 256


class KeyKind(IntEnum):
    """What a key signs: the byte that tells signature types apart."""

    NOTE = 0x01
    """The text itself (signed-note)."""
    COSIGNATURE = 0x04
    """A checkpoint with the time at which it was seen (tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One signature as it stands under a note; `key_id` and `signature` are raw bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key, the name that it signs by, and what it signs."""

    name: str
    kind: KeyKind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that name it under a note."""
        content = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(content).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        content = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{content}"

    @classmethod
    def parse(cls, text: str) -> VerifyingKey:
        """The key in its written form (a *vkey*).

        Raises:
            KetensluisError: `bad_key`.
        """
        name, key_id, kind, public = _fields(text.strip())
        key = cls(name, kind, public)
        if key.key_id != key_id or int.from_bytes(public, "little") % 2**255 in _WEAK:
            raise _bad_key()
        return key

    def verify(self, line: Line, message: bytes) -> bool:
        """Whether the signature of that line, without any time in it, is over that message."""
        try:
            public = Ed25519PublicKey.from_public_bytes(self.public)
            public.verify(line.signature[-64:], message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its public side."""

    private: Ed25519PrivateKey
    public: VerifyingKey

    @classmethod
    def from_seed(cls, name: str, kind: KeyKind, seed: bytes) -> SigningKey:
        """The key that follows from 32 secret bytes (RFC 8032, section 5.1.5).

        Raises:
            KetensluisError: `bad_key`, for another length or a name that no note can hold.
        """
        if _NAME.fullmatch(name) is None:
            raise _bad_key()
        try:
            private = Ed25519PrivateKey.from_private_bytes(seed)
        except ValueError:
            raise _bad_key() from None
        return cls(private, VerifyingKey(name, kind, private.public_key().public_bytes_raw()))

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """The key in its written form, which begins with `PRIVATE+KEY+`.

        Raises:
            KetensluisError: `bad_key`.
        """
        if not text.startswith(_PRIVATE):
            raise _bad_key()
        name, key_id, kind, seed = _fields(text.strip().removeprefix(_PRIVATE))
        key = cls.from_seed(name, kind, seed)
        if key.public.key_id != key_id:
            raise _bad_key()
        return key

    def written(self) -> str:
        """Its written form: a secret."""
        content = bytes([self.public.kind]) + self.private.private_bytes_raw()
        name, key_id = self.public.name, self.public.key_id.hex()
        return f"{_PRIVATE}{name}+{key_id}+{base64.b64encode(content).decode()}"

    def line(self, message: bytes, before: bytes = b"") -> Line:
        """The signature over the message, with `before` in front of its bytes."""
        public = self.public
        return Line(public.name, public.key_id, before + self.private.sign(message))


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a newline, and the signatures under it; none yet believed."""

    text: str
    lines: tuple[Line, ...]

    @classmethod
    def parse(cls, written: str) -> Note:
        """The note in its written form.

        Raises:
            Refused: `bad_note`.
        """
        fault = Refused("bad_note", "it is not a signed note")
        text, blank, signatures = written.rpartition("\n\n")
        if not blank or not text or not signatures.endswith("\n") or _CONTROL.search(written):
            raise fault
        written_lines = signatures.split("\n")[:-1]
        if not 0 < len(written_lines) <= _MOST_LINES:
            raise fault
        return cls(text + "\n", tuple(_line(each, fault) for each in written_lines))

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.lines))}"

    def signed_by(self, key: VerifyingKey) -> Line | None:
        """The line of that key; not yet verified."""
        wanted = key.name, key.key_id
        return next((each for each in self.lines if (each.name, each.key_id) == wanted), None)

    def with_lines(self, more: Iterable[Line]) -> Note:
        """The note with further signatures, each once."""
        return Note(self.text, tuple(dict.fromkeys((*self.lines, *more))))


def _line(written: str, fault: Refused) -> Line:
    dash, _, rest = written.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise fault from None
    if dash + " " != _DASH or _NAME.fullmatch(name) is None or len(content) <= _ID_BYTES:
        raise fault
    return Line(name, content[:_ID_BYTES], content[_ID_BYTES:])


def _fields(text: str) -> tuple[str, bytes, KeyKind, bytes]:
    try:
        # The name has no plus sign, but base64 has.
        name, key_id, encoded = text.split("+", 2)
        content = base64.b64decode(encoded, validate=True)
        if _NAME.fullmatch(name) and len(content) == 1 + 32:
            return name, bytes.fromhex(key_id), KeyKind(content[0]), content[1:]
    except (binascii.Error, ValueError):
        pass
    raise _bad_key()


def _bad_key() -> KetensluisError:
    return KetensluisError(
        "bad_key",
        "it is not an Ed25519 key as the journal writes them",
        "make one with `sluis pki demo`, or write it as <name>+<key id>+<base64>",
    )
