"""What retention took away, as the hub signed before it did: it explains what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ketensluis.envelope.opening import Decode
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.removal import Removal

__all__ = ["Removals", "Removed"]

_PLACE: Final = re.compile(r"(.+)\[(\d+)\]@(\d+)")


class Removed(NamedTuple):
    """A removal, where it lies, and the first offset that it took away."""

    told: Removal
    lies_at: Coordinates
    begin: int


class Removals:
    """Up to where each partition was emptied, and the messages that went."""

    def __init__(self) -> None:
        self._up_to: dict[tuple[str, int], int] = {}
        self._messages: set[str] = set()
        self._on_record: dict[tuple[str, int, int], tuple[Removal, Coordinates]] = {}

    def take(self, record: Record, decode: Decode) -> None:
        """One removal on record.

        Raises:
            Refused: it cannot be read.
        """
        told = decode(record.value or b"", Removal)
        place = told.topic, told.partition
        self._up_to[place] = max(told.up_to, self._up_to.get(place, 0))
        self._messages.update(told.messages)
        self._on_record.setdefault((*place, told.up_to), (told, record.coordinates))

    def each(self) -> Iterator[Removed]:
        """Every removal, partition by partition, in the order in which they emptied it."""
        begins: dict[tuple[str, int], int] = {}
        for (topic, partition, up_to), (told, lies_at) in sorted(self._on_record.items()):
            yield Removed(told, lies_at, begins.get((topic, partition), 0))
            begins[topic, partition] = up_to

    def message(self, message_id: str | None) -> bool:
        """Whether that message went."""
        return message_id in self._messages

    def offset(self, topic: str, partition: int, offset: int) -> bool:
        """Whether what lay there went."""
        return offset < self._up_to.get((topic, partition), 0)

    def place(self, place: str) -> bool:
        """The same, of coordinates as a ledger event names them."""
        found = _PLACE.fullmatch(place)
        return found is not None and self.offset(found[1], int(found[2]), int(found[3]))
