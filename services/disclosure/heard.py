"""The ledger's events as they lie, by incident: decoded only where they are not as expected.

An event that was made again is encoded, which takes a third of the time that decoding one does;
where the bytes are those on the ledger, so is all that they say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, KeysView, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import INCIDENTS, REQUESTS
from ketensluis.model.record import Coordinates

__all__ = ["Glimpse", "Heard", "glimpse"]

_FRAME: Final = 5  # bytes before the Avro encoding
_LONGEST: Final = 0x80  # lengths are doubled (zigzag); from this on they take more than a byte

_RECORD: Final = f"{INCIDENTS}[".encode()
_REQUEST: Final = f"{REQUESTS}[".encode()

Skipped = Callable[[Coordinates, Refused], None]


class Glimpse(NamedTuple):
    """What an encoded event says first, after its own id."""

    kind: str
    incident_id: str


def glimpse(value: bytes) -> Glimpse | None:
    """Kind and incident of an encoded event; None where that cannot be told at a glance."""
    try:
        kind_at = _after(value, _FRAME)
        incident_at = _after(value, kind_at)
        return Glimpse(
            value[kind_at + 1 : incident_at].decode(),
            value[incident_at + 1 : _after(value, incident_at)].decode(),
        )
    except (IndexError, UnicodeDecodeError):
        return None


def _after(value: bytes, at: int) -> int:
    """Where the text that begins there with its length ends.

    Raises:
        IndexError: the value ends before, or the length takes more than a byte.
    """
    twice = value[at]
    end = at + 1 + twice // 2
    if twice >= _LONGEST or twice % 2 or end > len(value):
        raise IndexError
    return end


def _naming(place: str) -> bytes:
    """A text as it is encoded, with its length before it; of a place that is less than a byte."""
    return bytes([2 * len(place)]) + place.encode()


@dataclass
class Heard:
    """Encoded events by incident, in their order; `skipped` hears of those that are none."""

    encode: Callable[[LedgerEvent], bytes]
    decode: Callable[[bytes], LedgerEvent]
    skipped: Skipped
    _values: dict[str, list[tuple[bytes, Coordinates]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    records: int = 0
    """How many records they tell of, as far as the events of each lie together."""
    _newest: bytes = b""

    def add(self, incident_id: str, value: bytes, place: Coordinates) -> None:
        """Take in an event of that incident, which lies there."""
        self._values[incident_id].append((value, place))
        at = value.find(_RECORD)
        told = value[at : at + value[at - 1] // 2]
        if told != self._newest:
            self._newest = told
            self.records += 1

    @property
    def incidents(self) -> KeysView[str]:
        """The incidents of which there are events still."""
        return self._values.keys()

    def forget(self, incidents: Iterable[str]) -> None:
        """These are done with."""
        for each in incidents:
            self._values.pop(each, None)

    def begins(self, incident_id: str, place: str) -> bool:
        """Whether there are events of that incident, the first of which names that record."""
        found = self._values.get(incident_id)
        return found is not None and _naming(place) in found[0][0]

    def goes_on(self, incident_id: str, place: str) -> bool:
        """Whether there are events of that incident which do not name that record."""
        named = _naming(place)
        return not all(named in value for value, _ in self._values[incident_id])

    def takes(self, incident_id: str, place: str, events: Sequence[LedgerEvent]) -> bool:
        """Whether the incident's next events are these of that record, to the byte, and no more.

        Then they are done with. What follows must be about another record that came in: of
        what was asked about this one, or an earlier one, the order matters, and it is decoded.
        """
        found = self._values[incident_id]
        if [value for value, _ in found[: len(events)]] != [self.encode(each) for each in events]:
            return False
        if len(events) == len(found):
            del self._values[incident_id]
            return True
        after = found[len(events)][0]
        if _naming(place) in after or _REQUEST in after:
            return False
        del found[: len(events)]
        return True

    def decoded(self, incident_id: str) -> Iterable[LedgerEvent]:
        """The incident's events, which are done with then."""
        for value, place in self._values.pop(incident_id, ()):
            try:
                yield self.decode(value)
            except Refused as error:
                self.skipped(place, error)
