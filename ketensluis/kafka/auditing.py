"""Reads what an audit is about: the log's files, and then every record of its topics.

The order matters on a chain that goes on running: the log first, the records after it, so that
every entry has its record by then. What came in between lacks an entry, and is young.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from ketensluis.audit.chain import ChainAudit
from ketensluis.audit.findings import Findings
from ketensluis.audit.log import LogAudit
from ketensluis.audit.report import LogState, Report, Seen, report_of
from ketensluis.avro.codec import Codec
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.journal.checkpoints import Head, cosigned
from ketensluis.journal.evidence import entries_of
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.scope import is_journalled
from ketensluis.journal.tiles import Fetch
from ketensluis.kafka.checkpoints import checkpoints
from ketensluis.kafka.cluster import existing
from ketensluis.kafka.scan import scan
from ketensluis.model.party import CHECKPOINTS, COSIGNATURES, LEDGER_ALARMS
from ketensluis.model.record import Record

__all__ = ["Audited", "Heads", "Reading", "audit_all", "read_heads"]

# The witnesses look once a second; the files are a moment behind what is committed.
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.25


@dataclass(frozen=True)
class Heads:
    """The states of a log: the newest, the newest that enough parties saw, and all of them."""

    checkpoint: Note
    cosigned: Note | None
    earlier: tuple[Note, ...] = ()

    @property
    def head(self) -> Head:
        """The newest state, by its own word."""
        return Head.parse(self.checkpoint.text)

    def by_day(self, keys: JournalKeys) -> tuple[Note, ...]:
        """The last state of each day that enough parties saw, before the newest such."""
        days: dict[int, Note] = {}
        for note in self.earlier:
            try:
                seen = cosigned(note, keys.witnesses.values())
            except Refused:
                continue
            if len(seen) >= keys.quorum:
                days[max(each.at for each in seen) // 86_400] = note
        newest = self.cosigned and Head.parse(self.cosigned.text).size
        return tuple(each for each in days.values() if Head.parse(each.text).size != newest)


@dataclass
class Reading:
    """How far a reading is, for whoever waits: `told` hears what is read, and how many."""

    told: Callable[[str, int], None] = field(default=lambda _what, _count: None)
    keep: Callable[[Record], None] = field(default=lambda _record: None)


async def read_heads(
    fetch: Fetch, *, bootstrap: str | None = None, codec: Codec | None = None
) -> Heads:
    """The log's states from its files, and from its topics where Kafka is given.

    It waits a moment for the witnesses to have seen the newest state, and no longer.

    Raises:
        Unavailable: `log_away`, the log's files cannot be read; Kafka does not answer.
    """
    loop, notes = asyncio.get_running_loop(), tuple[Note, ...]()
    if bootstrap is not None and codec is not None:
        notes = await checkpoints(bootstrap, CHECKPOINTS, COSIGNATURES, codec)
    deadline = loop.time() + _PATIENCE_SECONDS
    wanted = max((Head.parse(each.text).size for each in notes), default=0)
    while True:
        newest = await asyncio.to_thread(_note, fetch, "checkpoint")
        seen = await asyncio.to_thread(_note, fetch, "cosigned")
        if newest is None:
            raise _away()
        wanted = wanted or Head.parse(newest.text).size
        reached = 0 if seen is None else Head.parse(seen.text).size
        if (reached >= wanted and Head.parse(newest.text).size >= wanted) or (
            loop.time() > deadline
        ):
            return Heads(newest, seen, notes)
        await asyncio.sleep(_PAUSE_SECONDS)


@dataclass(frozen=True)
class Audited:
    """A report, and what its bundle is made of: the states of the log, and the entries judged.

    `span` is from the first of them to before the end; `earlier` the states of days before.
    """

    report: Report
    heads: Heads
    span: tuple[int, int]
    earlier: tuple[Note, ...]


async def audit_all(
    bootstrap: str,
    codec: Codec,
    fetch: Fetch,
    keys: JournalKeys,
    chain: ChainAudit,
    reading: Reading,
    *,
    made_by: str,
) -> Audited:
    """Hold the chain and the log of that cluster against each other.

    Raises:
        Unavailable: Kafka does not answer, or the log's files cannot be read.
    """
    findings = chain.findings
    heads = await read_heads(fetch, bootstrap=bootstrap, codec=codec)
    log = LogAudit(findings, keys, heads.head.size)
    await asyncio.to_thread(_read_log, log, heads, fetch, reading)
    seen = _witnessed(log, heads, findings)
    topics = [*sorted(filter(is_journalled, await existing(bootstrap)), key=_causes_last)]
    async for record in scan(bootstrap, [LEDGER_ALARMS, *topics]):
        chain.take(record)
        if record.coordinates.topic != LEDGER_ALARMS:
            log.record(record)
            reading.keep(record)
            reading.told("records", log.records)
    log.left()
    chain.conclude()
    head, window = heads.head, findings.window
    report = report_of(
        findings,
        made_by=made_by,
        log=LogState(head.origin, head.size, head.root.hex(), keys.quorum, tuple(seen)),
        counts={**chain.counts, "log entries": head.size, "log states": len(heads.earlier)},
        since=window.since,
        until=window.until,
    )
    return Audited(report, heads, log.span(), heads.by_day(keys))


def _causes_last(topic: str) -> tuple[bool, str]:
    """What things follow from is read after them: whatever follows has its cause by then."""
    return topic.startswith(("police.", "responses.")), topic


def _read_log(log: LogAudit, heads: Heads, fetch: Fetch, reading: Reading) -> None:
    head = heads.head
    log.checkpoints([*heads.earlier, heads.checkpoint])
    try:
        for index, entry in entries_of(fetch, head.size):
            log.entry(entry)
            reading.told("entries", index + 1)
    except (FileNotFoundError, KetensluisError):
        pass  # then the log does not end where it should, which is said
    except httpx.HTTPError as error:
        raise _away() from error
    log.entries_end(head)


def _witnessed(log: LogAudit, heads: Heads, findings: Findings) -> Sequence[Seen]:
    seen = [
        Seen(name, datetime.fromtimestamp(at, UTC)) for name, at in log.witnessed(heads.cosigned)
    ]
    size = Head.parse(heads.cosigned.text).size if heads.cosigned else 0
    if seen and size < heads.head.size:
        findings.lacking(
            log.time_of(size),
            "too_few_witnesses",
            f"entry {size}",
            f"too few parties have seen what is in the log from entry {size} on",
        )
    return seen


def _note(fetch: Fetch, path: str) -> Note | None:
    try:
        return Note.parse(fetch(path).decode(errors="replace"))
    except (FileNotFoundError, Refused):
        return None
    except httpx.HTTPError as error:
        raise _away() from error


def _away() -> Unavailable:
    return Unavailable(
        "log_away",
        "the log's files cannot be read",
        "say where they are: --log with the address at which they are served, or their folder",
    )
