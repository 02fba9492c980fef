"""`docs/tutorial.md`, typed as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from chain_rig import _CLEAN, Chain, descendants, end, eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
_STEP = re.compile(r"^```sh\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(?:sh|text)$", re.MULTILINE)


class Step(NamedTuple):
    """What the reader types, and what the page says that they see."""

    commands: str
    shown: list[str]


def steps() -> Iterator[Step]:
    for commands, shown in _STEP.findall(PAGE.read_text(encoding="utf-8")):
        yield Step(commands, shown.splitlines())


def seen(shown: list[str], said: str) -> bool:
    """Whether the lines stand in what was said, in their order; `…` stands for anything."""
    rest = iter(said.splitlines())
    return all(
        any(re.fullmatch(pattern, line.rstrip()) for line in rest)
        for pattern in (re.escape(line).replace("…", ".*") for line in shown)
    )


def shell(folder: Path) -> dict[str, str]:
    """The environment of a terminal in which `sluis` is on the path."""
    bin_ = folder / "bin"
    bin_.mkdir()
    program = bin_ / "sluis"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m ketensluis "$@"\n')
    program.chmod(0o755)
    return {**_CLEAN, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}


def typed(commands: str, terminal: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        ["/bin/bash", "-c", commands],
        env=terminal,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


def test_every_command_of_the_tutorial_shows_what_the_page_says(tmp_path: Path):
    start, *others = steps()
    assert len(_FENCE.findall(PAGE.read_text(encoding="utf-8"))) == 2 * (1 + len(others))
    terminal, folder = shell(tmp_path), tmp_path / "work"
    folder.mkdir()
    log = folder / "up.log"
    with log.open("wb") as output:
        first = subprocess.Popen(
            ["/bin/bash", "-c", f"exec {start.commands}"],
            env=terminal, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
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
        assert first.wait(60) == 0
        assert everyone
    finally:
        end(first, signal.SIGKILL)


def looks(step: Step) -> bool:
    """Whether the step only looks, so that it can be taken again."""
    return step.commands.startswith(("sluis ledger", "sluis balance", "sluis quarantine list"))
