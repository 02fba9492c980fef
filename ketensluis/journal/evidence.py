"""A bundle of evidence: what someone needs to check a part of the log without the hub.

    bundle.json      {"format", "first", "end"}: entries first to end - 1 are all in it
    journal.json     the keys of the log and its witnesses, as the PKI folder has them
    checkpoint       the head of the log, with the cosignatures
    earlier.json     checkpoints before it, a list of texts
    leaves           the hashes of all entries of the log, in order, 32 bytes each
    entries.ndjson   {"index", "entry", "record"}, in order; record null: it is gone
    directory/       certificates and lists of revoked ones, as the PKI folder's `public` has them

Out of the leaves follow the log's root, and what it was at each size before: whether an entry
is in it, and whether it continues what others saw, is told without a proof for each.
`tools/verifier/verify_bundle.py` checks it, and imports nothing of this.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from ketensluis.journal.checkpoints import Head
from ketensluis.journal.entry import Entry
from ketensluis.journal.notes import Note
from ketensluis.journal.tiles import WIDTH, Fetch, entries_path, node_of, unbundle
from ketensluis.model.record import Coordinates, Record

__all__ = ["FORMAT", "Evidence", "entries_of", "write_bundle"]

FORMAT: Final = "ketensluis.evidence/v2"

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
    about = {"format": FORMAT, "first": evidence.first, "end": evidence.end}
    (folder / "bundle.json").write_bytes(msgspec.json.encode(about) + b"\n")
    (folder / "journal.json").write_bytes((public / "journal.json").read_bytes())
    (folder / "checkpoint").write_text(str(evidence.checkpoint), encoding="utf-8")
    earlier = msgspec.json.encode([str(note) for note in evidence.earlier])
    (folder / "earlier.json").write_bytes(earlier + b"\n")
    node = node_of(fetch, head.size)
    with (folder / "leaves").open("wb") as leaves:
        leaves.writelines(node(0, index) for index in range(head.size))
    _write_lines(folder / "entries.ndjson", _entries(evidence, fetch, find))
    for path in public.rglob("*.pem"):
        copy = folder / "directory" / path.relative_to(public)
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


def _entries(evidence: Evidence, fetch: Fetch, find: Find) -> Iterator[dict[str, Any]]:
    for index, entry in entries_of(fetch, evidence.end, evidence.first):
        record = find(Entry.decode(entry).coordinates)
        yield {
            "index": index,
            "entry": entry.decode("ascii"),
            "record": None if record is None else _record(record),
        }


def _record(record: Record) -> dict[str, Any]:
    at = record.coordinates
    return {
        "topic": at.topic,
        "partition": at.partition,
        "offset": at.offset,
        "timestamp_ms": record.timestamp_ms,
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": [[name, _text(value)] for name, value in record.headers],
    }


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        file.writelines(msgspec.json.encode(line) + b"\n" for line in lines)
