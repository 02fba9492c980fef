"""The course of one partition's replay: what came of it so far, and the mark to go on from.

Who goes on from a mark passes over the incidents that are done: no record of theirs is yet to
come, the ledger tells no more of them, and nothing of them is to be explained. Of the others
all is decided once more from their first record on, only to be remembered. That is enough, as
nothing of one incident concerns another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ketensluis.cli.replay_asked import Asked, Done, Ends, Mark
from ketensluis.model.record import Record
from services.disclosure.comparing import Difference
from services.disclosure.replay import Replay

__all__ = ["Course", "subject_of"]


@dataclass
class Course:
    """Give it the records in their order; after a mark, first those before it."""

    again: Replay
    asked: Asked
    ends: Ends
    expected: int
    records: int = 0
    _compared: int = 0
    _met: set[str] = field(default_factory=set)
    _found: list[Difference] = field(default_factory=list)

    def decide(self, records: Sequence[Record]) -> None:
        """Decide these records again."""
        self._met.update(map(subject_of, records))
        self._found.extend(self.again.incidents(records, self._compares))
        self.records += len(records)

    def remember(self, records: Sequence[Record]) -> None:
        """Decide these once more: what came of it is known, but for what it leads to."""
        for _ in self.again.incidents(records, self.asked.compares):
            pass

    def go_on(self, mark: Mark, met: Iterable[str]) -> None:
        """The records so far came to this, and were about these incidents."""
        self.again.go_on(mark.done.decided, mark.done.erased)
        self.records, self._compared = mark.records, mark.done.compared
        self._found[:] = mark.done.differences
        self._met.update(met)

    def mark(self, offset: int) -> Mark:
        """How far it is, the next record lying at that offset or after it."""
        to_explain = {each.incident.incident_id for each in self.again.unexplained}
        unfinished = (self._met & self.again.unfinished) | to_explain
        return Mark(
            self.ends, offset, self.records, self.expected, tuple(sorted(unfinished)), self.done()
        )

    def done(self, more: Iterable[Difference] = ()) -> Done:
        """What came of it, with these differences that no record led to."""
        erased = tuple(self.again.erased)
        return Done(self.again.decided, (*self._found, *more), erased, self._compared)

    def _compares(self, record: Record) -> bool:
        compares = self.asked.compares(record)
        self._compared += compares
        return compares


def subject_of(record: Record) -> str:
    """The incident that a record says it is about; one that is not refused is about no other."""
    return (record.header("ce_subject") or b"").decode(errors="replace")
