"""A page of the documentation as what its reader types, and what they then see."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from chain_rig import _CLEAN

PAGES = Path(__file__).parents[1] / "docs"
_STEP = re.compile(r"^```sh\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(?:sh|text)$", re.MULTILINE)


class Step(NamedTuple):
    """What the reader types, and what the page says that they see."""

    commands: str
    shown: list[str]


def steps(page: Path) -> list[Step]:
    """Every command of the page; each has what it shows."""
    text = page.read_text(encoding="utf-8")
    found = [Step(commands, shown.splitlines()) for commands, shown in _STEP.findall(text)]
    assert len(_FENCE.findall(text)) == 2 * len(found)
    return found


def seen(shown: list[str], said: str) -> bool:
    """Whether the lines stand in what was said, in their order; `…` stands for anything."""
    rest = iter(said.splitlines())
    return all(
        any(re.fullmatch(pattern, line.rstrip()) for line in rest)
        for pattern in (re.escape(line).replace("…", ".*") for line in shown)
    )


def shell(folder: Path) -> dict[str, str]:
    """The environment of a terminal in which `sluis` and `python` are on the path."""
    bin_ = folder / "bin"
    bin_.mkdir()
    # No links: a link to the program of an environment forgets the environment's packages.
    for name, is_called in (("sluis", " -m ketensluis"), ("python", "")):
        program = bin_ / name
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{is_called} "$@"\n')
        program.chmod(0o755)
    return {**_CLEAN, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}


def typed(commands: str, terminal: dict[str, str], folder: Path) -> str:
    """What a terminal shows when this is typed in it."""
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


def started(
    command: str, terminal: dict[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """A terminal in which this runs on; what it shows goes to the log."""
    with log.open("wb") as output:
        return subprocess.Popen(
            ["/bin/bash", "-c", f"exec env {command}"],
            env=terminal, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
