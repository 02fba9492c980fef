"""The jars of Apache Kafka, fetched once from Maven Central and checked against a lock.

`jars.lock` names each jar and its SHA-256, as `requirements.lock` does for Python: what runs
is what was reviewed, and after the first use no network is needed. Running this module
(`python -m ketensluis.kafka.jars`) resolves the versions again and rewrites the lock.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ketensluis.errors import KetensluisError, Unavailable

if TYPE_CHECKING:
    from jgo.maven import MavenContext

__all__ = ["Jar", "default_cache", "jars", "locked"]

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
# Kafka 4 logs through slf4j 1.7, so this binding and not log4j-slf4j2-impl.
LOGGING = (
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4",
    "org.apache.logging.log4j:log4j-core:2.25.4",
)
_LOCK = Path(__file__).with_name("jars.lock")

Progress = Callable[[int, int], None]
"""Called with the number of jars that are there, and the number that there will be."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar, by its Maven coordinates, with the SHA-256 of its bytes in hexadecimal."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.artifact}-{self.version}.jar"


def locked() -> tuple[Jar, ...]:
    """The jars of the lock, in the order of the class path."""
    lines = _LOCK.read_text(encoding="ascii").splitlines()
    return tuple(Jar(*line.replace(" ", ":").split(":")) for line in lines)


def default_cache() -> Path:
    """Where this platform keeps what a user's programs can fetch again.

    `KETENSLUIS_CACHE` overrides it.
    """
    if chosen := os.environ.get("KETENSLUIS_CACHE"):
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ketensluis"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ketensluis"


def jars(cache: Path, progress: Progress) -> list[Path]:
    """The jars' files in the order of the class path, fetched into `cache` if not there yet.

    The folder appears whole or not at all, so two first uses at once, or one that is cut off,
    leave nothing half done.

    Raises:
        Unavailable: `kafka_jars_unavailable`, a jar could not be fetched.
        KetensluisError: `kafka_jar_altered`, a jar has other bytes than the lock says.
    """
    wanted = locked()
    whole = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]
    folder = cache / f"kafka-{whole}"
    if not all((folder / jar.name).is_file() for jar in wanted):
        _fetch(wanted, folder, progress)
    return [folder / jar.name for jar in wanted]


def _fetch(wanted: tuple[Jar, ...], folder: Path, progress: Progress) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as scratch:
        complete = Path(scratch) / "complete"
        complete.mkdir()
        context = _maven(Path(scratch) / "repository")
        for done, jar in enumerate(wanted):
            progress(done, len(wanted))
            file = _download(context, jar.group, jar.artifact, jar.version)
            if hashlib.sha256(file.read_bytes()).hexdigest() != jar.sha256:
                raise KetensluisError(
                    "kafka_jar_altered",
                    f"{jar.name} as fetched is not the jar that the lock names",
                    "find out what stands between you and Maven Central, then try again",
                )
            file.rename(complete / jar.name)
        progress(len(wanted), len(wanted))
        _put(complete, folder, wanted)


def _put(complete: Path, folder: Path, wanted: tuple[Jar, ...]) -> None:
    try:
        complete.rename(folder)
    except OSError:
        # Someone else was first, or jars were deleted from the folder: fill what lacks.
        for jar in wanted:
            if not (folder / jar.name).is_file():
                (complete / jar.name).replace(folder / jar.name)


def _maven(repository: Path) -> MavenContext:
    try:
        from jgo.maven import MavenContext  # noqa: PLC0415 - only the extra `local` has it
    except ImportError as error:
        raise KetensluisError(
            "local_kafka_not_installed",
            "the parts that run Apache Kafka on this machine are not installed",
            "pip install 'ketensluis[local]', or name a cluster with --broker HOST:PORT",
        ) from error
    return MavenContext(repo_cache=repository)


def _download(context: MavenContext, group: str, artifact: str, version: str) -> Path:
    try:
        return context.project(group, artifact).at_version(version).artifact().resolve()
    except (OSError, RuntimeError) as error:
        # requests' errors are OSErrors; jgo raises RuntimeError for what no repository has.
        raise Unavailable(
            "kafka_jars_unavailable",
            f"{artifact}-{version}.jar could not be fetched from Maven Central",
            "connect to the network for this first use, or name a cluster with --broker",
        ) from error


def _resolved(repository: Path) -> Iterator[Jar]:
    """What the versions above need, resolved anew.

    Kafka and its logging are resolved apart: together, jgo lets the managed versions of the
    one (log4j's build names a kafka-clients 3.9) win over the direct ones of the other.
    """
    import jgo  # noqa: PLC0415 - only the extra `local` has it

    context = _maven(repository)
    seen = set()
    for endpoint in (KAFKA, "+".join(LOGGING)):
        for found in jgo.resolve(endpoint):
            if (name := (found.groupId, found.artifactId)) not in seen:
                seen.add(name)
                file = _download(context, *name, found.version)
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                yield Jar(*name, found.version, digest)


def _rewrite_lock() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        lines = [
            f"{j.group}:{j.artifact}:{j.version} {j.sha256}\n" for j in _resolved(Path(scratch))
        ]
    _LOCK.write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    _rewrite_lock()
