"""A journal of a test's own on the session's Kafka, and a program that is killed at a step."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from stage_kafka import produce, scan, settings_for

from ketensluis.avro.codec import Codec
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.journal.entry import Entry
from ketensluis.journal.growing import Growing
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.notes import Note
from ketensluis.journal.tiles import unbundle
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.messages import Checkpoint
from ketensluis.model.record import Record
from ketensluis.runtime import transactions
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.transactions import Transactions
from services.journal import app, folder, restoring
from services.journal.folder import LogFolder
from services.journal.names import Names
from services.journal.sequencer import Log
from services.journal.worker import JournalWorker

AT = datetime(2026, 3, 1, tzinfo=UTC)
INPUTS = {"ledger.events": 4, "police.incidents": 2, "quarantine": 1}
TOPICS = {**INPUTS, "journal.entries": 1, "journal.checkpoints": 1, "journal.cosignatures": 1}
WITNESSES = ("vt:twente", "om:limburg")


@dataclass
class Rig:
    """One log: its topics, its keys, its folder."""

    bootstrap: str
    home: Path
    prefix: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}.")
    sent: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Make its topics and keys."""
        with ThreadPoolExecutor(1) as pool:  # the caller's thread may have a running loop
            pool.submit(asyncio.run, self._make_topics()).result()
        make_demo_pki(self.home / "pki", ("hub",), AT)
        make_demo_journal_keys(self.home / "pki", ("hub", *WITNESSES))

    async def _make_topics(self) -> None:
        await apply(
            self.bootstrap,
            [TopicPlan(self.prefix + name, count, 1) for name, count in TOPICS.items()],
        )

    def settings(self, **others: Any) -> Settings:
        return settings_for(self.bootstrap, self.home, **others)

    def log(self, **others: Any) -> Log:
        made = app.log_of(self.settings(**others))
        names = Names(self.prefix, f"{self.prefix}{uuid.uuid4().hex[:8]}")
        return Log(
            made.settings, made.clock, made.keys, made.post, made.folder, made.metrics, names
        )

    async def send(self, count: int, tag: str) -> None:
        """So many records on each topic, some of them in transactions, some of those aborted."""
        for name in INPUTS:
            values = (f"{tag} {n}" for n in range(count))
            self.sent += await produce(self.bootstrap, self.prefix + name, values)
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, transactional_id=f"{self.prefix}{tag}"
        )
        async with producer:
            for turn, kept in enumerate((True, False, True)):
                await producer.begin_transaction()
                place = await producer.send_and_wait(
                    f"{self.prefix}ledger.events", b"%d" % turn, partition=turn
                )
                if kept:
                    await producer.commit_transaction()
                    self.sent.append(f"{place.topic}[{place.partition}]@{place.offset}")
                else:
                    await producer.abort_transaction()

    async def entries(self) -> list[bytes]:
        """What is committed to the topic of entries, in order."""
        records = await scan(self.bootstrap, f"{self.prefix}journal.entries")
        return [entry for record in records for entry in unbundle(record.value or b"")]

    async def checkpoints(self) -> list[Note]:
        codec = Codec.from_lock()
        records = await scan(self.bootstrap, f"{self.prefix}journal.checkpoints")
        return [Note.parse(codec.decode(each.value or b"", Checkpoint).note) for each in records]

    async def inputs(self) -> dict[str, Record]:
        found = [each for name in INPUTS for each in await scan(self.bootstrap, self.prefix + name)]
        return {str(each.coordinates): each for each in found}

    async def done(self) -> bool:
        """Whether every record sent is an entry, and a checkpoint covers them."""
        if len(await self.entries()) < len(self.sent):
            return False
        path = self.home / "journal" / "checkpoint"
        return path.exists() and path.read_text().split("\n")[1] == str(len(self.sent))

    def files(self) -> dict[str, bytes]:
        """The log's files, as they are served."""
        root = self.home / "journal"
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.name != "state.json"
        }

    @property
    def keys(self) -> JournalKeys:
        return JournalKeys.load(self.home / "pki")


def in_order(entries: list[bytes]) -> Iterator[tuple[str, list[int]]]:
    """The offsets of each partition, in the order of the log."""
    places: dict[str, list[int]] = {}
    for each in entries:
        at = Entry.decode(each).coordinates
        places.setdefault(f"{at.topic}[{at.partition}]", []).append(at.offset)
    yield from places.items()


def rebuilt(entries: list[bytes]) -> Growing:
    """The tree that follows from the entries."""
    growing = Growing()
    for entry in entries:
        growing.add(entry)
    return growing


class JournalProcess:
    """The journal in a process of its own; with a step, it ends by SIGKILL there."""

    def __init__(self, rig: Rig, *, step: str = "", turn: int = 1) -> None:
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        environment = {
            f"KETENSLUIS_{name.upper()}": str(value)
            for name, value in rig.settings(batch_records=100).model_dump(exclude_none=True).items()
        }
        self.log = rig.home / "journal.log"
        with self.log.open("ab") as lines:
            self.process = subprocess.Popen(
                [sys.executable, __file__, rig.prefix, step, str(turn)],
                env={**os.environ, **path, **environment}, stderr=lines,
            )  # fmt: skip

    def dead(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Deadly:
    """Ends this process at a step: parts of the program are wrapped, none is replaced."""

    def __init__(self, step: str, turn: int) -> None:
        self.step = step
        self.left = turn

    def at(self, step: str) -> bool:
        """Whether the step has come for the last time."""
        if step == self.step:
            self.left -= 1
        return step == self.step and self.left == 0

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def wrap(self, owner: Any, name: str, before: str = "", after: str = "") -> None:
        """Ends before the call, or after it."""
        call = getattr(owner, name)

        def wrapped(*told: Any, **named: Any) -> Any:
            if before and self.at(before):
                self.die()
            done = call(*told, **named)
            if after and self.at(after):
                self.die()
            return done

        setattr(owner, name, wrapped)

    def wrap_commit(self) -> None:
        """Ends before, within, or after the transaction of entries, or of a checkpoint."""
        commit, send = Transactions.commit, transactions.send

        async def commits(own: Transactions, outputs: Any, *rest: Any, **named: Any) -> Any:
            told = list(outputs)
            kind = told[0].topic.rpartition(".")[2]
            if self.at(f"before {kind} are committed"):
                self.die()
            done = await commit(own, told, *rest, **named)
            if self.at(f"after {kind} are committed"):
                self.die()
            return done

        async def sends(producer: Any, grouped: Any, *rest: Any) -> Any:
            waiting = await send(producer, grouped, *rest)
            kind = next(iter(grouped)).topic.rpartition(".")[2]
            if self.at(f"within the transaction of {kind}"):
                await asyncio.wait([each.future for each in waiting])
                self.die()
            return waiting

        Transactions.commit = commits  # type: ignore[method-assign]
        transactions.send = sends

    def wrap_files(self) -> None:
        """Ends with half of a file written, or with tiles that never got to the disk."""
        write, sync = LogFolder._write, folder._sync

        def writes(own: LogFolder, name: str, content: bytes) -> None:
            if self.at(f"half of {name} is written"):
                (own.path / f".{name}").write_bytes(content[: len(content) // 2])
                self.die()
            write(own, name, content)

        def syncs(path: Path) -> None:
            if path.is_file() and self.at("while tiles go to disk"):
                path.write_bytes(path.read_bytes()[:-7])
                self.die()
            sync(path)

        LogFolder._write = writes  # type: ignore[method-assign]
        folder._sync = syncs

    def arm(self) -> None:
        self.wrap_commit()
        self.wrap_files()
        self.wrap(LogFolder, "settle", "before tiles are settled", "after tiles are settled")
        self.wrap(
            LogFolder, "keep", "before full tiles are written", "after full tiles are written"
        )
        self.wrap(LogFolder, "publish", after="after a checkpoint is shown")
        self.wrap(restoring, "entries_in", before="while the log is read back")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("prefix")
    parser.add_argument("step")
    parser.add_argument("turn", type=int)
    told = parser.parse_args()
    Deadly(told.step, told.turn).arm()
    settings = Settings()
    rig = Rig(settings.bootstrap, settings.home, told.prefix)
    worker = JournalWorker(rig.log(batch_records=settings.batch_records))
    asyncio.run(worker.run())


if __name__ == "__main__":
    main()
