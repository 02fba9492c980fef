"""Runs `sluis` in this process, as its entry point runs it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ketensluis.cli.main import main


class Done(NamedTuple):
    """What a command ended with, and what it said."""

    code: int
    out: str
    err: str


Sluis = Callable[..., Done]


@pytest.fixture
def sluis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Sluis:
    """A command in an empty folder, without settings of the shell that the tests run in."""
    for name in [name for name in os.environ if name.startswith("KETENSLUIS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        monkeypatch.setattr("sys.argv", ["sluis", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Done(code, said.out, said.err)

    return run
