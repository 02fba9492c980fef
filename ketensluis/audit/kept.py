"""A state of the log that a party kept: who signed it, and whether the log of now continues it."""

from __future__ import annotations

from datetime import UTC, datetime

from ketensluis.audit.heads import Heads
from ketensluis.audit.message import Point
from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.checkpoints import Head, cosigned, open_checkpoint
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.proofs import consistency_proof
from ketensluis.journal.tiles import Fetch, node_of
from ketensluis.journal.witness import compare

__all__ = ["kept_points"]


def kept_points(
    kept: Note, heads: Heads | None, keys: JournalKeys, fetch: Fetch | None
) -> tuple[Point, Point, Point]:
    """Whether the log signed it, who saw it, and whether the log as it is shown begins with it."""
    try:
        head = open_checkpoint(kept, keys.log)
    except Refused as error:
        said = "says nothing of a state that the log did not sign"
        failed = Point("signature", f"{error.code}: {error.sentence}", holds=False)
        return failed, Point("witnesses", said), Point("log", said)
    signed = Point(
        "signature", f"{head.origin} signed this state of {head.size} entries", holds=True
    )
    return signed, _seen(kept, keys), _continued(kept, head, heads, keys, fetch)


def _seen(kept: Note, keys: JournalKeys) -> Point:
    try:
        seen = cosigned(kept, keys.witnesses.values())
    except Refused as error:
        return Point("witnesses", f"{error.code}: {error.sentence}", holds=False)
    told = ", ".join(
        f"{keys.parties[each.witness]} at {datetime.fromtimestamp(each.at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        for each in seen
    )
    # One party keeps its own line alone: how many must have seen it is asked of the newest state.
    return (
        Point("witnesses", f"saw it: {told}", holds=True)
        if seen
        else Point("witnesses", "no party's line is under it")
    )


def _continued(
    kept: Note, head: Head, heads: Heads | None, keys: JournalKeys, fetch: Fetch | None
) -> Point:
    if heads is None or fetch is None:
        return Point("log", "no log is known (--log URL|DIR)")
    try:
        now = open_checkpoint(heads.checkpoint, keys.log)
        if now.size < head.size:
            said = f"truncated: the log has {now.size} entries, and had {head.size}"
            return Point("log", said, holds=False)
        compare(
            kept, heads.checkpoint, keys.log,
            lambda old, new: consistency_proof(node_of(fetch, new), old, new),
        )  # fmt: skip
    except Refused as error:
        return Point("log", f"{error.code}: {error.sentence}", holds=False)
    except (FileNotFoundError, KetensluisError):
        return Point("log", "a file of it cannot be read")
    return Point("log", f"of {now.size} entries begins with it: nothing was rewritten", holds=True)
