"""The states of a log that were signed, and which of them parties have seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import RETIRED, Head, cosigned, open_checkpoint
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note

__all__ = ["Heads", "states"]

_DAY_SECONDS: Final = 24 * 3600


@dataclass(frozen=True)
class Heads:
    """The newest state, the newest that enough parties saw, and all that are known."""

    checkpoint: Note
    cosigned: Note | None
    earlier: tuple[Note, ...] = ()

    @property
    def head(self) -> Head:
        """The newest state, by its own word."""
        return Head.parse(self.checkpoint.text)

    @property
    def seen_size(self) -> int:
        """How many entries enough parties saw, by its own word."""
        return 0 if self.cosigned is None else Head.parse(self.cosigned.text).size

    def by_day(self, keys: JournalKeys) -> tuple[Note, ...]:
        """The last state of each day that enough parties saw, before the newest such."""
        days: dict[int, Note] = {}
        for note in self.earlier:
            try:
                seen = cosigned(note, keys.witnesses.values())
            except Refused:
                continue
            if len(seen) >= keys.quorum and Head.parse(note.text).size < self.seen_size:
                days[max(each.at for each in seen) // _DAY_SECONDS] = note
        return tuple(days.values())


def states(
    checkpoints: Iterable[Note], cosignatures: Iterable[bytes], keys: JournalKeys
) -> tuple[Note, ...]:
    """The states that the log shows, and those that it showed a party once, with their lines.

    What a party publishes lies where others can write too: a line that does not hold counts for
    nothing, nor does a state that the log did not sign. One that a party was shown under a key
    that had been retired does count: it is the proof of it.
    """
    known = {note.text: note for note in checkpoints}
    listed = (each.key for theirs in keys.witnesses.values() for each in theirs)
    parties = {(key.name, key.key_id) for key in listed}
    for each in cosignatures:
        try:
            seen = Note.parse(each.decode(errors="replace"))
            shown_to = cosigned(seen, keys.witnesses.values())
            if seen.text not in known:
                _signed(seen, keys, shown=bool(shown_to))
                known[seen.text] = Note(seen.text, keys.log.lines(seen))
        except Refused:
            continue
        lines = [line for line in seen.lines if (line.name, line.key_id) in parties]
        known[seen.text] = known[seen.text].with_lines(lines)
    return tuple(known.values())


def _signed(seen: Note, keys: JournalKeys, *, shown: bool) -> None:
    try:
        open_checkpoint(seen, keys.log)
    except Refused as error:
        if error.code != RETIRED or not shown:
            raise
