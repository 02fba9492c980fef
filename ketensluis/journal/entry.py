"""An entry of the log: what it says of one record, in bytes that anyone can make again.

The bytes are lines of ASCII, each ended by 0x0A (`docs/explanation/evidence.md`):

    ketensluis.journal.entry/v1
    <topic> <partition> <offset>
    time <timestamp of the record, milliseconds since the epoch>
    key <SHA-256 of the key, in hexadecimal; - if it has none>
    value <the same of the value>
    headers <SHA-256 of the headers in their order: of each the name and the value, both
            preceded by their length as four bytes, big-endian; ffffffff for no value>
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from ketensluis.errors import Refused
from ketensluis.model.record import Coordinates, Headers, Record

__all__ = ["Entry", "packed"]

_FIRST: Final = "ketensluis.journal.entry/v1"
_HASH = "([0-9a-f]{64}|-)"
_NUMBER = "(0|[1-9][0-9]{0,18})"
_TEXT = re.compile(
    rf"{re.escape(_FIRST)}\n([A-Za-z0-9._-]{{1,249}}) {_NUMBER} {_NUMBER}\ntime (-?{_NUMBER})\n"
    rf"key {_HASH}\nvalue {_HASH}\nheaders ([0-9a-f]{{64}})\n"
)
_NO_VALUE = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a record lies, when it was sent, and the hashes of what it holds.

    Hashes are SHA-256 in hexadecimal; None for a key or a value that is not there.
    """

    coordinates: Coordinates
    timestamp_ms: int
    key: str | None
    value: str | None
    headers: str

    @classmethod
    def of(cls, record: Record) -> Entry:
        """The entry of a record as it lies on its topic."""
        return cls(
            record.coordinates,
            record.timestamp_ms,
            _digest(record.key),
            _digest(record.value),
            hashlib.sha256(packed(record.headers)).hexdigest(),
        )

    def encode(self) -> bytes:
        """Its bytes, of which the log keeps the hash."""
        at = self.coordinates
        return (
            f"{_FIRST}\n{at.topic} {at.partition} {at.offset}\ntime {self.timestamp_ms}\n"
            f"key {self.key or '-'}\nvalue {self.value or '-'}\nheaders {self.headers}\n"
        ).encode("ascii")

    @classmethod
    def decode(cls, encoded: bytes) -> Entry:
        """The entry with these bytes: no two entries have the same, and none has two forms.

        Raises:
            Refused: `bad_entry`.
        """
        found = _TEXT.fullmatch(encoded.decode("ascii", errors="replace"))
        if found is None:
            raise Refused("bad_entry", "the bytes are not an entry of the journal")
        topic, partition, offset, time, _, key, value, headers = found.groups()
        return cls(
            Coordinates(topic, int(partition), int(offset)),
            int(time),
            None if key == "-" else key,
            None if value == "-" else value,
            headers,
        )

    def differs(self, record: Record) -> str | None:
        """What of a record is not as it was when it was journalled, in one word; or None."""
        now = Entry.of(record)
        for name in ("coordinates", "value", "key", "headers"):
            if getattr(now, name) != getattr(self, name):
                return name
        return "time" if now.timestamp_ms != self.timestamp_ms else None


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def packed(headers: Headers) -> bytes:
    """The headers as the bytes of which the entry has the hash."""
    parts = []
    for name, value in headers:
        encoded = name.encode()
        parts += [len(encoded).to_bytes(4), encoded]
        # A header without a value is not one of ours, but what others send is journalled too.
        parts += [_NO_VALUE] if value is None else [len(value).to_bytes(4), value]
    return b"".join(parts)
