"""A witness: remembers how far it has seen a log grow, and signs only what continues that.

The operator who shows two parties two histories needs the signature of each under its own; the
one who keeps both on record has the proof against him.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import Head, cosign, open_checkpoint
from ketensluis.journal.hashing import EMPTY_ROOT
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Line, Note, SigningKey
from ketensluis.journal.proofs import check_consistency

__all__ = ["Prove", "Witness", "Witnessed", "compare"]

Prove = Callable[[int, int], Sequence[bytes]]
"""The proof that the log of the second size begins with that of the first."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A cosignature, and the checkpoint to remember before it is given away."""

    line: Line
    remember: Note


@dataclass(frozen=True, slots=True)
class Witness:
    """One party's witness of one log: its own key, and those of the log that it trusts."""

    key: SigningKey
    log: LogKeys

    def look(self, note: Note, last: Note | None, prove: Prove, at: int) -> Witnessed:
        """Cosign the checkpoint if it continues the last one that was cosigned.

        `last` is what `Witnessed.remember` was then, None the first time; it must be stored
        durably before `line` leaves the house. `at` is Unix time in seconds.

        Raises:
            Refused: what is wrong with the checkpoint by itself, or `older_checkpoint`,
                `two_histories`, `inconsistent`: then both notes together are the evidence.
        """
        head = open_checkpoint(note, self.log)
        before = Head(head.origin, 0, EMPTY_ROOT)
        if last is not None:
            before = open_checkpoint(last, self.log)
        if head.size < before.size:
            raise Refused(
                "older_checkpoint",
                f"the log shows {head.size} entries where it had shown {before.size}",
            )
        _continues(before, head, prove)
        return Witnessed(cosign(note, self.key, at), note)


def compare(one: Note, other: Note, log: LogKeys, prove: Prove) -> None:
    """Check that two parties' checkpoints tell one history.

    Raises:
        Refused: as `Witness.look`.
    """
    first, second = sorted(
        (open_checkpoint(each, log) for each in (one, other)), key=lambda head: head.size
    )
    _continues(first, second, prove)


def _continues(before: Head, head: Head, prove: Prove) -> None:
    if head.size == before.size:
        if head.root != before.root:
            raise Refused("two_histories", f"the log shows two histories of {head.size} entries")
        return
    proof = prove(before.size, head.size)
    check_consistency(before.size, head.size, proof, before.root, head.root)
