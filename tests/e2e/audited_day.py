"""The day of `docs/tutorial-auditor.md`, typed as it stands there, and a copy of what it left."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chain_rig import end
from page_steps import PAGES, Step, seen, shell, started, steps, typed
from waiting import eventually

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Day:
    """The reader's folder, and what each step of the page showed beside what it should."""

    folder: Path
    said: list[tuple[Step, str]]


@contextmanager
def typed_day(root: Path) -> Iterator[Day]:
    """Type the page; the hub goes on running for as long as this lasts."""
    start, *others = steps(PAGES / "tutorial-auditor.md")
    terminal, folder = {**shell(root), "PROJECT": str(PROJECT)}, root / "work"
    folder.mkdir()
    log = root / "up.log"
    running = started(start.commands, terminal, folder, log)
    try:
        eventually(lambda: seen(start.shown, log.read_text()) or running.poll() is not None)
        said = [(start, log.read_text())]
        for step in others:
            shown = typed(step.commands, terminal, folder)
            if step.commands.startswith("sluis ledger"):  # what the hub has yet to do
                eventually(lambda it=step: seen(it.shown, typed(it.commands, terminal, folder)))
                shown = "\n".join(step.shown)
            said.append((step, shown))
        yield Day(folder, said)
    finally:
        end(running, signal.SIGINT)
