"""Where a reader of numbered rows is: the highest number seen, and what was skipped below it.

A number is handed out before its transaction commits, so a lower one can appear after a higher
one. Numbers that were skipped are asked for again for an hour (choice) before they count as
never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

__all__ = ["Gap", "Marks"]

_KEPT_SECONDS = 3600
# The position is kept in the metadata of a Kafka offset, which holds 4 KiB.
_MOST = 64


class Gap(msgspec.Struct, frozen=True, array_like=True):
    """Numbers from `first` to `last` that were not there, at `since` (seconds, epoch, UTC)."""

    first: int
    last: int
    since: int


class Marks(msgspec.Struct, frozen=True):
    """The position: `mark` is the highest number seen, None before the first row."""

    mark: int | None = None
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> Marks:
        """The position in its stored form."""
        return msgspec.json.decode(text, type=cls) if text else cls()

    def text(self) -> str:
        """The stored form: at most 4,096 bytes, as Kafka's offset.metadata.max.bytes."""
        return msgspec.json.encode(self).decode()

    def after(self, numbers: Sequence[int], at: int) -> tuple[Marks, int]:
        """The position once rows with these numbers were taken, and how many gaps it gave up.

        Before the first row that was ever seen there are no gaps, only history.
        """
        taken = sorted(numbers)
        begin = taken[0] if self.mark is None else self.mark
        edges = [begin, *(number for number in taken if number > begin)]
        kept = [
            part
            for gap in self.gaps
            if at - gap.since < _KEPT_SECONDS
            for part in _around(gap, taken)
        ]
        fresh = [Gap(low + 1, high - 1, at) for low, high in pairwise(edges) if high - low > 1]
        gaps = (*kept, *fresh)
        return Marks(edges[-1], gaps[-_MOST:]), max(0, len(gaps) - _MOST)


def _around(gap: Gap, taken: Iterable[int]) -> Iterator[Gap]:
    """What is left of a gap once some of its numbers have come."""
    edges = [gap.first - 1, *(n for n in taken if gap.first <= n <= gap.last), gap.last + 1]
    for low, high in pairwise(edges):
        if high - low > 1:
            yield Gap(low + 1, high - 1, gap.since)
