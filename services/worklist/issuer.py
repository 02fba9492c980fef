"""A local issuer of tokens, for demo and tests: a key in the home, and no way to sign in.

It counts only where no `oidc_issuer` is set. Whoever can read the home can make a token for any
role, but could read the database beside it just as well.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from ketensluis.runtime.settings import Settings
from services.worklist.access import viewer_of
from services.worklist.tokens import Keys, RemoteKeys, Tokens

__all__ = ["LOCAL_ISSUER", "LocalKeys", "issue", "tokens_of"]

LOCAL_ISSUER = "urn:ketensluis:worklist:local"
_FILE = "worklist-issuer.jwk"


class LocalKeys:
    """The local issuer's public key, as long as it has one; read anew when it is made."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE

    def key_set(self, key_id: str) -> KeySet:
        """The one key, or none: then no token is sound."""
        key = _read(self._path)
        if key is None or key.kid != key_id:
            raise KeyError(key_id)
        return KeySet([key])


def tokens_of(settings: Settings) -> Tokens:
    """Reads the tokens of the issuer that the settings name, else of the local one.

    Raises:
        KetensluisError: `bad_issuer`.
    """
    keys: Keys
    if settings.oidc_issuer is None:
        issuer, keys = LOCAL_ISSUER, LocalKeys(settings.home)
    else:
        issuer, keys = settings.oidc_issuer, RemoteKeys(settings.oidc_issuer)
    return Tokens(keys, issuer=issuer, audience=settings.oidc_audience)


def issue(
    settings: Settings, *, role: str, units: Sequence[str], regions: Sequence[str], seconds: int
) -> str:
    """A token of the local issuer, for so many seconds from now.

    Raises:
        Forbidden: such a token would give no right.
    """
    viewer_of(role, list(units), list(regions))
    path = settings.home / _FILE
    key = _read(path) or _make(path)
    now = int(time.time())
    claims = {
        "iss": LOCAL_ISSUER,
        "aud": settings.oidc_audience,
        "iat": now,
        "exp": now + seconds,
        "role": role,
        "units": list(units),
        "regions": list(regions),
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


def _read(path: Path) -> ECKey | None:
    try:
        key = ECKey.import_key(json.loads(path.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None
    key.ensure_kid()
    return key


def _make(path: Path) -> ECKey:
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Its owner's alone from the first byte on.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(key.as_dict(private=True), file)
    return key
