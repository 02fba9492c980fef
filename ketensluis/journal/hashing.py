"""Merkle tree hashes with SHA-256 (RFC 9162, section 2.1.1): leaves and nodes never look alike."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

__all__ = ["EMPTY_ROOT", "HASH_BYTES", "leaf_hash", "node_hash", "root_of", "split"]

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a log without entries: the hash of nothing at all."""

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry, in the leaves' own domain."""
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees, in the nodes' own domain."""
    return hashlib.sha256(_NODE + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than the size (2 or more): where its tree divides."""
    return 1 << (size - 1).bit_length() - 1


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over a row of hashes of leaves, or of perfect subtrees of one height.

    The last may be that of a smaller subtree: a tree divides in the same places.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        odd = [row.pop()] if len(row) % 2 else []
        pairs = iter(row)
        row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)] + odd
    return row[0]
