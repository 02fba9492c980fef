"""A record as it lies on a topic, and one that is about to."""

from __future__ import annotations

import msgspec

__all__ = ["Coordinates", "Headers", "Output", "Record"]


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
