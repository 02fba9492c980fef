"""Tiles and entry bundles: how the log lies in files (C2SP tlog-tiles).

A tile is 256 hashes of one level in a row; each is the root over a full tile of the level
below. Of the last tile of a level only a part is there, and its path says how wide it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from ketensluis.errors import KetensluisError
from ketensluis.journal.hashing import EMPTY_ROOT, HASH_BYTES, leaf_hash, root_of
from ketensluis.journal.proofs import Node

__all__ = [
    "WIDTH",
    "Fetch",
    "Growing",
    "Tile",
    "bundle",
    "entries_path",
    "node_of",
    "tile_path",
    "tiles_of",
    "unbundle",
]

WIDTH: Final = 256
_HEIGHT: Final = 8
_DIGITS: Final = 3
_LENGTH: Final = 2
_ENTRIES: Final = "tile/entries/"
_PART: Final = ".p/"

Fetch = Callable[[str], bytes]
"""The content under a path of the log; raises FileNotFoundError where there is none."""


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Where a tile lies, beneath the log's own address."""
    return f"tile/{level}/{_number(index)}{_part(width)}"


def entries_path(index: int, width: int = WIDTH) -> str:
    """Where the entries of a tile of level 0 lie."""
    return f"{_ENTRIES}{_number(index)}{_part(width)}"


def _number(index: int) -> str:
    """The index in groups of three digits, each a folder but the last: `x001/x234/067`."""
    digits = str(index)
    digits = digits.zfill(len(digits) + -len(digits) % _DIGITS)
    groups = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _part(width: int) -> str:
    return "" if width == WIDTH else f"{_PART}{width}"


def bundle(entries: Sequence[bytes]) -> bytes:
    """The entries one after another, each preceded by its length as two bytes, big-endian."""
    return b"".join(len(each).to_bytes(_LENGTH) + each for each in entries)


def unbundle(content: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        KetensluisError: `bad_bundle`, it does not end where an entry ends.
    """
    found, at = [], 0
    while at < len(content):
        begin = at + _LENGTH
        at = begin + int.from_bytes(content[at:begin])
        found.append(content[begin:at])
    if at > len(content):
        raise KetensluisError("bad_bundle", "an entry bundle of the log is cut off")
    return found


@dataclass(frozen=True, slots=True)
class Tile:
    """A file of the log: its path and what it holds."""

    path: str
    content: bytes

    @property
    def of_hashes(self) -> bool:
        """Whether it is a tile of hashes, and not of entries."""
        return not self.path.startswith(_ENTRIES)

    def shown(self, fetch: Fetch) -> bytes:
        """What the log shows of it: a part may have made place for the whole (tlog-tiles).

        Raises:
            FileNotFoundError: there is neither.
        """
        try:
            return fetch(self.path)
        except FileNotFoundError:
            whole, part, _ = self.path.partition(_PART)
            if not part:
                raise
            return fetch(whole)[: len(self.content)]


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
            _read_hashes(fetch, level, count // WIDTH, count % WIDTH) if count % WIDTH else []
            for level, count in _counts(size)
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
            index = (self.size >> _HEIGHT * (level + 1)) - 1
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
        index = self.size >> _HEIGHT * (level + 1)
        return Tile(tile_path(level, index, width), b"".join(self.rows[level][:width]))

    def root(self) -> bytes:
        """The root over all entries."""
        below: list[bytes] = []
        for row in self.rows:
            if row or below:
                below = [root_of([*row, *below])]
        return below[0] if below else EMPTY_ROOT


def _counts(size: int) -> Iterator[tuple[int, int]]:
    """Each level with the number of its hashes in a tree of that size."""
    level = 0
    while count := size >> _HEIGHT * level:
        yield level, count
        level += 1


def tiles_of(size: int) -> Iterator[tuple[str, int]]:
    """Every tile's path that a log of that size has, with the number of its hashes."""
    for level, count in _counts(size):
        for index in range(-(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            yield tile_path(level, index, width), width


def node_of(fetch: Fetch, size: int) -> Node:
    """The hashes of the perfect subtrees of a log of that size, out of its tiles.

    Tiles that were read are kept for as long as the function is.
    """

    @cache
    def hashes(level: int, index: int) -> list[bytes]:
        width = min(WIDTH, (size >> _HEIGHT * level) - index * WIDTH)
        return _read_hashes(fetch, level, index, width)

    def node(height: int, index: int) -> bytes:
        level, inside = divmod(height, _HEIGHT)
        begin = index << inside
        row = hashes(level, begin // WIDTH)
        return root_of(row[begin % WIDTH : begin % WIDTH + (1 << inside)])

    return node


def _read_hashes(fetch: Fetch, level: int, index: int, width: int) -> list[bytes]:
    try:
        content = fetch(tile_path(level, index, width))
    except FileNotFoundError:
        # A log may drop a part once the whole is there (tlog-tiles, Partial Tiles).
        content = fetch(tile_path(level, index))[: width * HASH_BYTES]
    if len(content) != width * HASH_BYTES:
        raise KetensluisError(
            "bad_tile", f"{tile_path(level, index, width)} is not as long as its hashes"
        )
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
