"""The states of a log that were signed, and when parties saw them: held against its entries.

Give it the states first; then say, entry by entry, how far the log was read.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Final

from ketensluis.audit.findings import Findings
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import RETIRED, cosigned, open_checkpoint
from ketensluis.journal.frontier import Frontier
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note

__all__ = ["SignedStates"]

# A record may lie unjournalled for so long before its entry counts as added afterwards.
_LATE_MS: Final = 24 * 3600 * 1000
_DAY_SECONDS: Final = 24 * 3600


class SignedStates:
    """The states of one log; `size` is how many entries the audit is about.

    `limit_ms`: an entry that comes now and is of an earlier time (Unix, milliseconds) was added
    afterwards, as parties saw the log without it a day after that.
    """

    def __init__(self, findings: Findings, keys: JournalKeys, size: int) -> None:
        self._findings = findings
        self._keys = keys
        self._size = size
        self._roots: dict[int, set[bytes]] = {}
        # Size and Unix time of what enough parties saw, one a day: all, and what is yet to come.
        self._seen: list[tuple[int, int]] = []
        self._ahead: list[tuple[int, int]] = []
        self.limit_ms = 0

    def checkpoints(self, notes: Iterable[Note]) -> None:
        """Take in what the log signed, and when its witnesses saw it."""
        days: dict[int, tuple[int, int]] = {}
        for note in notes:
            try:
                head = open_checkpoint(note, self._keys.log)
                seen = cosigned(note, self._keys.witnesses.values())
            except Refused as error:
                self._findings.add(_code(error), "checkpoint", error.sentence)
                continue
            if head.size > self._size:
                self._findings.add(
                    "truncated",
                    f"checkpoint of {head.size} entries",
                    f"the log was signed with {head.size} entries, and has {self._size}",
                )
                continue
            self._roots.setdefault(head.size, set()).add(head.root)
            if len(seen) >= self._keys.quorum:
                at = max(each.at for each in seen)
                day = days.get(at // _DAY_SECONDS, (0, 0))
                days[at // _DAY_SECONDS] = max(day, (head.size, at))
        self._ahead = sorted(days.values(), reverse=True)
        self._seen = sorted(days.values())

    def witnessed(self, note: Note | None) -> list[tuple[str, int]]:
        """Who saw the newest state that enough have seen: by name, when in Unix seconds."""
        if note is None:
            self._findings.add("too_few_witnesses", "checkpoint", "nobody has seen the log")
            return []
        try:
            head = open_checkpoint(note, self._keys.log)
            seen = cosigned(note, self._keys.witnesses.values())
        except Refused as error:
            self._findings.add(_code(error), "checkpoint", error.sentence)
            return []
        if len(seen) < self._keys.quorum:
            self._findings.add(
                "too_few_witnesses",
                f"checkpoint of {head.size} entries",
                f"{len(seen)} witnesses saw this state, {self._keys.quorum} must have",
            )
        else:
            insort(self._seen, (head.size, max((each.at for each in seen), default=0)))
        return [(each.witness, each.at) for each in seen]

    def reached(self, frontier: Frontier) -> None:
        """So many entries were read: what was signed at this size must be what lies below it."""
        size = frontier.size
        for root in self._roots.pop(size, ()):
            if root != frontier.root():
                self._findings.add(
                    "two_histories",
                    f"checkpoint of {size} entries",
                    f"the first {size} entries are not those that were signed then",
                )
        while self._ahead and self._ahead[-1][0] <= size:
            _, at = self._ahead.pop()
            self.limit_ms = max(self.limit_ms, at * 1000 - _LATE_MS)

    def first_seen_with(self, index: int) -> datetime | None:
        """When enough parties had first seen the log with that entry, to the day, if ever."""
        first = bisect_right(self._seen, index, key=itemgetter(0))
        return next((datetime.fromtimestamp(at, UTC) for _, at in self._seen[first:]), None)


def _code(error: Refused) -> str:
    return RETIRED if error.code == RETIRED else "bad_checkpoint"
