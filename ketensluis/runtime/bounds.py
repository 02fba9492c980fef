"""How much goes into one transaction, narrowed around a record that a topic does not take."""

from __future__ import annotations

from ketensluis.model.record import Coordinates, Record

__all__ = ["Bounds"]


class Bounds:
    """The most records in a batch, and the largest output for each record.

    The broker refuses a batch for one large record in it without saying which. So the batch is
    halved until the record is alone; then it may produce only what is smaller than what was
    refused, so that it is refused itself, and then its quarantine record is cut down.
    """

    def __init__(self, records: int, largest: int) -> None:
        self.records = records
        self._most = records
        self._largest = largest
        self._suspects: dict[Coordinates, int] = {}

    def largest(self, record: Record) -> int:
        """The largest output, in bytes, that the record may lead to."""
        return self._suspects.get(record.coordinates, self._largest)

    def narrow(self, records: list[Record], tried: int) -> None:
        """A topic took no output as large as one of these, of which `tried` is the largest."""
        if len(records) > 1:
            self.records = len(records) // 2
        else:
            self._suspects[records[0].coordinates] = tried - 1

    def widen(self) -> None:
        """A batch went through."""
        self.records = min(self._most, self.records * 2)
        self._suspects.clear()
