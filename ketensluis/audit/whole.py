"""The whole audit, in the order in which it is fed: states, entries, records, conclusion."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from ketensluis.audit.chain import ChainAudit
from ketensluis.audit.due import Due
from ketensluis.audit.findings import Findings, Window
from ketensluis.audit.heads import Heads
from ketensluis.audit.log import LogAudit
from ketensluis.audit.report import LogState, Report, Seen, report_of
from ketensluis.audit.rules import Rules
from ketensluis.audit.signatures import SignatureAudit, Vouchers
from ketensluis.envelope.opening import Decode
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.tiles import Tile
from ketensluis.model.record import Record

__all__ = ["Audit", "Audited"]


@dataclass(frozen=True)
class Audited:
    """A report, and what its bundle is made of: the states of the log, and the entries judged.

    `span` is from the first of them to before the end; `earlier` the states of days before.
    """

    report: Report
    heads: Heads
    span: tuple[int, int]
    earlier: tuple[Note, ...]


class Audit:
    """One audit; give it each entry in order and `entries_end`, then each record."""

    def __init__(
        self,
        heads: Heads,
        keys: JournalKeys,
        window: Window,
        decode: Decode,
        rules: Rules,
        vouchers: Vouchers,
    ) -> None:
        self.heads = heads
        self._keys = keys
        self._findings = Findings(window)
        self._counts = Counter({"records": 0, "records judged": 0})
        self._chain = ChainAudit(self._findings, decode, rules)
        self._signatures = SignatureAudit(self._findings, vouchers)
        self._due = Due(self._findings, decode, rules)
        self._log = LogAudit(self._findings, keys, heads.head.size)
        self._log.states.checkpoints([*heads.earlier, heads.checkpoint])

    def entry(self, encoded: bytes) -> None:
        """The next entry of the log."""
        self._log.entry(encoded)

    def tile(self, tile: Tile, shown: bytes) -> None:
        """A tile as the entries so far make it, and as the log shows it; empty if it does not."""
        if tile.content != shown:
            said = "not the hashes of the entries under it" if shown else "a tile that is not there"
            self._findings.add("bad_tree", tile.path, said)

    def entries_end(self) -> None:
        """There are no more entries."""
        self._log.entries_end(self.heads.head)

    def record(self, record: Record) -> None:
        """A record as it lies on its topic now."""
        self._counts["records"] += 1
        self._counts["records judged"] += self._findings.window.judges(record.timestamp_ms)
        self._chain.take(record)
        self._signatures.take(record)
        self._due.take(record)
        self._log.record(record)

    def conclude(self, made_by: str) -> Audited:
        """Hold all of it against each other."""
        self._log.left(self._chain.removals)
        self._chain.conclude()
        self._signatures.conclude(self._chain.refused())
        heads, window = self.heads, self._findings.window
        head, seen = heads.head, self._witnessed()
        self._due.conclude(self._chain, self._log)
        report = report_of(
            self._findings,
            made_by=made_by,
            log=LogState(head.origin, head.size, head.root.hex(), self._keys.quorum, seen),
            counts={
                **self._counts,
                **self._chain.counts,
                **self._signatures.counts,
                "log entries": head.size,
                "log states": len(heads.earlier),
            },
            since=window.since,
            until=window.until,
        )
        return Audited(report, heads, self._log.span(), heads.by_day(self._keys))

    def _witnessed(self) -> tuple[Seen, ...]:
        heads = self.heads
        parties = self._keys.parties
        seen = self._log.states.witnessed(heads.cosigned)
        if seen and heads.seen_size < heads.head.size:
            self._findings.lacking(
                self._log.time_of(heads.seen_size),
                "too_few_witnesses",
                f"entry {heads.seen_size}",
                "too few parties have seen what is in the log from there on",
            )
        return tuple(Seen(parties[name], datetime.fromtimestamp(at, UTC)) for name, at in seen)
