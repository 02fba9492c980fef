"""A copy of the log and the records of a day that a real chain made, to be tampered with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from made_evidence import records_of, verify
from made_log import MadeLog
from msgspec.structs import replace

from ketensluis.audit.findings import Window
from ketensluis.audit.heads import Heads
from ketensluis.audit.report import Report
from ketensluis.audit.signatures import Vouchers
from ketensluis.audit.whole import Audit
from ketensluis.avro.codec import Codec
from ketensluis.cli.audit import rules_on_file
from ketensluis.envelope.directory import Directory
from ketensluis.journal.checkpoints import cosign
from ketensluis.journal.entry import Entry
from ketensluis.journal.evidence import Evidence, write_bundle
from ketensluis.journal.keys import JournalKeys, load_log_keys, load_witness_keys
from ketensluis.journal.notes import Note
from ketensluis.kafka.auditing import Reading, read_log
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings

CODEC = Codec.from_lock()
rules = cache(lambda folder: rules_on_file(Settings(agreements=folder)))
WITNESSES = ("police", "om:limburg", "vt:zeeland")


@dataclass
class Copy:
    """The records in the order of the log, the log over them, and the state that was seen."""

    pki: Path
    records: list[Record]
    seen: Note
    log: MadeLog = field(init=False)
    agreements: Path | None = None

    @classmethod
    def of(cls, folder: Path) -> Copy:
        """The copy of the evidence that an auditor took along, all of it seen.

        The day goes on while its state is cosigned, so the state in the folder may lack the last
        entries, or not: what an attack changes must not depend on that.
        """
        found = records_of(folder / "day")
        seen = Note.parse((folder / "day" / "checkpoint").read_text())
        copy = cls(folder / ".ketensluis" / "pki", [record for _, record in found], seen)
        copy.journal()
        assert [entry.encode() for entry, _ in found] == copy.log.entries
        copy.seen = copy.witnessed()
        return copy

    @property
    def latest(self) -> datetime:
        return datetime.fromtimestamp(max(r.timestamp_ms for r in self.records) / 1000, UTC)

    def journal(self) -> None:
        """Make the log anew of what the records are now, as its operator can."""
        self.log = MadeLog(*load_log_keys(self.pki))
        self.log.add([Entry.of(record).encode() for record in self.records])

    def witnessed(self, by: Iterable[str] = WITNESSES, at: datetime | None = None) -> Note:
        """The state of the log now, seen by these."""
        note, when = self.log.checkpoint(), int((at or self.latest).timestamp())
        return note.with_lines(cosign(note, load_witness_keys(self.pki, p)[0], when) for p in by)

    def rewrite(self) -> None:
        """Had it been so from the beginning: journalled, and seen by all."""
        self.journal()
        self.seen = self.witnessed()

    def at(self, topic: str, number: int = 0) -> int:
        """Where among the records that one of a topic is."""
        found = [n for n, r in enumerate(self.records) if r.coordinates.topic.startswith(topic)]
        return found[number]

    def change(self, index: int, **parts: Any) -> None:
        """Another record in its place."""
        self.records[index] = replace(self.records[index], **parts)

    def event(self, index: int) -> LedgerEvent:
        return CODEC.decode(self.records[index].value or b"", LedgerEvent)

    def change_event(self, index: int, **parts: Any) -> None:
        """Another ledger event in its place."""
        self.change(index, value=CODEC.encode(replace(self.event(index), **parts)))

    def events(self, holds: Callable[[LedgerEvent], object]) -> list[int]:
        """Where among the records the ledger events are of which that holds."""
        places = [n for n, r in enumerate(self.records) if r.coordinates.topic == "ledger.events"]
        return [n for n in places if holds(self.event(n))]

    def audit(
        self,
        *,
        earlier: Iterable[Note] = (),
        later: timedelta = timedelta(0),
        since: datetime | None = None,
        vouchers: Vouchers | None = None,
    ) -> Report:
        """What the audit says of it, a day later."""
        shown = self.log.checkpoint()
        window = Window(since, None, self.latest + timedelta(days=1) + later)
        audit = Audit(
            Heads(shown, self.seen, tuple(earlier)),
            JournalKeys.load(self.pki),
            window,
            CODEC.decode,
            rules(self.agreements),
            vouchers or Vouchers(Directory.load(self.pki)),
        )
        read_log(audit, self.log.fetch, Reading())
        for record in self.records:
            audit.record(record)
        return audit.conclude("hub").report

    def codes(self, **told: Any) -> set[str]:
        return {each.code for each in self.audit(**told).findings}

    def verified(self, folder: Path, *told: str | Path) -> set[str]:
        """What the one-file verifier says of a bundle of it."""
        found = {each.coordinates: each for each in self.records}
        evidence = Evidence(self.seen, (), 0, self.log.growing.size)
        write_bundle(folder, evidence, self.log.fetch, found.get, self.pki / "public")
        code, said = verify(folder, "--keys", self.pki / "public", *told)
        lines = [each.split(":")[0] for each in said.splitlines() if each[:1].islower()]
        codes = {each for each in lines if " " not in each}
        assert (code == 0) == (not codes), said
        return codes
