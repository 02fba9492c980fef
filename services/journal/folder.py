"""The log's files: written whole or not at all, and on the disk before anything vouches for them.

Everything here is a function of the topic of entries. If the folder is lost, damaged or left
half written, it is made again from there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ketensluis.errors import KetensluisError
from ketensluis.journal.growing import Growing
from ketensluis.journal.notes import Note
from ketensluis.journal.tiles import Tile
from services.journal.process import Positions

__all__ = ["Kept", "LogFolder"]

_STATE: Final = "state.json"
_CHECKPOINT: Final = "checkpoint"
_COSIGNED: Final = "cosigned"
_KEYS: Final = "keys"


class _State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tiles hold: written last, so that it never promises what is not there."""

    size: int
    root: str
    next_offset: int
    positions: dict[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """The log as far as it is on disk, and where to go on reading the topic of entries."""

    growing: Growing
    positions: Positions
    next_offset: int


class LogFolder:
    """One log's folder; one process at a time writes to it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._unsynced: set[Path] = set()

    def fetch(self, path: str) -> bytes:
        """The content of a file of the log.

        Raises:
            FileNotFoundError: there is none.
        """
        return (self.path / path).read_bytes()

    def load(self) -> Kept | None:
        """The log as it was last settled; None if the files do not bear that out."""
        try:
            state = msgspec.json.decode(self.fetch(_STATE), type=_State)
            growing = Growing.resumed(state.size, self.fetch)
            if growing.root().hex() != state.root:
                return None
        except (OSError, msgspec.MsgspecError, KetensluisError):
            return None
        positions = {}
        for place, offset in state.positions.items():
            topic, _, partition = place.partition(" ")
            positions[topic, int(partition)] = offset
        return Kept(growing, positions, state.next_offset)

    def clear(self) -> None:
        """Begin anew."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._unsynced.clear()

    def keep(self, tiles: Iterable[Tile]) -> None:
        """Write tiles; they count from when they are settled."""
        for tile in tiles:
            path = self.path / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f".{path.name}").write_bytes(tile.content)
            path.with_name(f".{path.name}").replace(path)
            self._unsynced.add(path)

    def settle(self, kept: Kept) -> None:
        """Write the unfinished tiles, and return when all of the log is on the disk."""
        growing = kept.growing
        self.keep(growing.partial())
        full = [path for path in self._unsynced if path.parent.suffix != ".p"]
        for each in {*self._unsynced, *(path.parent for path in self._unsynced)}:
            _sync(each)
        self._unsynced.clear()
        positions = {f"{topic} {number}": at for (topic, number), at in kept.positions.items()}
        state = _State(
            size=growing.size,
            root=growing.root().hex(),
            next_offset=kept.next_offset,
            positions=positions,
        )
        self._write(_STATE, msgspec.json.encode(state))
        for path in full:
            # What was a part is whole now (tlog-tiles, Partial Tiles).
            shutil.rmtree(path.with_name(f"{path.name}.p"), ignore_errors=True)

    def publish(self, checkpoint: Note, announcements: Sequence[Note] = ()) -> None:
        """Show the checkpoint to whoever reads the log's files.

        Before it, where the log has had several keys, how they followed one another.
        """
        if announcements:
            self._write(_KEYS, msgspec.json.encode([str(each) for each in announcements]))
        self._write(_CHECKPOINT, str(checkpoint).encode())

    def show_cosigned(self, checkpoint: Note) -> None:
        """Show the newest checkpoint that enough witnesses have seen, beside it."""
        self._write(_COSIGNED, str(checkpoint).encode())

    def _write(self, name: str, content: bytes) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        beside = self.path / f".{name}"
        beside.write_bytes(content)
        _sync(beside)
        beside.replace(self.path / name)
        _sync(self.path)


def _sync(path: Path) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
