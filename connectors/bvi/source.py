"""A folder into which BVI lays files of incidents, one JSON object a line.

A file is complete when it bears its name: whoever writes it does so beside it and renames it.
Files are taken in the order of their names. What has been taken is moved to `taken`; how far
the taking was is told by a position, which its user stores with what it published, so that a
file is taken once even if the program is killed in the middle of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from ketensluis.model.intake import read_lines
from ketensluis.model.regions import RegionMap
from ketensluis.partner.incident_feed import FeedLine

__all__ = ["Chunk", "FolderSource", "Source"]

_CHUNK_LINES = 1000
_PATTERN = "*.ndjson"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines to be published together, and the position that holds once they are."""

    lines: tuple[FeedLine, ...]
    position: str


class Source(Protocol):
    """Where incidents come from. `name` says where its position is kept."""

    @property
    def name(self) -> str: ...  # noqa: D102 - told above

    def read(self, position: str | None) -> Iterator[Chunk]:
        """What lies beyond the position; asked for again, what has come since."""
        ...


class _Position(msgspec.Struct, frozen=True):
    """Which file, by digest of name and content, and how many of its lines were taken."""

    file: str
    lines: int
    complete: bool


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The watched folder."""

    folder: Path
    regions: RegionMap

    @property
    def name(self) -> str:
        """The source's name, which says where its position is kept."""
        return "folder"

    def read(self, position: str | None) -> Iterator[Chunk]:
        """What has not been taken yet; each file is put away when its last chunk is behind it."""
        last = msgspec.json.decode(position, type=_Position) if position else None
        for path in sorted(self.folder.glob(_PATTERN)):
            file = _digest(path)
            done = last if last and last.file == file else _Position(file, 0, complete=False)
            if not done.complete:
                yield from self._chunks(path, done)
            self._put_away(path, file)

    def _chunks(self, path: Path, done: _Position) -> Iterator[Chunk]:
        count = done.lines
        with path.open("rb") as file:
            lines = (line for line in read_lines(file, self.regions) if line.number > done.lines)
            while found := list(islice(lines, _CHUNK_LINES)):
                count = found[-1].number
                kept = tuple(
                    FeedLine(f"{path.name}:{line.number}", line.result, line.raw) for line in found
                )
                yield Chunk(kept, _text(_Position(done.file, count, complete=False)))
        yield Chunk((), _text(_Position(done.file, count, complete=True)))

    def _put_away(self, path: Path, file: str) -> None:
        taken = self.folder / "taken"
        taken.mkdir(exist_ok=True)
        target = taken / path.name
        path.replace(taken / f"{path.stem}.{file[:12]}{path.suffix}" if target.exists() else target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    return hashlib.sha256(path.name.encode() + b"\0" + content).hexdigest()


def _text(position: _Position) -> str:
    return msgspec.json.encode(position).decode()
