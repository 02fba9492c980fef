"""Which incident wants to be looked at next, without walking the table each second."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from services.tracker.remembered import NEVER

__all__ = ["DueIndex"]


class DueIndex:
    """Moments of the incidents of one partition, soonest first, in microseconds since 1970.

    A changed moment leaves the old one in the heap, to be passed over when it comes up.
    """

    def __init__(self, entries: Iterable[tuple[bytes, int]] = ()) -> None:
        self._current = {key: moment for key, moment in entries if moment != NEVER}
        self._heap = [(moment, key) for key, moment in self._current.items()]
        heapify(self._heap)

    def __len__(self) -> int:
        """How many incidents wait for a moment."""
        return len(self._current)

    def set(self, key: bytes, moment: int) -> None:
        """The incident's next moment; `NEVER` if it waits for none."""
        if moment == NEVER:
            self._current.pop(key, None)
        elif self._current.get(key) != moment:
            self._current[key] = moment
            heappush(self._heap, (moment, key))

    def first(self) -> int | None:
        """The soonest moment, or None."""
        while self._heap:
            moment, key = self._heap[0]
            if self._current.get(key) == moment:
                return moment
            heappop(self._heap)
        return None

    def due(self, until: int, most: int) -> list[bytes]:
        """At most so many incidents whose moment has come, soonest first.

        They stay in the index until their moment is set anew, so that nothing is forgotten
        when whoever asked does not get to the end.
        """
        found: dict[bytes, int] = {}
        while len(found) < most and (first := self.first()) is not None and first <= until:
            moment, key = heappop(self._heap)
            found[key] = moment
        for key, moment in found.items():
            heappush(self._heap, (moment, key))
        return list(found)
