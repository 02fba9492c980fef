"""Where a command reads the files of the log: served, or in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.options import Running
from ketensluis.errors import KetensluisError
from ketensluis.journal.tiles import Fetch
from ketensluis.partner.served_log import over_http
from ketensluis.runtime.settings import Settings

__all__ = ["LogFiles", "log_files"]

LogFiles = Annotated[
    str | None,
    typer.Option("--log", metavar="URL|DIR", help="The log's files; else those of the chain."),
]


def log_files(settings: Settings, given: str | None) -> Fetch | None:
    """The files that were named, or those that the running chain serves; None if neither is.

    Raises:
        KetensluisError: `no_log`, the folder that was named is not there.
    """
    running = Running.read(settings.home)
    named = given or settings.journal_url or (running.journal_url if running else None)
    if named is None:
        return None
    if named.startswith(("http://", "https://")):
        return over_http(named)
    folder = Path(named)
    if not (folder / "checkpoint").exists():
        raise KetensluisError(
            "no_log",
            f"{folder} does not hold the files of a log",
            "name the address or the folder that has `checkpoint` and `tile`",
        )
    return lambda path: (folder / path).read_bytes()
