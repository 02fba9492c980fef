"""Finds the entry of one record in a log, by where the record lies."""

from __future__ import annotations

from ketensluis.journal.tiles import WIDTH, Fetch, entries_path, unbundle
from ketensluis.model.record import Coordinates

__all__ = ["find_entry"]


def find_entry(fetch: Fetch, size: int, at: Coordinates) -> tuple[int, bytes] | None:
    """The number and the bytes of the entry of the record that lies there; None without one.

    A log has no index of its records: it is searched from its newest entries back.

    Raises:
        FileNotFoundError, KetensluisError: bundles of the log are missing or cut off.
    """
    line = f"\n{at.topic} {at.partition} {at.offset}\n".encode("ascii", errors="replace")
    for index in reversed(range(-(-size // WIDTH))):
        width = min(WIDTH, size - index * WIDTH)
        try:
            content = fetch(entries_path(index, width))
        except FileNotFoundError:
            content = fetch(entries_path(index))
        if line not in content:
            continue
        for number, entry in enumerate(unbundle(content)[:width], index * WIDTH):
            if line in entry:
                return number, entry
    return None
