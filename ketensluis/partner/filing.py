"""Files of a desk: whole or not at all, and on the disk before anyone is told.

A program that is killed leaves whole files, as each gets its name when it is complete. A
machine that loses its power may lose or spoil what was not synced: so all files of a batch are
synced, at one go, before the batch counts as taken. Until then they are written again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ketensluis.errors import Unavailable

__all__ = ["arrived_at", "filing", "sync", "write"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@contextmanager
def filing() -> Iterator[None]:
    """Inside, a folder that cannot be read or written to is `Unavailable`: a full disk heals."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "folder_unavailable",
            f"the desk's files cannot be read or written: {error.strerror or 'unknown'}",
            "see to room on the disk and to the rights on the folder; nothing was lost",
        ) from error


def write(path: Path, content: bytes, *, arrived: datetime | None = None) -> None:
    """Write the whole file or none of it; `arrived` becomes its time of modification."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    if arrived is not None:
        nanoseconds = (arrived - _EPOCH) // _MICROSECOND * 1000
        os.utime(beside, ns=(nanoseconds, nanoseconds))
    beside.replace(path)


def arrived_at(path: Path) -> datetime | None:
    """The time of modification of a file; None if it is not there."""
    try:
        return _EPOCH + path.stat().st_mtime_ns // 1000 * _MICROSECOND
    except FileNotFoundError:
        return None


def sync(files: Iterable[Path]) -> None:
    """Return when these files, and their names, are on the disk; one that is gone is passed."""
    files = list(files)
    for path in (*files, *{each.parent for each in files}):
        with contextlib.suppress(FileNotFoundError):
            number = os.open(path, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
