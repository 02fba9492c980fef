"""The log against what was signed, and the records against the log.

Give it the states that were signed, then all entries in their order, then all records in any
order; then ask what was left over.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Final

from ketensluis.audit.findings import AT_WORK, Findings
from ketensluis.audit.removals import Removals
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import RETIRED, Head, cosigned, open_checkpoint
from ketensluis.journal.entry import Entry
from ketensluis.journal.frontier import Frontier
from ketensluis.journal.hashing import HASH_BYTES, leaf_hash
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.model.record import Coordinates, Record

__all__ = ["LogAudit"]

# As in the one-file verifier: a record may lie unjournalled for so long before its entry counts
# as added afterwards, in milliseconds.
_LATE_MS: Final = 24 * 3600 * 1000
_DAY_SECONDS: Final = 24 * 3600


class LogAudit:
    """One pass over one log; `size` is how many entries the audit is about."""

    def __init__(self, findings: Findings, keys: JournalKeys, size: int) -> None:
        self._findings = findings
        self._keys = keys
        self.size = size
        self.records = 0
        self._frontier = Frontier()
        self._leaves = bytearray()
        self._times = array("q")
        self._met = bytearray()
        self._places: dict[tuple[str, int], dict[int, int]] = {}
        self._last: dict[tuple[str, int], int] = {}
        # The states that were signed, by size; those that witnesses saw, with when.
        self._roots: dict[int, set[bytes]] = {}
        self._seen: list[tuple[int, int]] = []
        self._states_seen: list[tuple[int, int]] = []
        self._limit_ms = 0

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
            if head.size > self.size:
                self._findings.add(
                    "truncated",
                    f"checkpoint of {head.size} entries",
                    f"the log was signed with {head.size} entries, and has {self.size}",
                )
                continue
            self._roots.setdefault(head.size, set()).add(head.root)
            if len(seen) >= self._keys.quorum:
                at = max(each.at for each in seen)
                day = days.get(at // _DAY_SECONDS, (0, 0))
                days[at // _DAY_SECONDS] = max(day, (head.size, at))
        self._seen = sorted(days.values(), reverse=True)
        self._states_seen = sorted(days.values())

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
            insort(self._states_seen, (head.size, max((each.at for each in seen), default=0)))
        return [(each.witness, each.at) for each in seen]

    def entry(self, encoded: bytes) -> None:
        """The next entry of the log."""
        index, leaf = self._frontier.size, leaf_hash(encoded)
        self._states(index)
        self._frontier.add(leaf)
        self._leaves += leaf
        self._met.append(0)
        try:
            entry = Entry.decode(encoded)
        except Refused:
            self._findings.add("bad_entry", f"entry {index}")
            self._times.append(0)
            return
        self._times.append(entry.timestamp_ms)
        at = entry.coordinates
        place = (at.topic, at.partition)
        known = self._places.setdefault(place, {})
        if at.offset in known:
            self._findings.add("repeated_entry", at, f"entries {known[at.offset]} and {index}")
        elif at.offset < self._last.get(place, -1):
            self._findings.add("out_of_order", at, f"entry {index} comes after a later record")
        known.setdefault(at.offset, index)
        self._last[place] = max(at.offset, self._last.get(place, -1))
        if entry.timestamp_ms < self._limit_ms:
            self._findings.add(
                "added_later", at, f"entry {index} is a day older than a state seen without it"
            )

    def _states(self, size: int) -> None:
        """What was signed at this size must be what lies below it."""
        for root in self._roots.pop(size, ()):
            if root != self._frontier.root():
                self._findings.add(
                    "two_histories",
                    f"checkpoint of {size} entries",
                    f"the first {size} entries are not those that were signed then",
                )
        while self._seen and self._seen[-1][0] <= size:
            _, at = self._seen.pop()
            self._limit_ms = max(self._limit_ms, at * 1000 - _LATE_MS)

    def entries_end(self, head: Head) -> None:
        """All entries were given: they must lead to the root of the head."""
        self._states(self._frontier.size)
        if (self._frontier.size, self._frontier.root()) != (head.size, head.root):
            self._findings.add(
                "bad_tree",
                f"checkpoint of {head.size} entries",
                f"the log's files have {self._frontier.size} entries, and lead to another root",
            )

    def record(self, record: Record) -> None:
        """A record as it lies on its topic now."""
        self.records += 1
        at = record.coordinates
        index = self._places.get((at.topic, at.partition), {}).get(at.offset)
        if index is None:
            # Whatever time is asked about, what is not in the log is not in the log.
            if self._findings.window.at_work(record.timestamp_ms):
                self._findings.at_work += 1
            else:
                self._findings.add("not_journalled", at)
            return
        self._met[index] = 1
        entry = Entry.of(record)
        begin = index * HASH_BYTES
        if leaf_hash(entry.encode()) != self._leaves[begin : begin + HASH_BYTES]:
            self._findings.add("altered_record", at, f"not as entered (entry {index})")

    def left(self, removals: Removals) -> None:
        """All records were given: every entry must have met its own, or retention took that."""
        for (topic, partition), offsets in self._places.items():
            for offset, index in offsets.items():
                if not self._met[index] and not removals.offset(topic, partition, offset):
                    self._findings.add(
                        "entry_without_record",
                        f"{topic}[{partition}]@{offset}",
                        f"entry {index} is of a record that is not there",
                    )

    def sent(self, topic: str, partition: int, begin: int, end: int) -> list[tuple[int, int]]:
        """What lay from `begin` to before `end`: each offset, and when it was sent (ms)."""
        known = self._places.get((topic, partition), {})
        return [(each, self._times[known[each]]) for each in sorted(known) if begin <= each < end]

    def as_of(self, said: datetime, at: Coordinates) -> datetime:
        """When a record was made, by its own word, but no later than parties saw the log with it.

        To the day: of the states that were seen, one a day is known. A minute is allowed for
        clocks that differ.
        """
        made = min(said, self._findings.window.at)
        index = self._places.get((at.topic, at.partition), {}).get(at.offset)
        if index is not None:
            first = bisect_right(self._states_seen, index, key=itemgetter(0))
            for _, seen in self._states_seen[first:][:1]:
                made = min(made, datetime.fromtimestamp(seen, UTC) + AT_WORK)
        return made

    def time_of(self, index: int) -> int:
        """When the record of an entry was sent, in milliseconds; 0 where there is none."""
        return self._times[index] if index < len(self._times) else 0

    def span(self) -> tuple[int, int]:
        """The entries of what is judged: from the first to before the end."""
        judged = [index for index, at in enumerate(self._times) if self._findings.window.judges(at)]
        return (judged[0], judged[-1] + 1) if judged else (0, 0)


def _code(error: Refused) -> str:
    return RETIRED if error.code == RETIRED else "bad_checkpoint"
