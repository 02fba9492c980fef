"""The log against what was signed, and the records against the log.

Give it the states that were signed, then all entries in their order, then all records in any
order; then ask what was left over.
"""

from __future__ import annotations

from array import array
from datetime import datetime

from ketensluis.audit.findings import AT_WORK, Findings
from ketensluis.audit.removals import Removals
from ketensluis.audit.states import SignedStates
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import Head
from ketensluis.journal.entry import Entry
from ketensluis.journal.frontier import Frontier
from ketensluis.journal.hashing import HASH_BYTES, leaf_hash
from ketensluis.journal.keys import JournalKeys
from ketensluis.model.record import Coordinates, Record

__all__ = ["LogAudit"]


class LogAudit:
    """One pass over one log; `size` is how many entries the audit is about."""

    def __init__(self, findings: Findings, keys: JournalKeys, size: int) -> None:
        self._findings = findings
        self.states = SignedStates(findings, keys, size)
        self.records = 0
        self._frontier = Frontier()
        self._leaves = bytearray()
        self._times = array("q")
        self._met = bytearray()
        self._places: dict[tuple[str, int], dict[int, int]] = {}
        self._last: dict[tuple[str, int], int] = {}

    def entry(self, encoded: bytes) -> None:
        """The next entry of the log."""
        index, leaf = self._frontier.size, leaf_hash(encoded)
        self.states.reached(self._frontier)
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
        if entry.timestamp_ms < self.states.limit_ms:
            self._findings.add(
                "added_later", at, f"entry {index} is a day older than a state seen without it"
            )

    def entries_end(self, head: Head) -> None:
        """All entries were given: they must lead to the root of the head."""
        self.states.reached(self._frontier)
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
            seen = self.states.first_seen_with(index)
            made = made if seen is None else min(made, seen + AT_WORK)
        return made

    def time_of(self, index: int) -> int:
        """When the record of an entry was sent, in milliseconds; 0 where there is none."""
        return self._times[index] if index < len(self._times) else 0

    def span(self) -> tuple[int, int]:
        """The entries of what is judged: from the first to before the end."""
        judged = [index for index, at in enumerate(self._times) if self._findings.window.judges(at)]
        return (judged[0], judged[-1] + 1) if judged else (0, 0)
