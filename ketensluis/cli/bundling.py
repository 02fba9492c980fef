"""Keeps the records of an audit aside, and writes the evidence bundle of what was judged."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from ketensluis.errors import KetensluisError
from ketensluis.journal.checkpoints import Head
from ketensluis.journal.evidence import Evidence, write_bundle
from ketensluis.journal.tiles import Fetch
from ketensluis.model.record import Coordinates, Record

if TYPE_CHECKING:
    from ketensluis.audit.whole import Audited

__all__ = ["Bundling"]


class Bundling:
    """One bundle in the making; without a folder there is none. Records wait on the disk."""

    def __init__(self, folder: Path | None, *, whole: bool) -> None:
        if folder is not None and folder.exists():
            raise KetensluisError(
                "folder_exists", f"{folder} is there already", "name a folder that is yet to be"
            )
        if folder is not None:  # said now, and not when all was read
            folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._whole = whole
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `__exit__`
        self._places: dict[Coordinates, tuple[int, int]] = {}
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def keep(self, record: Record) -> None:
        """Put a record aside."""
        if self._folder is not None and self._whole:
            content = msgspec.msgpack.encode(record)
            self._file.write(content)
            self._places[record.coordinates] = self._end, len(content)
            self._end += len(content)

    def write(self, audited: Audited, fetch: Fetch, public: Path) -> None:
        """Write the bundle of what was judged, as far as enough parties saw it."""
        if self._folder is None:
            return
        note = audited.heads.cosigned or audited.heads.checkpoint
        first, end = audited.span
        end = min(end, Head.parse(note.text).size)
        evidence = Evidence(note, audited.earlier, min(first, end), end)
        write_bundle(self._folder, evidence, fetch, self._find, public)

    def _find(self, coordinates: Coordinates) -> Record | None:
        place = self._places.get(coordinates)
        if place is None:
            return None
        self._file.seek(place[0])
        return msgspec.msgpack.decode(self._file.read(place[1]), type=Record)
