"""What a replay is asked, what came of it, and how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from ketensluis.model.record import Record
from services.disclosure.replay import Difference, Erasure

__all__ = ["Asked", "Done", "Ends", "Mark", "Told"]


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


class Ends(msgspec.Struct, frozen=True):
    """Before which offsets a partition's incidents and ledger are read: as its replay began."""

    incidents: int
    ledger: int


class Mark(msgspec.Struct, frozen=True):
    """How far the replay of a partition is, and what it takes to go on from there: no content.

    Attributes:
        offset: of the next record.
        records: how many were decided again by now, of how many there are: `expected`.
        unfinished: incidents of the records so far that are to be decided again all the same,
            for the ledger tells more of them, or a difference is still to be explained by field.
        done: what came of it so far.
    """

    ends: Ends
    offset: int
    records: int
    expected: int
    unfinished: tuple[str, ...]
    done: Done


class Told(Protocol):
    """Hears how far a partition is; now and then with a mark, if it is to be remembered."""

    def __call__(self, number: int, count: int, expected: int, mark: Mark | None = None, /) -> None:
        """So many records of that partition were decided again, of so many."""
