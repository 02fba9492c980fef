"""What retention took away, as the hub signed before it did: it explains what is not there."""

from __future__ import annotations

import re
from typing import Final

from ketensluis.envelope.opening import Decode
from ketensluis.model.record import Record
from ketensluis.model.removal import Removal

__all__ = ["Removals"]

_PLACE: Final = re.compile(r"(.+)\[(\d+)\]@(\d+)")


class Removals:
    """Up to where each partition was emptied, and the messages that went."""

    def __init__(self) -> None:
        self._up_to: dict[tuple[str, int], int] = {}
        self._messages: set[str] = set()

    def take(self, record: Record, decode: Decode) -> None:
        """One removal on record.

        Raises:
            Refused: it cannot be read.
        """
        told = decode(record.value or b"", Removal)
        place = told.topic, told.partition
        self._up_to[place] = max(told.up_to, self._up_to.get(place, 0))
        self._messages.update(told.messages)

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
