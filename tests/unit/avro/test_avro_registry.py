"""A registry that is away or says nonsense stops intake; only its own word refuses a record."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from made_messages import RECEIPT

from ketensluis.avro.codec import Codec
from ketensluis.avro.lock import load_locked
from ketensluis.avro.registry import Registry
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.messages import Receipt

SECRET = "geheim-woord"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server that always gives this answer; what it was asked, with its credentials."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers['Authorization']}")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"error_code": 50001, "message": "store error"}'),
        (401, b'{"error_code": 40101, "message": "who are you"}'),
        (404, b"<html>no such page</html>"),
        (404, b'{"detail": "another API lives here"}'),
        (404, b'{"error_code": 40401, "message": "subject not found"}'),
        (404, b'["40403"]'),
        (302, b"{}"),
        (200, b""),
        (200, b"{}"),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"schema": 7}'),
    ],
)
def test_an_answer_that_says_nothing_of_the_id_stops_intake(status: int, body: bytes) -> None:
    with answering(status, body) as (host, _), pytest.raises(Unavailable) as caught:
        Registry(f"http://{host}").schema(7)
    assert caught.value.code == "registry_unavailable"
    assert host in caught.value.sentence


@pytest.mark.parametrize("body", [b"{}", b"null", b'{"1": 2}', b'"12"', b"[1]"])
def test_versions_that_are_no_list_stop_the_start(body: bytes) -> None:
    with answering(200, body) as (host, _), pytest.raises(Unavailable):
        Codec.from_registry(f"http://{host}", register=True)


def test_its_own_word_that_the_id_does_not_exist_refuses_the_record() -> None:
    body = b'{"error_code": 40403, "message": "Schema 7 not found"}'
    with answering(404, body) as (host, _), pytest.raises(Refused) as caught:
        Registry(f"http://{host}").schema(7)
    assert caught.value.code == "unknown_schema_id"


@pytest.mark.parametrize("text", ['"string"', "syntax = 'proto3';", '{"type": "object"}'])
def test_an_id_of_something_that_is_no_avro_record_refuses_the_record(text: str) -> None:
    body = json.dumps({"schema": text}).encode()
    with answering(200, body) as (host, _), pytest.raises(Refused) as caught:
        Registry(f"http://{host}").schema(7)
    assert caught.value.code == "unexpected_schema"


def test_a_registry_that_is_not_there_stops_intake() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unavailable) as caught:
            Codec.from_registry(url)
    assert caught.value.code == "registry_unavailable"


def test_a_value_of_an_unknown_id_waits_while_the_registry_is_away() -> None:
    with answering(503, b"{}") as (host, _):
        codec = Codec(load_locked(), Registry(f"http://{host}").schema)
        value = b"\x00\x00\x0f\xff\xff" + codec.encode(RECEIPT)[5:]
        with pytest.raises(Unavailable):
            codec.decode(value, Receipt)


def test_credentials_are_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(500, b"{}") as (host, asked):
        for registry in (
            Registry(f"http://reader:{SECRET}@{host}/apis?key={SECRET}"),
            Registry(f"http://{host}/apis", token=SECRET),
        ):
            with pytest.raises(Unavailable) as caught:
                registry.schema(7)
            assert SECRET not in f"{caught.value} {caught.value!r} {registry!r} {vars(registry)!r}"
    assert asked == [
        "/apis/schemas/ids/7 Basic cmVhZGVyOmdlaGVpbS13b29yZA==",
        f"/apis/schemas/ids/7 Bearer {SECRET}",
    ]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("url", ["", "registry:8081", "ftp://host/x", "http://", "x" * 70_000])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(KetensluisError) as caught:
        Registry(url)
    assert caught.value.code == "bad_registry_url"
    assert not isinstance(caught.value, Unavailable)
