"""Proofs of inclusion and of consistency (RFC 9162, sections 2.1.3 and 2.1.4), made and checked.

Whoever checks a proof needs no tree: he computes the root that the proof leads to, and compares
it with the root of a checkpoint that he trusts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.hashing import EMPTY_ROOT, node_hash, split

__all__ = [
    "Node",
    "check_consistency",
    "check_inclusion",
    "consistency_proof",
    "inclusion_proof",
    "subtree_root",
]

Node = Callable[[int, int], bytes]
"""`node(level, index)`: the hash of the perfect subtree over `2**level` entries from
`index * 2**level` on."""


def subtree_root(node: Node, begin: int, end: int) -> bytes:
    """The root over the entries from `begin` to before `end`, as they divide in the tree."""
    size = end - begin
    if size == 0:
        return EMPTY_ROOT
    level = size.bit_length() - 1
    if size == 1 << level and begin % size == 0:
        return node(level, begin >> level)
    middle = begin + split(size)
    return node_hash(subtree_root(node, begin, middle), subtree_root(node, middle, end))


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """The hashes that lead from entry `index` to the root of the tree of that size.

    Raises:
        KetensluisError: `no_such_entry`.
    """
    if not 0 <= index < size:
        raise KetensluisError("no_such_entry", f"a log of {size} entries has no entry {index}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append(subtree_root(node, middle, end))
            end = middle
        else:
            path.append(subtree_root(node, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(node: Node, old: int, new: int) -> list[bytes]:
    """The hashes that show that the tree of size `new` begins with the tree of size `old`.

    Raises:
        KetensluisError: `no_such_size`.
    """
    if not 0 <= old <= new:
        raise KetensluisError("no_such_size", f"a log of {new} entries never had {old}")
    if old in {0, new}:
        return []
    begin, end, path, whole = 0, new, [], True
    while old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            path.append(subtree_root(node, middle, end))
            end = middle
        else:
            path.append(subtree_root(node, begin, middle))
            begin, whole = middle, False
    if not whole:
        path.append(subtree_root(node, begin, end))
    return path[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the hash of a leaf is at that index of the tree of that size and root.

    Raises:
        Refused: `not_included`.
    """
    fault = Refused("not_included", f"the proof does not lead from entry {index} to the root")
    if not 0 <= index < size:
        raise fault
    position, last, reached = index, size - 1, leaf
    for each in proof:
        if last == 0:
            raise fault
        if position % 2 or position == last:
            reached = node_hash(each, reached)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = node_hash(reached, each)
        position, last = position >> 1, last >> 1
    if last or reached != root:
        raise fault


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of the new size and root begins with that of the old size and root.

    Raises:
        Refused: `inconsistent`.
    """
    fault = Refused("inconsistent", f"the log of {new} entries does not begin as it did at {old}")
    if old in {0, new}:
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise fault
        return
    if not 0 < old < new or not proof:
        raise fault
    # A perfect old tree is its own first hash, and the proof leaves it out.
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    position, last = old - 1, new - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    old_reached = new_reached = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            raise fault
        if position % 2 or position == last:
            old_reached, new_reached = node_hash(each, old_reached), node_hash(each, new_reached)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            new_reached = node_hash(new_reached, each)
        position, last = position >> 1, last >> 1
    if last or old_reached != old_root or new_reached != new_root:
        raise fault
