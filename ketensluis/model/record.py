"""A record as it lies on a topic, and one that is about to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

__all__ = ["EARLIEST", "LATEST", "Coordinates", "Headers", "Output", "Record", "sent_at"]

# Whoever may write to a topic can give a record any 64 bits for a time: what lies outside of
# these, which are those of the intake, counts as its nearest, so that no record stops a reader.
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2999, 12, 31, tzinfo=UTC)
_EARLIEST_MS, _LATEST_MS = (round(each.timestamp() * 1000) for each in (EARLIEST, LATEST))

Headers = tuple[tuple[str, bytes], ...]


class Coordinates(msgspec.Struct, frozen=True, order=True):
    """Where a record lies: enough to read it again, and to name it without its content."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


class Record(msgspec.Struct, frozen=True):
    """A committed Kafka record; `timestamp_ms` is milliseconds since the epoch (UTC)."""

    coordinates: Coordinates
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int

    def header(self, name: str) -> bytes | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def sent_at(self) -> datetime:
        """When it was sent, by its own word."""
        return sent_at(self.timestamp_ms)


def sent_at(timestamp_ms: int) -> datetime:
    """The instant of a record's timestamp, of whatever number: from `EARLIEST` to `LATEST`."""
    if not _EARLIEST_MS <= timestamp_ms <= _LATEST_MS:
        return EARLIEST if timestamp_ms < _EARLIEST_MS else LATEST
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC)


class Output(msgspec.Struct, frozen=True):
    """A record to be produced; without `partition`, Kafka's partitioner takes the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None

    def header(self, name: str) -> bytes | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key == name), None)
