"""The right edge of a log's tree: what it takes to add entries, and the tiles that come of it."""

from __future__ import annotations

from collections.abc import Iterator

from ketensluis.errors import KetensluisError
from ketensluis.journal.hashing import EMPTY_ROOT, leaf_hash, root_of
from ketensluis.journal.tiles import (
    HEIGHT,
    WIDTH,
    Fetch,
    Tile,
    bundle,
    counts,
    entries_path,
    read_hashes,
    tile_path,
    unbundle,
)

__all__ = ["Growing"]


class Growing:
    """The right edge of the tree: all that is needed to add entries and to tell the root.

    `rows[level]` are the hashes of the last, unfinished tile of that level.
    """

    def __init__(self) -> None:
        self.size = 0
        self.rows: list[list[bytes]] = [[]]
        self.entries: list[bytes] = []
        """The entries of the unfinished tile of level 0."""

    @classmethod
    def resumed(cls, size: int, fetch: Fetch) -> Growing:
        """The edge of a log of that size, read from its tiles.

        Raises:
            FileNotFoundError, KetensluisError: tiles are missing, or not as long as they must be.
        """
        grown = cls()
        grown.size = size
        grown.rows = [
            read_hashes(fetch, level, count // WIDTH, count % WIDTH) if count % WIDTH else []
            for level, count in counts(size)
        ] or [[]]
        if width := size % WIDTH:
            grown.entries = unbundle(fetch(entries_path(size // WIDTH, width)))
            if [leaf_hash(each) for each in grown.entries] != grown.rows[0]:
                raise KetensluisError("bad_bundle", "the log's last entries are not those hashed")
        return grown

    def add(self, entry: bytes) -> list[Tile]:
        """Append an entry; returns the tiles that became full by it, and their entries."""
        self.entries.append(entry)
        self.rows[0].append(leaf_hash(entry))
        self.size += 1
        return self._full() if len(self.entries) == WIDTH else []

    def _full(self) -> list[Tile]:
        tiles = [Tile(entries_path(self.size // WIDTH - 1), bundle(self.entries))]
        self.entries = []
        level = 0
        while len(self.rows[level]) == WIDTH:
            row, self.rows[level] = self.rows[level], []
            index = (self.size >> HEIGHT * (level + 1)) - 1
            tiles.append(Tile(tile_path(level, index), b"".join(row)))
            level += 1
            if level == len(self.rows):
                self.rows.append([])
            self.rows[level].append(root_of(row))
        return tiles

    def partial(self) -> list[Tile]:
        """The unfinished tiles, as a checkpoint of this size needs them."""
        return [
            *self._entries_part(len(self.entries)),
            *(self._part(level, len(row)) for level, row in enumerate(self.rows) if row),
        ]

    def earlier(self) -> Iterator[Tile]:
        """Every width that the unfinished tiles had on the way here.

        Whoever holds an earlier checkpoint may still ask for the parts of its size.
        """
        for width in range(1, len(self.entries)):
            yield from self._entries_part(width)
        for level, row in enumerate(self.rows):
            for width in range(1, len(row)):
                yield self._part(level, width)

    def _entries_part(self, width: int) -> list[Tile]:
        path = entries_path(self.size // WIDTH, width)
        return [Tile(path, bundle(self.entries[:width]))] if width else []

    def _part(self, level: int, width: int) -> Tile:
        index = self.size >> HEIGHT * (level + 1)
        return Tile(tile_path(level, index, width), b"".join(self.rows[level][:width]))

    def root(self) -> bytes:
        """The root over all entries."""
        below: list[bytes] = []
        for row in self.rows:
            if row or below:
                below = [root_of([*row, *below])]
        return below[0] if below else EMPTY_ROOT
