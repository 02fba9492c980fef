"""The workers of the hub as child processes: started, watched, started again, stopped.

A worker ends with the process that started it, however that ends: it holds the reading end of
a pipe whose writing end only its parent has.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

from ketensluis.errors import KetensluisError
from ketensluis.runtime.settings import Settings

__all__ = ["SERVICES", "SHOWING", "WITNESSES", "Worker", "Workers", "port_in", "with_log"]

SERVICES = ("disclosure", "responses", "dossiers", "tracker", "journal", "witness")
"""The chain: what a message passes, and what proves it."""
SHOWING = ("worklist", "provisions")
"""What people ask: it follows the chain, and holds nothing up."""
# One of each kind of party (choice); who runs a connector of its own witnesses there.
WITNESSES = ("police", "om:limburg", "vt:zeeland")
_ARGUMENTS = {"witness": ("--party", ",".join(WITNESSES))}

_READY_SECONDS = 120.0
_POLL_SECONDS = 0.1
_ANSWER_SECONDS = 2.0
_STOP_SECONDS = 30.0
_LAST_LINES = 5


class _LogLine(msgspec.Struct):
    event: str = ""
    port: int | None = None


def port_in(log: Path) -> int | None:
    """Where the worker of that log serves health and metrics, once it has said so."""
    for line in log.read_bytes().splitlines():
        try:
            told = msgspec.json.decode(line, type=_LogLine)
        except msgspec.MsgspecError:
            continue
        if told.event == "worker_started" and told.port:
            return told.port
    return None


@dataclass
class Worker:
    """One worker: its name, its process, and the log that it writes."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int | None:
        """Where it serves health and metrics, once it has said so."""
        return port_in(self.log)

    def ready(self) -> bool:
        """Whether it has its partitions and its memory."""
        port = self.port
        if port is None:
            return False
        # Not httpx, which reads all certificates of the system for each question.
        asking = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
        try:
            asking.request("GET", "/readyz")
            return asking.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            asking.close()

    def last_words(self) -> str:
        """The end of its log, on one line."""
        lines = self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return " | ".join(lines)


@dataclass
class Workers:
    """All workers of one chain; `own` are the settings of those that have others."""

    settings: Settings
    names: Sequence[str] = SERVICES
    own: Mapping[str, Settings] = field(default_factory=dict)
    running: dict[str, Worker] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        try:
            for name in self.names:
                self.start(name)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str) -> Worker:
        """Start one worker, where people found it if it ran before; its log is begun anew."""
        if (before := self.running.get(name)) and before.port:
            self._ports[name] = before.port
        logs = self.settings.home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        path = logs / f"{name}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program, by our own interpreter
                [
                    *(sys.executable, "-m", "ketensluis", "run", name, "--with-parent"),
                    *_ARGUMENTS.get(name, ()),
                ],
                env={
                    **os.environ,
                    **_environment(self.own.get(name, self.settings), name, self._ports.get(name)),
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self.running[name] = Worker(name, path, process)
        return self.running[name]

    def wait_ready(self) -> None:
        """Return when every worker is ready.

        Raises:
            KetensluisError: `worker_died` or `worker_slow`, with the end of its log.
        """
        deadline = time.monotonic() + _READY_SECONDS
        waiting = dict(self.running)
        while waiting:
            waiting = {name: each for name, each in waiting.items() if not each.ready()}
            for name, each in waiting.items():
                if each.process.poll() is not None:
                    raise KetensluisError("worker_died", f"{name} ended: {each.last_words()}")
                if time.monotonic() > deadline:
                    raise KetensluisError(
                        "worker_slow",
                        f"{name} was not ready in {_READY_SECONDS:.0f} s: {each.last_words()}",
                    )
            time.sleep(_POLL_SECONDS)

    def revive(self, told: Callable[[str], None]) -> None:
        """Start again what has died, and tell of it."""
        for name, each in list(self.running.items()):
            code = each.process.poll()
            if code is not None:
                self.start(name)
                told(f"{name} ended with code {code} and was started again; log: {each.log}")

    def stop(self) -> None:
        """Ask all to finish what they have in hand, and end those that do not."""
        for each in self.running.values():
            if each.process.poll() is None:
                each.process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for each in self.running.values():
            try:
                each.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                each.process.kill()
                each.process.wait()
            if each.process.stdin:
                each.process.stdin.close()


def with_log(settings: Settings) -> Settings:
    """The settings with an address at which the log will be served on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return settings.model_copy(update={"journal_url": f"http://127.0.0.1:{port}/log"})


def _environment(settings: Settings, name: str, port: int | None) -> dict[str, str]:
    """The settings as the environment of a child, with the HTTP port that it had, or a free one.

    But the journal serves its log where the others look for it, from the first start on.
    """
    given = settings.model_dump(mode="json", exclude_unset=True) | {"http_port": port or 0}
    if name == "journal" and settings.journal_url is not None:
        given["http_port"] = urlsplit(settings.journal_url).port
    return {
        f"KETENSLUIS_{name.upper()}": str(value)
        for name, value in given.items()
        if value is not None
    }
