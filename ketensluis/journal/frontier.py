"""The roots of a tree as it grows, in little room: perfect subtrees from large to small."""

from __future__ import annotations

from functools import reduce

from ketensluis.journal.hashing import EMPTY_ROOT, node_hash

__all__ = ["Frontier"]


class Frontier:
    """Takes the hashes of leaves in their order, and tells the root at each size."""

    def __init__(self) -> None:
        self.size = 0
        self._row: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf: each pair of equal subtrees becomes one (RFC 9162, 2.1.1)."""
        size, hashed, row = self.size, leaf, self._row
        while size & 1:
            hashed, size = node_hash(row.pop(), hashed), size >> 1
        row.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._row:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._row))
