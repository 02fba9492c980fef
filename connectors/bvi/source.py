"""A folder into which BVI lays files of incidents, one JSON object a line.

A file is complete when it bears its name: whoever writes it does so beside it and renames it.
Files are taken in the order of their names. What has been taken is moved to `taken`; how far
the taking was is told by a position, which its user stores with what it published, so that a
file is taken once even if the program is killed in the middle of it.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from ketensluis.errors import Unavailable
from ketensluis.model.intake import Line, read_lines
from ketensluis.model.regions import RegionMap
from ketensluis.partner.incident_feed import FeedLine

__all__ = ["Chunk", "FolderSource", "Source"]

_CHUNK_LINES = 1000
_CHUNK_BYTES = 4 * 2**20
_PATTERN = "*.ndjson"

_Stamp = tuple[int, int, int]


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
        """What lies beyond the position; asked for again, what has come since.

        Raises:
            Unavailable: it cannot be read now.
        """
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
        with _reading():
            files = list(self._files())
            # The position knows one file: that one is finished before another is begun.
            files.sort(key=lambda each: last is None or each[2] != last.file)
            for path, stamp, digest in files:
                done = last if last and last.file == digest else _Position(digest, 0, False)  # noqa: FBT003 - a Struct's field
                if not done.complete:
                    yield from self._chunks(path, done)
                    if _stamp(path) != stamp:
                        raise Unavailable(
                            "file_changed",
                            f"{path.name} was written to while it was read: it is taken anew",
                            "write a file beside the folder and rename it into it",
                        )
                    yield Chunk((), _text(msgspec.structs.replace(done, complete=True)))
                self._put_away(path, digest)

    def _files(self) -> Iterator[tuple[Path, _Stamp, str]]:
        for path in sorted(self.folder.glob(_PATTERN)):
            if path.is_file() and not path.name.startswith("."):
                with contextlib.suppress(FileNotFoundError):  # taken away by another program
                    yield path, _stamp(path), _digest(path)

    def _chunks(self, path: Path, done: _Position) -> Iterator[Chunk]:
        with path.open("rb") as file:
            lines = (line for line in read_lines(file, self.regions) if line.number > done.lines)
            for together in _batches(lines):
                kept = tuple(
                    FeedLine(f"{path.name}:{line.number}", line.result, line.raw)
                    for line in together
                )
                reached = msgspec.structs.replace(done, lines=together[-1].number)
                yield Chunk(kept, _text(reached))

    def _put_away(self, path: Path, digest: str) -> None:
        taken = self.folder / "taken"
        taken.mkdir(exist_ok=True)
        target = taken / path.name
        if target.exists():
            target = taken / f"{path.stem}.{digest[:12]}{path.suffix}"
        with contextlib.suppress(FileNotFoundError):
            path.replace(target)


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines by so many as one transaction carries."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line.raw)
        if len(batch) == _CHUNK_LINES or size >= _CHUNK_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "source_unavailable",
            f"the watched folder cannot be read: {error.strerror or 'unknown'}",
            "check the connector's rights on the folder, its files and its folder taken",
        ) from error


def _stamp(path: Path) -> _Stamp:
    """What changes when a file is written to or replaced."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    return hashlib.sha256(path.name.encode() + b"\0" + content).hexdigest()


def _text(position: _Position) -> str:
    return msgspec.json.encode(position).decode()
