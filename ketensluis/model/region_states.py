"""What the map of regions says on a day, as a digest: an edit afterwards is found by it.

The digest is of the map as it is read on that day: each municipality that has existed by then,
what it is read as, and the unit and regions that this belongs to. What begins later, and that
something ends one day, changes nothing of what it said before.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Final

from ketensluis.model.regions import RegionMap

__all__ = ["RegionStates"]

_FIRST: Final = 0


@dataclass(frozen=True, slots=True)
class RegionStates:
    """The days on which the map changes, in order, and the digest of what it says from then on."""

    days: tuple[date, ...]
    digests: tuple[str, ...]

    @classmethod
    def of(cls, regions: RegionMap) -> RegionStates:
        """The states of a map."""
        every = [one for periods in regions.periods.values() for one in periods]
        begun = {one.valid_from for one in every}
        ended = {one.valid_until for one in every if one.valid_until is not None}
        days = tuple(sorted(begun | ended))
        return cls(days, tuple(_digest(regions, day) for day in days))

    def on(self, day: date) -> str:
        """The digest of what the map says on that day; before it begins, of its earliest state."""
        return self.digests[max(bisect_right(self.days, day) - 1, _FIRST)]


def _digest(regions: RegionMap, day: date) -> str:
    """SHA-256, hexadecimal, of one line of JSON for each municipality, in the order of codes."""
    said = hashlib.sha256()
    for code, periods in sorted(regions.periods.items()):
        if periods[0].valid_from <= day:
            one = regions.municipality(code, day).municipality
            line = [code, one.code, one.name, one.safety_region, one.unit, one.region]
            said.update(json.dumps(line).encode() + b"\n")
    return said.hexdigest()
