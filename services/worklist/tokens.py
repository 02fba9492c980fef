"""Reads bearer tokens: OpenID Connect, signed by the one issuer that the settings name."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ketensluis.errors import KetensluisError, Unavailable
from services.worklist.access import Viewer, viewer_of

__all__ = ["Keys", "NotKnown", "RemoteKeys", "Tokens"]

# Asymmetric only: with HS256 among them, a public key could be used as a secret.
_ALGORITHMS = ["RS256", "ES256"]
_LEEWAY_SECONDS = 30
_KEEP_SECONDS = 300.0
_ASK_AGAIN_SECONDS = 10.0
_TIMEOUT_SECONDS = 5.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NotKnown(KetensluisError):  # noqa: N818 - named after the answer, 401
    """There is no token, or it is not sound."""


class Keys(Protocol):
    """Where an issuer's public keys come from."""

    def key_set(self, key_id: str) -> KeySet:
        """The issuer's keys; asked anew if none of those known has this id."""
        ...


class Tokens:
    """Tells who a token speaks for; whatever is not as it must be is refused."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )

    def viewer(self, token: str) -> Viewer:
        """Whom the token describes.

        Raises:
            NotKnown: `bad_token`: not signed by the issuer, not for us, over, or no token.
            Forbidden: it is sound, but gives no right here.
            Unavailable: `issuer_away`.
        """
        claims = self._checked(token)
        return viewer_of(
            claims.get("role"), claims.get("units"), claims.get("regions"), claims.get("sub")
        )

    def _checked(self, token: str) -> dict[str, Any]:
        try:
            found = jwt.decode(token, self._key, algorithms=_ALGORITHMS)
            self._claims.validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotKnown(
                "bad_token",
                "the token is not a valid one of this issuer",
                "sign in again; locally: sluis worklist token",
            ) from error
        return found.claims

    def _key(self, signed: Any) -> KeySet:
        """The keys that the token may be signed with; without a key id there is none."""
        return self._keys.key_set(str(signed.headers()["kid"]))


class RemoteKeys:
    """The keys that an issuer publishes (OpenID Connect Discovery 1.0, section 4).

    Raises:
        KetensluisError: `bad_issuer`: not https, other than on this machine.
    """

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        _must_be_secure(issuer)
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._known: KeySet | None = None
        self._asked_at = -_KEEP_SECONDS

    def key_set(self, key_id: str) -> KeySet:
        """The keys, from memory if they are fresh and one has this id.

        Raises:
            Unavailable: `issuer_away`, and none are known.
        """
        with self._lock:
            age = self._clock() - self._asked_at
            has_it = self._known is not None and key_id in {each.kid for each in self._known.keys}
            if age > _KEEP_SECONDS or (not has_it and age > _ASK_AGAIN_SECONDS):
                self._asked_at = self._clock()
                try:
                    self._known = self._ask()
                except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                    # Known keys go on counting for a while: the issuer's outage is not ours.
                    if self._known is None:
                        raise _away() from error
            if self._known is None:
                raise _away()
            return self._known

    def _ask(self) -> KeySet:
        with httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
            place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            found = client.get(place).raise_for_status().json()
            if found["issuer"] != self._issuer:
                raise ValueError
            _must_be_secure(found["jwks_uri"])
            return KeySet.import_key_set(client.get(found["jwks_uri"]).raise_for_status().json())


def _must_be_secure(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise KetensluisError(
            "bad_issuer", "the issuer of tokens is not an https address", "set oidc_issuer anew"
        )


def _away() -> Unavailable:
    return Unavailable("issuer_away", "the issuer of tokens does not answer", "try again later")
