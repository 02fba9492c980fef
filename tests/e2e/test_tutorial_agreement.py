"""`docs/tutorial-agreement.md`, typed as it stands there."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from chain_rig import end
from page_steps import PAGES, seen, shell, started, steps, typed
from waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def test_every_command_of_the_agreement_tutorial_shows_what_the_page_says(tmp_path: Path):
    terminal, folder = shell(tmp_path), tmp_path / "work"
    folder.mkdir()
    log, running = tmp_path / "up.log", None
    try:
        for step in steps(PAGES / "tutorial-agreement.md"):
            if step.commands.rstrip().endswith("sluis up"):
                running = started(step.commands, terminal, folder, log)
                eventually(lambda shown=step.shown: seen(shown, log.read_text()))
            elif step.commands.startswith("sluis explain"):
                # What the hub has yet to do shows when the reader looks again.
                eventually(lambda it=step: seen(it.shown, typed(it.commands, terminal, folder)))
            else:
                said = typed(step.commands, terminal, folder)
                assert seen(step.shown, said), f"{step.commands}\n{said}"
    finally:
        if running is not None:
            end(running, signal.SIGINT)
    assert running is not None
