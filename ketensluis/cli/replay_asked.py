"""What a replay is asked, what came of it, and the diary of what it has done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from ketensluis.errors import KetensluisError
from ketensluis.model.record import Record
from services.disclosure.replay import Difference, Erasure

__all__ = ["Asked", "Diary", "Done"]


class Asked(msgspec.Struct, frozen=True):
    """What is compared: records of that time, and of these offsets; of one partition, or all."""

    begin: datetime | None
    end: datetime | None
    partition: int | None
    first: int
    last: int | None

    def compares(self, record: Record) -> bool:
        """Whether that record's decisions are compared."""
        at, offset = (
            record.sent_at,
            record.coordinates.offset,
        )
        return (
            (self.begin is None or self.begin <= at)
            and (self.end is None or at < self.end)
            and self.first <= offset
            and (self.last is None or offset <= self.last)
        )


class Done(msgspec.Struct, frozen=True):
    """What came of a partition; `compared` are the records that were of what was asked."""

    decided: int
    differences: tuple[Difference, ...]
    erased: tuple[Erasure, ...] = ()
    compared: int = 0


class _Pages(msgspec.Struct, frozen=True):
    asked: Asked
    agreements: str
    done: dict[int, Done]


@dataclass
class Diary:
    """What was done of a replay, in a file; without one, nothing is remembered."""

    path: Path | None
    asked: Asked
    agreements: str
    """A digest of the agreements: another set of them is another replay."""

    def read(self) -> dict[int, Done]:
        """The partitions that are done.

        Raises:
            KetensluisError: `another_replay`, the file is of another one, or no such file.
        """
        if self.path is None or not self.path.exists():
            return {}
        with suppress(msgspec.MsgspecError):
            pages = msgspec.json.decode(self.path.read_bytes(), type=_Pages)
            if (pages.asked, pages.agreements) == (self.asked, self.agreements):
                return pages.done
        raise KetensluisError(
            "another_replay",
            f"{self.path} is not the diary of this replay",
            "name another file, or remove this one to begin anew",
        )

    def write(self, done: dict[int, Done]) -> None:
        """Remember what is done by now."""
        if self.path is not None:
            beside = self.path.with_name(f".{self.path.name}")
            beside.write_bytes(msgspec.json.encode(_Pages(self.asked, self.agreements, done)))
            beside.replace(self.path)
