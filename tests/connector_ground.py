"""The topics of the chain on the session's Kafka, everyone's keys, and connectors as programs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_mail import CODEC

from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.pki import demo_parties, make_demo_pki
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.scan import scan
from ketensluis.kafka.topics import plan
from ketensluis.model.record import Output, Record
from ketensluis.model.resources import resource
from ketensluis.runtime.clock import milliseconds
from ketensluis.runtime.settings import Settings

_DEADLINE = 90.0


@dataclass
class Ground:
    """What a connector stands on: a cluster, a PKI, and a folder for all that is left behind."""

    bootstrap: str
    pki: Path
    home: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(bootstrap=self.bootstrap, home=self.home, pki=self.pki)

    def sealer(self, party: str) -> Sealer:
        return Sealer(self._identity(party), Directory.load(self.pki), CODEC.encode)

    def opener(self, party: str) -> Opener:
        return Opener(self._identity(party), Directory.load(self.pki), CODEC.decode)

    def _identity(self, party: str) -> Identity:
        return Identity.load(self.pki, party)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """`sluis run ...`, with its log in `home/log`."""
        own = {
            "KETENSLUIS_BOOTSTRAP": self.bootstrap,
            "KETENSLUIS_HOME": str(self.home),
            "KETENSLUIS_PKI": str(self.pki),
            **{f"KETENSLUIS_{name.upper()}": value for name, value in environment.items()},
        }
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "ketensluis", "run", *arguments],
                env={**os.environ, **own},
                stderr=log,
            )
        self.running.append(process)
        return process

    def log(self) -> list[dict[str, Any]]:
        """What the programs said, line by line; a line that is no JSON is a clear error."""
        lines = (self.home / "log").read_text().splitlines() if self.running else []
        return [json.loads(line) if line.startswith("{") else {"error": line} for line in lines]

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log() if line.get("event") == event]

    def publish(self, outputs: list[Output]) -> None:
        async def publish() -> None:
            async with Publisher(self.bootstrap) as publisher:
                at = milliseconds(datetime.now(UTC))
                await publisher.publish(outputs, timestamp_ms=at)

        asyncio.run(publish())

    def committed(self, *topics: str) -> list[Record]:
        """Every committed record of the topics."""

        async def read() -> list[Record]:
            return [record async for record in scan(self.bootstrap, list(topics))]

        return asyncio.run(read())


def kill(process: subprocess.Popen[bytes]) -> None:
    """End it at once, whatever it is doing."""
    process.kill()
    process.wait()


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask it to stop, and say its exit code."""
    process.terminate()
    return process.wait(_DEADLINE)


@pytest.fixture(scope="session")
def laid(kafka: LocalKafka, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All topics of the chain on that cluster; the folder of everyone's keys."""
    folder = tmp_path_factory.mktemp("pki")
    asyncio.run(_lay(kafka.bootstrap))
    parties = demo_parties(resource("reference") / "gemeenten.csv")
    make_demo_pki(folder, parties, datetime.now(UTC))
    return folder


async def _lay(bootstrap: str) -> None:
    await apply(bootstrap, plan())


@pytest.fixture
def ground(kafka: LocalKafka, laid: Path, tmp_path: Path) -> Iterator[Ground]:
    home = tmp_path / "home"
    home.mkdir()
    found = Ground(kafka.bootstrap, laid, home)
    yield found
    for process in found.running:
        kill(process)


@pytest.fixture
def prefix() -> str:
    """What the incidents of one test begin with, so that tests share topics."""
    return f"PL0100-{uuid.uuid4().hex[:10]}"
