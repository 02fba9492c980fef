"""A real Prometheus and a real Alertmanager, on the files that `sluis monitoring` writes."""

from __future__ import annotations

import json
import math
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from real_parts import without
from waiting import eventually


def program(name: str) -> str:
    """Where Debian's program is; without it the test cannot be."""
    found = shutil.which(name)
    if found is None:
        without(name, "apt-get install prometheus prometheus-alertmanager")
    assert found is not None
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def change(config: Path, said: dict[str, str]) -> None:
    """Edit the file as an operator would; what is to be replaced must be there."""
    text = config.read_text()
    for was, becomes in said.items():
        assert was in text, was
        text = text.replace(was, becomes)
    config.write_text(text)


@dataclass
class Prometheus:
    """One that runs."""

    client: httpx.Client

    def get(self, place: str, **parameters: str) -> Any:
        """The data of an answer of its API; None if it is an error."""
        told = self.client.get(f"/api/v1/{place}", params=parameters).json()
        return told["data"] if told["status"] == "success" else None

    def series(self, expr: str) -> list[dict[str, Any]]:
        """What the query gives now, without what is no number; none if it cannot be asked."""
        found = self.get("query", query=expr)
        return [
            each
            for each in (found or {}).get("result", ())
            if not math.isnan(float(each["value"][1]))
        ]

    def value(self, expr: str) -> float:
        """The one number that the query gives; 0 if it gives none."""
        found = self.series(expr)
        assert len(found) <= 1, found
        return float(found[0]["value"][1]) if found else 0.0

    def has(self, expr: str) -> bool:
        """Whether it gives a number now, and on the way here, as a graph needs it."""
        now = time.time()
        found = self.get("query_range", query=expr, start=str(now - 60), end=str(now), step="1")
        return bool(self.series(expr)) and bool((found or {}).get("result"))


@contextmanager
def prometheus(config: Path, alerts_to: int) -> Iterator[Prometheus]:
    """It runs on that configuration, with the times of a test, and sends alerts to that port."""
    binary, port = program("prometheus"), free_port()
    change(config, {
        "scrape_interval: 15s": "scrape_interval: 1s",
        "evaluation_interval: 30s": "evaluation_interval: 1s",
        "refresh_interval: 30s": "refresh_interval: 1s",
        "127.0.0.1:9093": f"127.0.0.1:{alerts_to}",
    })  # fmt: skip
    data = config.parent / "data"
    command = [
        binary, f"--config.file={config}", f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
    ]  # fmt: skip
    place, log = f"http://127.0.0.1:{port}", config.parent / "prometheus.log"
    # One client: each reads all certificates of the system.
    with _running(command, log, f"{place}/-/ready"), httpx.Client(base_url=place) as client:
        yield Prometheus(client)


@dataclass
class Alertmanager:
    """One that runs, and what it sent to whom."""

    port: int
    sent: dict[str, list[Any]] = field(default_factory=dict)

    def alerts(self) -> list[Any]:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/api/v2/alerts")
        return list(answer.json())


@contextmanager
def alertmanager(config: Path) -> Iterator[Alertmanager]:
    """It runs on that configuration, and sends to us."""
    binary, port = program("prometheus-alertmanager"), free_port()
    running = Alertmanager(port)
    with _sink(running.sent) as receiver:
        change(config, {
            "127.0.0.1:9099": f"127.0.0.1:{receiver}", "group_wait: 30s": "group_wait: 0s",
        })  # fmt: skip
        command = [
            binary, f"--config.file={config}", f"--storage.path={config.parent / 'alerts'}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
            "--log.level=warn",
        ]  # fmt: skip
        log = config.parent / "alertmanager.log"
        with _running(command, log, f"http://127.0.0.1:{port}/-/ready"):
            yield running


@contextmanager
def _running(command: list[str], log: Path, ready: str) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return httpx.get(ready).is_success
        except httpx.TransportError:
            return False

    try:
        eventually(answers)
        yield
    finally:
        process.terminate()
        process.wait(120)


@contextmanager
def _sink(sent: dict[str, list[Any]]) -> Iterator[int]:
    """Takes what Alertmanager sends, by the receiver's name."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            sent.setdefault(self.path.strip("/"), []).extend(told["alerts"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taker) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()
