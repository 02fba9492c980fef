"""What a received message proves, point by point, in words: what holds, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from ketensluis.audit.heads import Heads
from ketensluis.envelope.cloudevents import SIGNATURE
from ketensluis.envelope.directory import Directory
from ketensluis.envelope.stored import StoredMessage, Verified, verify_stored
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import cosigned, open_checkpoint
from ketensluis.journal.entry import Entry
from ketensluis.journal.hashing import leaf_hash
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.lookup import find_entry
from ketensluis.journal.proofs import check_inclusion, inclusion_proof, subtree_root
from ketensluis.journal.tiles import Fetch, node_of
from ketensluis.model.record import Coordinates, Record

__all__ = ["Point", "in_log", "not_checked", "signed_points"]

_OF_CERTIFICATE: Final = frozenset(
    {"expired_certificate", "revoked_certificate", "untrusted_certificate", "unknown_signer",
     "wrong_key_usage", "bad_certificate"}
)  # fmt: skip


class Point(msgspec.Struct, frozen=True):
    """One thing that a message may prove; `holds` is None where it was not checked."""

    name: Literal["signature", "certificate", "log", "witnesses", "page"]
    sentence: str
    holds: bool | None = None


def not_checked(name: Literal["log", "witnesses"], why: str) -> Point:
    """A point that nothing could be said about."""
    return Point(name, why)


def signed_points(
    message: StoredMessage, directory: Directory
) -> tuple[Verified | None, tuple[Point, Point]]:
    """Whether the signature holds, and whether its certificate held when it was made."""
    try:
        found = verify_stored(message, directory)
    except Refused as error:
        failed = f"{error.code}: {error.sentence}"
        if error.code in _OF_CERTIFICATE:
            return None, (
                Point("signature", "cannot be judged without its certificate"),
                Point("certificate", failed, holds=False),
            )
        return None, (
            Point("signature", failed, holds=False),
            Point("certificate", "says nothing under a signature that does not hold"),
        )
    return found, (
        Point("signature", f"{found.signer} signed this content at {found.signed_at}", holds=True),
        Point("certificate", _vouched(found), holds=True),
    )


def _vouched(found: Verified) -> str:
    certificate, revoked_at = found.certificate, found.revoked_at
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    later = f"; one of its chain was revoked later, as of {revoked_at}" if revoked_at else ""
    return (
        f"was valid when it signed ({begin:%Y-%m-%d} to {end:%Y-%m-%d}), "
        f"vouched for by {certificate.issuer.rfc4514_string()}{later}"
    )


def in_log(
    message: StoredMessage, heads: Heads, keys: JournalKeys, fetch: Fetch
) -> tuple[Point, Point]:
    """Whether the message is in the log as it was received, and who saw the log with it.

    The entry's hash of the headers vouches for the signature among them, and so for the content.

    Raises:
        FileNotFoundError, KetensluisError: the log's files are missing or not sound.
    """
    kept = message.record
    at = Coordinates(kept.topic, kept.partition, kept.offset)
    unseen = not_checked("witnesses", "the message is not in the log that they saw")
    try:
        head = open_checkpoint(heads.checkpoint, keys.log)
        found = find_entry(fetch, head.size, at)
        if found is None:
            return Point("log", f"of {head.size} entries has none of {at}", holds=False), unseen
        index, encoded = found
        differs = _differs(Entry.decode(encoded), message)
        if differs is not None:
            return Point(
                "log", f"has {at} with another {differs} (entry {index})", holds=False
            ), unseen
        proof = inclusion_proof(node_of(fetch, head.size), index, head.size)
        check_inclusion(leaf_hash(encoded), index, head.size, proof, head.root)
    except Refused as error:
        return Point("log", error.sentence, holds=False), unseen
    point = Point(
        "log",
        f"{head.origin} has it, by its signature, as entry {index} of {head.size}",
        holds=True,
    )
    return point, _witnesses(index, heads, keys, fetch)


def _differs(entry: Entry, message: StoredMessage) -> str | None:
    """What of the message is not as it was entered; its ciphertext was not kept."""
    kept = message.record
    headers = [(name, value.encode()) for name, value in kept.headers]
    signature = (SIGNATURE, f"{message.protected}..{message.signature}".encode())
    key = None if kept.key is None else kept.key.encode()
    at, time = entry.coordinates, kept.timestamp_ms
    # The file does not say where among the headers the signature was.
    placed = [
        Entry.of(Record(at, key, None, (*headers[:n], signature, *headers[n:]), time))
        for n in range(len(headers) + 1)
    ]
    if entry.key != placed[0].key:
        return "key"
    if entry.headers not in {each.headers for each in placed}:
        return "signature or headers"
    return None if entry.timestamp_ms == time else "time"


def _witnesses(index: int, heads: Heads, keys: JournalKeys, fetch: Fetch) -> Point:
    note = heads.cosigned
    if note is None:
        return Point("witnesses", "nobody has seen the log", holds=False)
    try:
        head = open_checkpoint(note, keys.log)
        seen = cosigned(note, keys.witnesses.values())
        if index >= head.size:
            return Point(
                "witnesses", f"have not seen entry {index} yet: look again later", holds=False
            )
        found = _root(fetch, heads.head.size, head.size)
    except Refused as error:
        return Point("witnesses", error.sentence, holds=False)
    if found != head.root:
        return Point("witnesses", "two_histories: they saw another log than this one", holds=False)
    told = ", ".join(
        f"{keys.parties[each.witness]} at {datetime.fromtimestamp(each.at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        for each in seen
    )
    if len(seen) < keys.quorum:
        return Point("witnesses", f"{len(seen)} saw the log, {keys.quorum} must have", holds=False)
    return Point("witnesses", f"saw the log with it: {told}", holds=True)


def _root(fetch: Fetch, size: int, earlier: int) -> bytes:
    """The root that a log of that size had earlier.

    Raises:
        Refused: `truncated`, it was never so large.
    """
    if earlier > size:
        raise Refused("truncated", f"others saw {earlier} entries, this log has {size}")
    return subtree_root(node_of(fetch, size), 0, earlier)
