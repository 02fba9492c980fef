"""How long the audit of a national year takes: `python -m benchmarks audit [INCIDENTS]`.

71,000 incidents, each with its decision, its referral, four answers, their ledger events and
the feedback: near a million records, and a log of as many entries with a state for each day.
The parties' signatures are checked, but for what is under encryption (the auditor has no keys);
what one of those takes with the hub's keys is measured by itself.
What is measured is the audit itself, in processor time of one core: reading the records from
Kafka comes beside it, at some 15 us a record (`docs/benchmarks.md`).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks._audited_year import CODEC, AuditedYear
from benchmarks.disclosure_parts.year import sealed_year
from ketensluis.audit.findings import Window
from ketensluis.audit.heads import Heads
from ketensluis.audit.signatures import Vouchers
from ketensluis.audit.whole import Audit, Audited
from ketensluis.cli.audit import rules_on_file
from ketensluis.envelope.checking import check_signature
from ketensluis.envelope.directory import Directory
from ketensluis.kafka.auditing import Reading, read_log
from ketensluis.model.party import HUB
from ketensluis.model.record import Record
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of

__all__ = ["audit_of", "main"]

_INCIDENTS = 71_000
_BATCH = 5_000
_OPENED = 2_000


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _INCIDENTS
    with tempfile.TemporaryDirectory(prefix="ketensluis-bench-") as folder:
        year = AuditedYear(count, Path(folder))
        began = time.perf_counter()
        year.journal()
        _row(f"({count:,} incidents and their log made in", f"{time.perf_counter() - began:.0f} s)")
        parts: dict[str, float] = {}
        audited = audit_of(year, parts)
    size, whole = audited.report.log.size, sum(parts.values())
    _row(f"states of the log checked, {len(year.daily):,} of them", f"{parts['states']:.1f} s")
    _row(f"entries, {size:,} of them", f"{parts['entries']:.1f} s")
    _row(f"records, {size:,} of them", f"{parts['records']:.1f} s")
    _row("held against each other", f"{parts['conclusion']:.1f} s")
    _row("the audit, processor time of one core", f"{whole:.1f} s")
    _row("  a record", f"{whole / size * 1e6:.1f} us")
    counts = audited.report.counts
    _row("signatures checked", f"{counts['signatures']:,}")
    _row("signatures under encryption", f"{counts['signatures under encryption']:,}")
    _row("  with the hub's keys, one of an incident", f"{_opened() * 1e6:.0f} us more")
    _row("findings", f"{len(audited.report.findings)}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _row("memory at its largest, the made log included", f"{memory:,.0f} MiB")


def _opened() -> float:
    """Seconds of processor time more for a signature that has to be decrypted first."""
    with tempfile.TemporaryDirectory(prefix="ketensluis-bench-") as folder:
        settings = Settings(home=Path(folder))
        records = list(islice(sealed_year(settings, _OPENED), _OPENED))
        directory, opener = Directory.load(pki_folder(settings)), post_of(settings, HUB).opener
        took = []
        for keys in (None, opener):
            began = time.process_time()
            for record in records:
                assert check_signature(record, directory, keys) is (keys is not None)
            took.append(time.process_time() - began)
    return (took[1] - took[0]) / len(records)


def audit_of(
    year: AuditedYear, parts: dict[str, float], records: Iterable[Record] | None = None
) -> Audited:
    """The audit of the year, or of other records beside its log; `parts` get their seconds."""
    began = time.process_time()
    heads = Heads(year.daily[-1], year.daily[-1], tuple(year.daily))
    window = Window(None, None, datetime(2027, 6, 1, tzinfo=UTC))
    vouchers = Vouchers(year.signers.directory)
    rules = rules_on_file(Settings())
    audit = Audit(heads, year.keys, window, CODEC.decode, rules, vouchers)
    parts["states"] = time.process_time() - began
    began = time.process_time()
    read_log(audit, year.fetch, Reading())
    parts["entries"] = time.process_time() - began
    parts["records"] = 0.0
    for batch in _batches(year.records() if records is None else records):
        began = time.process_time()
        for record in batch:
            audit.record(record)
        parts["records"] += time.process_time() - began
    began = time.process_time()
    audited = audit.conclude("hub")
    parts["conclusion"] = time.process_time() - began
    return audited


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """So that making the records is not measured with them."""
    rest = iter(records)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _row(what: str, said: str) -> None:
    print(f"{what:58}{said:>22}")


if __name__ == "__main__":
    main()
