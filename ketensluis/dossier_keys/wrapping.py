"""A key as it lies in the database: wrapped by the KEK (AES-KW, RFC 3394), bound to its row.

What is wrapped is the key and a digest of its id and its incident, so that a row that was
altered to be another incident's does not open.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from ketensluis.dossier_keys.kek import Kek
from ketensluis.envelope.keyring import DossierKey
from ketensluis.errors import Refused

__all__ = ["unwrap", "wrap"]

_SECRET = 32  # bytes
_DOMAIN = b"ketensluis.dossier-key/v1\n"


def wrap(key: DossierKey, kek: Kek) -> bytes:
    """The key as it is kept."""
    return aes_key_wrap(kek.key, key.secret + _binding(key.key_id, key.incident_id))


def unwrap(key_id: str, incident_id: str, wrapped: bytes, kek: Kek) -> DossierKey:
    """The key that was kept.

    Raises:
        Refused: `bad_key_row`: the row is not as it was written.
    """
    try:
        plain = aes_key_unwrap(kek.key, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise _bad(key_id) from error
    if not hmac.compare_digest(plain[_SECRET:], _binding(key_id, incident_id)):
        raise _bad(key_id)
    return DossierKey(key_id, incident_id, plain[:_SECRET])


def _binding(key_id: str, incident_id: str) -> bytes:
    return hashlib.sha256(_DOMAIN + f"{key_id}\n{incident_id}".encode()).digest()


def _bad(key_id: str) -> Refused:
    return Refused(
        "bad_key_row",
        f"the key {key_id} is not as it was put into the key store",
        "restore the key store from the back-up that belongs to this KEK",
    )
