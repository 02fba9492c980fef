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
from ketensluis.journal.hashing import HASH_BYTES, root_of
from ketensluis.journal.proofs import Node

__all__ = [
    "HEIGHT",
    "WIDTH",
    "Fetch",
    "Tile",
    "bundle",
    "counts",
    "entries_path",
    "node_of",
    "read_hashes",
    "tile_path",
    "tiles_of",
    "unbundle",
]

WIDTH: Final = 256
HEIGHT: Final = 8
"""A tile stands for a subtree so high: of `WIDTH` hashes."""
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


def counts(size: int) -> Iterator[tuple[int, int]]:
    """Each level with the number of its hashes in a tree of that size."""
    level = 0
    while count := size >> HEIGHT * level:
        yield level, count
        level += 1


def tiles_of(size: int) -> Iterator[tuple[str, int]]:
    """Every tile's path that a log of that size has, with the number of its hashes."""
    for level, count in counts(size):
        for index in range(-(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            yield tile_path(level, index, width), width


def node_of(fetch: Fetch, size: int) -> Node:
    """The hashes of the perfect subtrees of a log of that size, out of its tiles.

    Tiles that were read are kept for as long as the function is.
    """

    @cache
    def hashes(level: int, index: int) -> list[bytes]:
        width = min(WIDTH, (size >> HEIGHT * level) - index * WIDTH)
        return read_hashes(fetch, level, index, width)

    def node(height: int, index: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        begin = index << inside
        row = hashes(level, begin // WIDTH)
        return root_of(row[begin % WIDTH : begin % WIDTH + (1 << inside)])

    return node


def read_hashes(fetch: Fetch, level: int, index: int, width: int) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        FileNotFoundError: it is not there.
        KetensluisError: `bad_tile`, it is not as long as it must be.
    """
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
