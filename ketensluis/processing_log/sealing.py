"""Encrypted ids of data subjects: written by who processes, read by who holds the register.

A writer draws a key for some records at a time, sends it along encrypted to the register's
certificate, and forgets it: what it wrote before it cannot open any more. So a record costs no
operation on a curve, which matters where a year is decided again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ketensluis.envelope import jwe
from ketensluis.envelope.certificates import Certificate
from ketensluis.errors import Refused

__all__ = ["OpensKeys", "SubjectOpener", "SubjectSealer"]

# So a certificate that is renewed or revoked is out of use soon, and few nonces share a key.
_RECORDS_PER_KEY: Final = 1_000
_KEY, _NONCE = 32, 12  # bytes


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A key in use."""

    certificate: Certificate
    key: AESGCM = field(repr=False)
    sealed: bytes


class SubjectSealer:
    """Encrypts ids to the certificate that `register_at` names for a moment."""

    def __init__(self, register_at: Callable[[datetime], Certificate]) -> None:
        self._register_at = register_at
        self._drawn: _Drawn | None = None
        self._left = 0

    def seal(self, ids: Iterable[str], incident_id: str, at: datetime) -> tuple[bytes, list[bytes]]:
        """The key as the register can open it, and the ids under it, bound to the incident.

        Raises:
            Refused: `no_certificate`, `unknown_party`: nobody could open them at that time.
        """
        drawn = self._drawn
        if drawn is None or self._left <= 0 or not drawn.certificate.valid_at(at):
            drawn = self._drawn = self._draw(at)
            self._left = _RECORDS_PER_KEY
        self._left -= 1
        bound = incident_id.encode()
        found = []
        for each in ids:
            nonce = secrets.token_bytes(_NONCE)
            found.append(nonce + drawn.key.encrypt(nonce, each.encode(), bound))
        return drawn.sealed, found

    def _draw(self, at: datetime) -> _Drawn:
        certificate = self._register_at(at)
        key = secrets.token_bytes(_KEY)
        return _Drawn(certificate, AESGCM(key), jwe.encrypt(key, certificate))


class OpensKeys(Protocol):
    """Decrypts what was encrypted to one of the register's certificates, old ones too."""

    def __call__(self, value: bytes, /) -> bytes: ...  # noqa: D102 - told above


class SubjectOpener:
    """Opens the ids, for who has the register's keys."""

    def __init__(self, decrypt: OpensKeys) -> None:
        self._decrypt = decrypt
        self._keys: dict[bytes, AESGCM] = {}

    def open(self, sealed: bytes, incident_id: str, sealed_key: bytes) -> str:
        """The id.

        Raises:
            Refused: `not_for_us`, `bad_jwe`, or `altered_value`: another incident's, or altered.
        """
        key = self._keys.get(sealed_key)
        if key is None:
            key = self._keys[sealed_key] = AESGCM(self._decrypt(sealed_key))
        try:
            plain = key.decrypt(sealed[:_NONCE], sealed[_NONCE:], incident_id.encode())
        except (InvalidTag, ValueError) as error:
            raise Refused(
                "altered_value", "the data subject's id was altered, or is another incident's"
            ) from error
        return plain.decode()
