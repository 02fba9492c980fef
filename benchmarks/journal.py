"""How fast the journal sequences, and what a proof costs: `python -m benchmarks.journal`.

Sequencing is measured on a real Apache Kafka on this machine, with every step of a running
journal: reading, hashing, the transaction, tiles and checkpoints on the disk. The log for the
proofs has ten million made-up entries; its tiles are read from files for every proof anew, and
the times of proofs are processor time, as others may be at work.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer

from ketensluis.envelope.pki import make_demo_pki
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.entry import Entry
from ketensluis.journal.growing import Growing
from ketensluis.journal.hashing import leaf_hash
from ketensluis.journal.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    subtree_root,
)
from ketensluis.journal.tiles import node_of
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.party import CHECKPOINTS, JOURNAL_ENTRIES, LEDGER_EVENTS
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.settings import Settings
from services.journal.app import log_of
from services.journal.folder import LogFolder
from services.journal.sequencer import open_sequencer

__all__ = ["main"]

_RECORDS = 60_000
_VALUE_BYTES = 600
_HEADERS = [(f"ce_{name}", b"x" * 24) for name in ("id", "source", "type", "subject", "time")]
_SIZE = 10_000_000
_PROOFS = 500
_BATCH = 5_000


def main() -> None:
    """Prints the table."""
    folder = Path(tempfile.mkdtemp(prefix="ketensluis-bench-"))
    try:
        _hashing()
        with LocalKafka(folder / "kafka") as kafka:
            asyncio.run(_sequencing(kafka.bootstrap, folder))
        _proofs(folder / "log")
    finally:
        shutil.rmtree(folder)


def _row(what: str, said: str) -> None:
    print(f"{what:58}{said:>22}")


def _hashing() -> None:
    """The part that is ours: the entry of a record, and its place in the tree."""
    records = [
        Record(
            Coordinates(LEDGER_EVENTS, 0, n), b"PL0600-%010d" % n, b"v" * _VALUE_BYTES,
            tuple(_HEADERS), n,
        )
        for n in range(20_000)
    ]  # fmt: skip
    growing, began = Growing(), time.process_time()
    for record in records:
        growing.add(Entry.of(record).encode())
    took = (time.process_time() - began) / len(records)
    _row("entry and tree, processor time a record", f"{took * 1e6:.1f} us")


async def _sequencing(bootstrap: str, folder: Path) -> None:
    await apply(bootstrap, [
        TopicPlan(LEDGER_EVENTS, 4, 1), TopicPlan(JOURNAL_ENTRIES, 1, 1),
        TopicPlan(CHECKPOINTS, 1, 1),
    ])  # fmt: skip
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_batch_size=2**18) as producer:
        for first in range(0, _RECORDS, _BATCH):
            sent = [
                await producer.send(
                    LEDGER_EVENTS, b"v" * _VALUE_BYTES, b"PL0600-%010d" % n, headers=_HEADERS
                )
                for n in range(first, first + _BATCH)
            ]
            await asyncio.gather(*sent)
    make_demo_pki(folder / "pki", ("hub",), datetime.now(UTC))
    make_demo_journal_keys(folder / "pki", ("hub",))
    log = log_of(Settings(bootstrap=bootstrap, home=folder))
    began, used = time.perf_counter(), time.process_time()
    async with open_sequencer(log, lambda: None) as sequencer:
        while sequencer.size < _RECORDS:
            await sequencer.step()
        took, used = time.perf_counter() - began, time.process_time() - used
        await sequencer.step()
    _row(f"{_RECORDS:,} records sequenced, Kafka beside it", f"{_RECORDS / took:,.0f} a second")
    _row("processor time of the journal itself", f"{used / _RECORDS * 1e6:.1f} us a record")
    _row("so on one core of its own", f"{_RECORDS / used:,.0f} a second")
    began = time.perf_counter()
    log.folder.clear()
    async with open_sequencer(log, lambda: None) as sequencer:
        assert sequencer.size == _RECORDS
    took = time.perf_counter() - began
    _row("tiles made again from the topic of entries", f"{_RECORDS / took:,.0f} a second")


def _proofs(folder: Path) -> None:
    kept, growing = LogFolder(folder), Growing()
    began = time.perf_counter()
    for number in range(_SIZE):
        if full := growing.add(b"%d" % number):
            for tile in full:
                if not tile.path.startswith("tile/entries"):
                    path = folder / tile.path
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(tile.content)
    kept.keep(growing.partial())
    _row(f"(a log of {_SIZE:,} entries made in", f"{time.perf_counter() - began:.0f} s)")
    chance, root = random.Random(1), growing.root()  # noqa: S311 - reproducible, no secret
    places = [chance.randrange(_SIZE) for _ in range(_PROOFS)]

    def prove(index: int) -> list[bytes]:
        return inclusion_proof(node_of(kept.fetch, _SIZE), index, _SIZE)

    def check(index: int) -> None:
        check_inclusion(leaf_hash(b"%d" % index), index, _SIZE, proofs[index], root)

    proofs = {index: prove(index) for index in places}
    _times(f"inclusion proof in a log of {_SIZE:,}", prove, places)
    _times("  checked", check, places)
    node = node_of(kept.fetch, _SIZE)
    past = {size: subtree_root(node, 0, size) for size in places if size}

    def continued(size: int) -> list[bytes]:
        return consistency_proof(node_of(kept.fetch, _SIZE), size, _SIZE)

    _times("consistency proof from any size", continued, list(past))
    for size, old_root in past.items():
        check_consistency(size, _SIZE, continued(size), old_root, root)


def _times(what: str, call: Callable[[int], object], arguments: list[int]) -> None:
    taken = []
    for each in arguments:
        began = time.process_time()
        call(each)
        taken.append((time.process_time() - began) * 1e3)
    taken.sort()
    last = taken[int(len(taken) * 0.99)]
    _row(what, f"{statistics.median(taken):.2f} ms, p99 {last:.2f}")


if __name__ == "__main__":
    main()
