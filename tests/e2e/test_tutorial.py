"""`docs/tutorial.md`, typed as it stands there."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from chain_rig import Chain, descendants, end
from page_steps import PAGES, Step, seen, shell, started, steps, typed
from waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def test_every_command_of_the_tutorial_shows_what_the_page_says(tmp_path: Path):
    start, *others = steps(PAGES / "tutorial.md")
    terminal, folder = shell(tmp_path), tmp_path / "work"
    folder.mkdir()
    log = folder / "up.log"
    first = started(start.commands, terminal, folder, log)
    try:
        eventually(lambda: seen(start.shown, log.read_text()) or first.poll() is not None)
        assert seen(start.shown, log.read_text()), log.read_text()
        running = Chain(folder / ".ketensluis", "")
        for step in others:
            said = typed(step.commands, terminal, folder)
            # What the hub has yet to do shows when the reader looks again.
            deadline = time.monotonic() + 60
            while not seen(step.shown, said) and looks(step) and time.monotonic() < deadline:
                said = typed(step.commands, terminal, folder)
            assert seen(step.shown, said), f"{step.commands}\n{said}"
            running.wait_accounted()
        everyone = descendants(first.pid)
        first.send_signal(signal.SIGINT)
        assert first.wait(120) == 0
        assert everyone
    finally:
        end(first, signal.SIGKILL)


def looks(step: Step) -> bool:
    """Whether the step only looks, so that it can be taken again."""
    return step.commands.startswith(("sluis ledger", "sluis balance", "sluis quarantine list"))
