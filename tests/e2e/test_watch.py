"""`sluis watch` in a terminal: what is new appears while it runs, and it ends when asked."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from chain_rig import Chain, end, ndjson, registration
from waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

INCIDENT = "PL0100-1999000007"


class Screen:
    """All that a program has written to a terminal."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        os.set_blocking(self._ours, False)
        self._said = ""

    def shows(self, *words: str) -> bool:
        try:
            while more := os.read(self._ours, 65_536):
                self._said += more.decode(errors="replace")
        except OSError:  # nothing more by now, or the program has gone
            pass
        return all(word in self._said for word in words)

    def close(self) -> None:
        os.close(self._ours)


def test_a_new_alarm_appears_while_it_runs_and_an_interrupt_ends_it(chain: Chain, tmp_path: Path):
    screen = Screen()
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith("KETENSLUIS_")
    }
    process: subprocess.Popen[bytes] = subprocess.Popen(
        [sys.executable, "-m", "ketensluis", "watch", "--home", str(chain.home)],
        env={**settings, "COLUMNS": "200", "LINES": "24", "TERM": "xterm"},
        stdin=screen.theirs, stdout=screen.theirs, stderr=screen.theirs,
    )  # fmt: skip
    os.close(screen.theirs)
    try:
        eventually(lambda: screen.shows("balance", "newest alarms", "unaccounted, or on its way"))
        assert not screen.shows(INCIDENT)
        # Signs of violence that nobody has looked at for months: overdue as soon as it is known.
        line = registration(0, incident_id=INCIDENT, project_codes=[])
        assert chain.json("send", ndjson(tmp_path / "one.ndjson", [line]))["sent"] == 1
        eventually(lambda: screen.shows(INCIDENT, "decision"))
    finally:
        code = end(process, signal.SIGINT)
        screen.close()
    assert code == 0
