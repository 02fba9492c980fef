"""Whose tokens are taken, and what is refused: everything that is not as it must be."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.runtime.settings import Settings
from services.worklist.access import Forbidden, Role
from services.worklist.issuer import LOCAL_ISSUER, issue, tokens_of
from services.worklist.tokens import NotKnown, RemoteKeys, Tokens

AUDIENCE = "ketensluis-worklist"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec"})


class Issuer:
    """An OpenID provider that publishes its keys, and counts how often it is asked."""

    def __init__(self) -> None:
        self.keys: list[Any] = [RSA, EC]
        self.asked = 0
        issuer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                told: dict[str, Any] = {"keys": [key.as_dict(private=False) for key in issuer.keys]}
                if self.path == "/.well-known/openid-configuration":
                    told = {"issuer": issuer.named, "jwks_uri": f"{issuer.url}/keys"}
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.named = self.url
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.stop()


def signed(issuer: str, key: Any = EC, alg: str = "ES256", **changes: Any) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "exp": now + 600,
        "role": "hg_coordinator",
        "units": ["Rotterdam"],
    }
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid}, claims, key, algorithms=[alg])


def tokens(issuer: Issuer) -> Tokens:
    return Tokens(RemoteKeys(issuer.url), issuer=issuer.url, audience=AUDIENCE)


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES256"), (RSA, "RS256")])
def test_a_token_of_the_configured_issuer_tells_role_and_scope(issuer: Issuer, key: Any, alg: str):
    viewer = tokens(issuer).viewer(signed(issuer.url, key, alg))
    assert (viewer.role, viewer.units) == (Role.HG_COORDINATOR, {"Rotterdam"})


def test_who_it_is_is_kept_for_the_log_and_printed_nowhere(issuer: Issuer):
    viewer = tokens(issuer).viewer(signed(issuer.url, sub="jo.vanderven"))
    assert viewer.person == "jo.vanderven"
    assert "vanderven" not in repr(viewer)
    assert tokens(issuer).viewer(signed(issuer.url)).person is None


def test_the_keys_are_asked_once_for_many_tokens(issuer: Issuer):
    known = tokens(issuer)
    for _ in range(5):
        known.viewer(signed(issuer.url))
    assert issuer.asked == 2  # the configuration and the keys


def test_a_new_key_of_the_issuer_is_found_and_an_unknown_one_does_not_make_it_ask_each_time(
    issuer: Issuer,
):
    now = [0.0]
    keys = RemoteKeys(issuer.url, clock=lambda: now[0])
    known = Tokens(keys, issuer=issuer.url, audience=AUDIENCE)
    known.viewer(signed(issuer.url))
    fresh = ECKey.generate_key("P-256", {"kid": "fresh"})
    issuer.keys.append(fresh)
    now[0] = 11.0
    known.viewer(signed(issuer.url, fresh))
    before = issuer.asked
    for _ in range(5):
        with pytest.raises(NotKnown):
            known.viewer(signed(issuer.url, ECKey.generate_key("P-256", {"kid": "none"})))
    assert issuer.asked == before


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"nbf": 4_102_444_800},  # the year 2100; the name of a test must not tell when it was read
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
    ],
    ids=str,
)
def test_a_token_that_is_over_or_for_another_or_by_another_is_refused(
    issuer: Issuer, changes: dict[str, Any]
):
    with pytest.raises(NotKnown):
        tokens(issuer).viewer(signed(issuer.url, **changes))


def test_a_signature_by_another_key_under_a_known_id_is_refused(issuer: Issuer):
    with pytest.raises(NotKnown):
        tokens(issuer).viewer(signed(issuer.url, STRANGER))


def test_a_public_key_used_as_a_secret_is_refused(issuer: Issuer):
    _, body, _ = signed(issuer.url).split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa"}').decode().rstrip("=")
    mac = hmac.digest(RSA.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    end = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    with pytest.raises(NotKnown):
        tokens(issuer).viewer(f"{head}.{body}.{end}")


def test_an_unsigned_token_and_what_is_no_token_are_refused(issuer: Issuer):
    good = signed(issuer.url)
    head, body, _ = good.split(".")
    none = "eyJhbGciOiJub25lIiwia2lkIjoiZWMifQ"
    for bad in ("", "x", "a.b.c", f"{none}.{body}.", f"{head}.{body}.", good + "x", "é" * 9):
        with pytest.raises(NotKnown):
            tokens(issuer).viewer(bad)


@pytest.mark.parametrize(
    "changes",
    [
        {"role": None},
        {"role": "mayor"},
        {"role": ["supervisor"]},
        {"units": None},
        {"units": []},
        {"units": "Rotterdam"},
        {"units": [""]},
        {"units": [1]},
        {"units": None, "regions": ["utrecht"]},
        {"role": "intake", "units": None, "regions": None},
    ],
    ids=str,
)
def test_a_sound_token_without_a_role_or_scope_gives_no_right(
    issuer: Issuer, changes: dict[str, Any]
):
    with pytest.raises(Forbidden):
        tokens(issuer).viewer(signed(issuer.url, **changes))


def test_an_issuer_that_names_itself_otherwise_is_not_believed(issuer: Issuer):
    issuer.named = "https://elsewhere.example"
    with pytest.raises(Unavailable):
        tokens(issuer).viewer(signed(issuer.url))


def test_while_the_issuer_is_away_known_keys_go_on_counting_and_unknown_ones_do_not():
    issuer = Issuer()
    known = tokens(issuer)
    token = signed(issuer.url)
    known.viewer(token)
    issuer.stop()
    assert known.viewer(token).units == {"Rotterdam"}
    with pytest.raises(Unavailable):
        tokens(issuer).viewer(token)


def test_an_issuer_without_https_is_refused_except_on_this_machine():
    with pytest.raises(KetensluisError, match="https"):
        RemoteKeys("http://login.example")


def test_the_local_issuer_counts_only_where_no_other_is_named(tmp_path: Path):
    settings = Settings(home=tmp_path)
    token = issue(settings, role="supervisor", units=["Rotterdam"], regions=[], seconds=60)
    assert tokens_of(settings).viewer(token).role is Role.SUPERVISOR
    assert (tmp_path / "worklist-issuer.jwk").stat().st_mode & 0o077 == 0

    elsewhere = Settings(home=tmp_path, oidc_issuer="http://127.0.0.1:9")
    with pytest.raises((NotKnown, Unavailable)):
        tokens_of(elsewhere).viewer(token)


def test_without_any_issuer_no_token_is_sound(tmp_path: Path):
    stranger = signed(LOCAL_ISSUER, STRANGER)
    with pytest.raises(NotKnown):
        tokens_of(Settings(home=tmp_path)).viewer(stranger)


def test_the_local_issuer_makes_no_token_that_gives_no_right(tmp_path: Path):
    with pytest.raises(Forbidden):
        issue(Settings(home=tmp_path), role="intake", units=[], regions=[], seconds=60)
