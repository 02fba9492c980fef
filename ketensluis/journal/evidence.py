"""A bundle of evidence: what someone needs to check a part of the log without the hub.

    format           ketensluis.evidence/v3
    keys/            the public part of the PKI folder: journal.json, and certificates by kind
    checkpoint       the head of the log, with the cosignatures
    earlier/<n>      checkpoints before it, in their order
    leaves           the hashes of all entries of the log, in order, 32 bytes each
    entries.ndjson   [entry, time, key, value, headers], in order; [entry] if its record is gone

The record's time is in milliseconds; key, value and headers are the bytes of which the entry has
the hashes, so that nobody needs to encode anything to check them. Out of the leaves follow the
log's root, and what it was at each size before: whether an entry is in it, and whether it
continues what others saw, is told without a proof for each. `tools/verifier/verify_bundle.py`
checks it, and imports nothing of this.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ketensluis.journal.checkpoints import Head
from ketensluis.journal.entry import Entry, packed
from ketensluis.journal.notes import Note
from ketensluis.journal.tiles import WIDTH, Fetch, entries_path, node_of, unbundle
from ketensluis.model.record import Coordinates, Record

__all__ = ["FORMAT", "Evidence", "entries_of", "write_bundle"]

FORMAT: Final = "ketensluis.evidence/v3"

Find = Callable[[Coordinates], Record | None]
"""The record that lies there; None if it does not any more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What goes into a bundle: a stretch of a log, as it stands under a checkpoint."""

    checkpoint: Note
    earlier: tuple[Note, ...]
    first: int
    end: int


def write_bundle(folder: Path, evidence: Evidence, fetch: Fetch, find: Find, public: Path) -> None:
    """Write the bundle into a folder; `public` is the public part of a PKI folder.

    Raises:
        FileNotFoundError, KetensluisError: the log's tiles, or the keys, are not there.
    """
    folder.mkdir(parents=True)
    head = Head.parse(evidence.checkpoint.text)
    (folder / "format").write_text(f"{FORMAT}\n", encoding="utf-8")
    (folder / "checkpoint").write_text(str(evidence.checkpoint), encoding="utf-8")
    (folder / "earlier").mkdir()
    for number, note in enumerate(evidence.earlier, start=1):
        (folder / "earlier" / f"{number:04}").write_text(str(note), encoding="utf-8")
    node = node_of(fetch, head.size)
    with (folder / "leaves").open("wb") as leaves:
        leaves.writelines(node(0, index) for index in range(head.size))
    with (folder / "entries.ndjson").open("wb") as lines:
        for row in _rows(evidence, fetch, find):
            lines.write(msgspec.json.encode(row) + b"\n")
    for path in (public / "journal.json", *public.rglob("*.pem")):
        copy = folder / "keys" / path.relative_to(public)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def entries_of(fetch: Fetch, size: int, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """The entries of a log of that size from `first` on, each with its number.

    Raises:
        FileNotFoundError, KetensluisError: bundles of the log are missing or cut off.
    """
    for index in range(first // WIDTH, -(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        try:
            content = fetch(entries_path(index, width))
        except FileNotFoundError:
            content = fetch(entries_path(index))
        for number, entry in enumerate(unbundle(content)[:width], index * WIDTH):
            if number >= first:
                yield number, entry


def _rows(evidence: Evidence, fetch: Fetch, find: Find) -> Iterator[list[str | int | None]]:
    for _, entry in entries_of(fetch, evidence.end, evidence.first):
        row: list[str | int | None] = [entry.decode("ascii")]
        record = find(Entry.decode(entry).coordinates)
        if record is not None:
            parts = record.key, record.value, packed(record.headers)
            row += (record.timestamp_ms, *map(_text, parts))
        yield row


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()
