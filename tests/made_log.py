"""Logs in memory for the journal's tests: entries of made-up records, tiles, keys, witnesses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ketensluis.journal.checkpoints import Head, sign
from ketensluis.journal.entry import Entry
from ketensluis.journal.growing import Growing
from ketensluis.journal.hashing import EMPTY_ROOT, leaf_hash, node_hash
from ketensluis.journal.key_terms import KeyTerm, KeyTerms
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import KeyKind, Note, SigningKey
from ketensluis.journal.proofs import consistency_proof, inclusion_proof
from ketensluis.journal.tiles import node_of
from ketensluis.model.record import Coordinates, Record

ORIGIN = "log.example/journal"


def log_key(origin: str = ORIGIN, seed: bytes = b"l" * 32) -> SigningKey:
    return SigningKey.from_seed(origin, KeyKind.NOTE, seed)


def log_keys(*keys: SigningKey) -> LogKeys:
    """The keys of a log, each in use from the beginning."""
    return LogKeys(tuple(KeyTerm(each.public) for each in keys or (log_key(),)))


def witness_key(number: int = 1) -> SigningKey:
    seed = hashlib.sha256(b"witness %d" % number).digest()
    return SigningKey.from_seed(f"log.example/witness/{number}", KeyKind.COSIGNATURE, seed)


def witness(number: int = 1) -> KeyTerms:
    """As others know it: with one key from the beginning."""
    return KeyTerms.only(witness_key(number).public)


def made_record(number: int, **differently: object) -> Record:
    told: dict[str, object] = {
        "coordinates": Coordinates("ledger.events", number % 4, number // 4),
        "key": b"PL0600-%d" % number,
        "value": b"value %d" % number,
        "headers": (("ce_id", b"%d" % number), ("jws", b"a..b")),
        "timestamp_ms": 1_770_000_000_000 + number,
    }
    return Record(**{**told, **differently})  # type: ignore[arg-type]


def reference_root(leaves: list[bytes]) -> bytes:
    """The tree hash as RFC 9162, section 2.1.1, defines it, and as slow."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(reference_root(leaves[:middle]), reference_root(leaves[middle:]))


@dataclass
class MadeLog:
    """A log that keeps its files in memory."""

    key: SigningKey = field(default_factory=log_key)
    more_keys: tuple[SigningKey, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    growing: Growing = field(default_factory=Growing)
    entries: list[bytes] = field(default_factory=list)

    def add(self, entries: Iterable[bytes]) -> MadeLog:
        for entry in entries:
            self.entries.append(entry)
            for tile in self.growing.add(entry):
                self.files[tile.path] = tile.content
        for tile in self.growing.partial():
            self.files[tile.path] = tile.content
        return self

    def fetch(self, path: str) -> bytes:
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(entry) for entry in self.entries]

    def checkpoint(self) -> Note:
        growing = self.growing
        return sign(
            Head(self.key.public.name, growing.size, growing.root()), self.key, *self.more_keys
        )

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        size = self.growing.size if size is None else size
        return inclusion_proof(node_of(self.fetch, size), index, size)

    def prove(self, old: int, new: int) -> list[bytes]:
        return consistency_proof(node_of(self.fetch, new), old, new)


def log_of(count: int, change: Callable[[int], bytes | None] | None = None) -> MadeLog:
    """A log of so many made-up entries, some of them changed."""
    return MadeLog().add(
        (change(n) if change else None) or Entry.of(made_record(n)).encode() for n in range(count)
    )
