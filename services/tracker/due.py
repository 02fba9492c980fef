"""Which incident wants to be looked at next, without walking the table each second."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from services.tracker.remembered import NEVER

__all__ = ["DueIndex"]


class DueIndex:
    """Moments of incidents, soonest first; moments are microseconds since the epoch.

    A changed moment leaves the old one in the heap, to be passed over when it comes up.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, bytes]] = []
        self._current: dict[tuple[int, bytes], int] = {}

    def __len__(self) -> int:
        """How many incidents wait for a moment."""
        return len(self._current)

    def set(self, partition: int, key: bytes, moment: int) -> None:
        """The incident's next moment; `NEVER` if it waits for none."""
        if moment == NEVER:
            self._current.pop((partition, key), None)
        elif self._current.get((partition, key)) != moment:
            self._current[partition, key] = moment
            heappush(self._heap, (moment, partition, key))

    def first(self) -> int | None:
        """The soonest moment, or None."""
        while self._heap:
            moment, partition, key = self._heap[0]
            if self._current.get((partition, key)) == moment:
                return moment
            heappop(self._heap)
        return None

    def due(self, now: int, most: int) -> list[tuple[int, bytes]]:
        """At most so many incidents whose moment has come, soonest first.

        They stay in the index until their moment is set anew, so that nothing is forgotten
        when whoever asked does not get to the end.
        """
        found: list[tuple[int, bytes]] = []
        again: list[tuple[int, int, bytes]] = []
        while self._heap and self._heap[0][0] <= now and len(found) < most:
            entry = heappop(self._heap)
            moment, partition, key = entry
            if self._current.get((partition, key)) == moment:
                found.append((partition, key))
                again.append(entry)
        for entry in again:
            heappush(self._heap, entry)
        return found

    def rebuild(self, entries: Iterable[tuple[int, bytes, int]]) -> None:
        """Begin anew with these partitions, keys and moments."""
        self._current = {
            (partition, key): moment for partition, key, moment in entries if moment != NEVER
        }
        self._heap = [(at, partition, key) for (partition, key), at in self._current.items()]
        heapify(self._heap)
