"""What is journalled, and in which form it goes to the topic of entries; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ketensluis.errors import KetensluisError
from ketensluis.journal.entry import Entry
from ketensluis.journal.tiles import bundle, unbundle
from ketensluis.model.record import Coordinates, Output, Record

__all__ = [
    "Positions",
    "advance",
    "broken",
    "entries_in",
    "outputs",
    "read_coordinates",
]

Positions = dict[tuple[str, int], int]
"""For each topic and partition the offset after the last record that is in the log."""

_FIRST: Final = "first"
# A record of about 80 KiB: well under what a topic takes.
_AT_ONCE: Final = 256


def outputs(topic: str, entries: Sequence[bytes], first: int) -> Iterator[Output]:
    """The records for the topic of entries: bundles, each with the number of its first entry."""
    for at in range(0, len(entries), _AT_ONCE):
        headers = ((_FIRST, str(first + at).encode()),)
        value = bundle(entries[at : at + _AT_ONCE])
        yield Output(topic, None, value, headers, partition=0)


def entries_in(record: Record, size: int) -> list[bytes]:
    """The entries in a record of the topic, which must continue a log of that size.

    Raises:
        KetensluisError: `journal_broken`.
    """
    if record.header(_FIRST) != str(size).encode():
        raise broken(f"{record.coordinates} does not continue the log after {size} entries")
    return unbundle(record.value or b"")


def advance(positions: Positions, found: Iterable[Coordinates]) -> None:
    """Move the positions on to after these records, in the order in which they were taken.

    Raises:
        KetensluisError: `journal_broken`, a record would be in the log twice, or too late.
    """
    for at in found:
        place = at.topic, at.partition
        if at.offset < positions.get(place, 0):
            raise broken(f"{at} comes after a later record of its partition")
        positions[place] = at.offset + 1


def read_coordinates(entries: Iterable[bytes]) -> Iterator[Coordinates]:
    """Where the records of these entries lie."""
    for entry in entries:
        yield Entry.decode(entry).coordinates


def broken(sentence: str) -> KetensluisError:
    """What no waiting heals: the log and what it is made of contradict each other."""
    return KetensluisError(
        "journal_broken",
        sentence,
        "stop, keep everything as it is, and have the log examined: nothing more is signed",
    )
