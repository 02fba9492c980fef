"""The diary of a replay: what is done of it, in a file, so that the same command goes on there.

It has ids, codes, digests and counts as the report has them, and no content. It is written
anew as a whole and takes the old one's place at once: whenever the program is killed, one or
the other is there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from ketensluis.cli.replay_asked import Asked, Done, Mark
from ketensluis.errors import KetensluisError

__all__ = ["Basis", "Diary"]

_NAMES: Final = {
    "asked": "other records (--since, --until, --partition, --offsets)",
    "cluster": "another cluster",
    "rules": "other agreements or reference data",
    "program": "another version of the program",
}


class Basis(msgspec.Struct, frozen=True):
    """What a replay is of: where one of these is another, so is the replay.

    Attributes:
        asked: what it was asked.
        cluster: the cluster's id.
        rules: a digest of the agreements and the reference data.
        program: the program's version.
    """

    asked: Asked
    cluster: str
    rules: str
    program: str

    def otherwise(self, than: Basis) -> list[str]:
        """What is another than there, in words."""
        return [said for name, said in _NAMES.items() if getattr(self, name) != getattr(than, name)]


class _Pages(msgspec.Struct, frozen=True):
    basis: Basis
    done: dict[int, Done]
    marks: dict[int, Mark]


@dataclass
class Diary:
    """What is done of a replay, and how far it is; without a file, nothing outlives the program.

    `done` are the partitions that are, `marks` say how far the others are.
    """

    path: Path | None
    basis: Basis
    done: dict[int, Done] = field(default_factory=dict)
    marks: dict[int, Mark] = field(default_factory=dict)
    _counts: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def opened(cls, path: Path | None, basis: Basis) -> Diary:
        """The diary in the file, or an empty one if there is no such file.

        Raises:
            KetensluisError: `another_replay`, the file is of another one, or no diary.
        """
        if path is None or not path.exists():
            return cls(path, basis)
        said = f"{path} is not the diary of a replay"
        with suppress(msgspec.MsgspecError):
            pages = msgspec.json.decode(path.read_bytes(), type=_Pages)
            if pages.basis == basis:
                return cls(path, basis, pages.done, pages.marks)
            said = f"{path} is of another replay: {', '.join(pages.basis.otherwise(basis))}"
        raise KetensluisError(
            "another_replay", said, "name another file, or remove this one to begin anew"
        )

    def told(self, number: int, count: int, expected: int, mark: Mark | None = None) -> None:
        """Remember how far a partition is."""
        self._counts[number] = count, expected
        if mark is not None:
            self.marks[number] = mark
            self._write()

    def finished(self, number: int, done: Done) -> None:
        """Remember what came of a partition."""
        self.done[number] = done
        self.marks.pop(number, None)
        self._counts.pop(number, None)
        self._write()

    def stopped(self) -> str:
        """Where it stopped, and what becomes of that."""
        if self.path is None:
            far, then = self._counts, "begins anew; with --resume FILE it goes on from there"
        else:
            far = {each: (mark.records, mark.expected) for each, mark in self.marks.items()}
            then = "goes on from there"
        where = [
            f"partition {number} at {count:,} of {expected:,} records"
            for number, (count, expected) in sorted(far.items())
        ]
        done = f"{len(self.done)} partitions done"
        return f"stopped with {', '.join([done, *where])}: the same command {then}"

    def _write(self) -> None:
        if self.path is None:
            return
        beside = self.path.with_name(f".{self.path.name}")
        with beside.open("wb") as file:
            file.write(msgspec.json.encode(_Pages(self.basis, self.done, self.marks)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
