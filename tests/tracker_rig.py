"""A tracker under test: topics of its own, a clock that is moved, and what it has told."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from waiting import until

from ketensluis.avro.codec import Codec
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.ledger import Alarm, Case, LedgerEvent
from ketensluis.model.messages import DisclosureRequest, Quarantined
from ketensluis.model.party import HUB
from ketensluis.runtime.clock import milliseconds
from ketensluis.runtime.settings import Settings
from services.tracker.names import Names
from services.tracker.worker import Tracker

DEADLINE = 90.0
PARTITIONS = 4
KINDS = {"cases": Case, "alarms": Alarm, "requests": DisclosureRequest, "quarantine": Quarantined}


class Rig:
    """Everything around trackers on one broker; `now` is the simulated time."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.bootstrap = bootstrap
        self.folder = folder
        self.codec = Codec.from_lock()
        tag = uuid.uuid4().hex[:10]
        self.names = Names(
            group=f"tracker-{tag}",
            events=f"test.events.{tag}",
            cases=f"test.cases.{tag}",
            alarms=f"test.alarms.{tag}",
            requests=f"test.requests.{tag}",
            quarantine=f"test.quarantine.{tag}",
        )
        self.clock_file = folder / "now"
        make_demo_pki(folder / "pki", [HUB], datetime(2026, 1, 1, tzinfo=UTC))

    def set_time(self, now: datetime) -> None:
        """Move the simulated time."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(now.isoformat(), encoding="ascii")
        fresh.replace(self.clock_file)

    async def make_topics(self) -> None:
        """Make the tracker's topics."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            compact = {"cleanup.policy": "compact"}
            names = self.names
            await admin.create_topics(
                [
                    NewTopic(names.events, PARTITIONS, 1),
                    NewTopic(names.cases, PARTITIONS, 1, topic_configs=compact),
                    NewTopic(names.alarms, PARTITIONS, 1),
                    NewTopic(names.requests, PARTITIONS, 1),
                    NewTopic(names.quarantine, 1, 1),
                ]
            )
        finally:
            await admin.close()

    def settings(self, home: str) -> Settings:
        """The settings of a worker with a home of that name."""
        return Settings(
            bootstrap=self.bootstrap,
            home=self.folder / home,
            clock_file=self.clock_file,
            pki=self.folder / "pki",
            session_timeout=6.0,
        )

    @contextlib.asynccontextmanager
    async def tracker(self, home: str = "one") -> AsyncIterator[Tracker]:
        """A tracker in this process, ready."""
        tracker = Tracker(self.settings(home), names=self.names)
        running = asyncio.create_task(tracker.run())

        async def ready() -> bool:
            if running.done():
                await running
            return tracker.ready().good

        try:
            await until(ready)
            yield tracker
        finally:
            tracker.stop()
            await running

    def spawn(self, home: str) -> subprocess.Popen[bytes]:
        """A tracker in a process of its own."""
        told = {
            "KETENSLUIS_BOOTSTRAP": self.bootstrap,
            "KETENSLUIS_HOME": str(self.folder / home),
            "KETENSLUIS_CLOCK_FILE": str(self.clock_file),
            "KETENSLUIS_PKI": str(self.folder / "pki"),
            "KETENSLUIS_SESSION_TIMEOUT": "6",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        names = msgspec.json.encode(self.names).decode()
        log = (self.folder / f"{home}.log").open("ab")
        return subprocess.Popen(
            [sys.executable, __file__, names], env={**os.environ, **told}, stderr=log, stdout=log
        )

    async def produce(self, events: Iterable[LedgerEvent], *, abort: bool = False) -> None:
        """Put the events on their topic, in one transaction that is committed or aborted."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, transactional_id=f"test-{uuid.uuid4().hex}"
        )
        await producer.start()
        try:
            await producer.begin_transaction()
            for event in events:
                await producer.send(
                    self.names.events,
                    self.codec.encode(event),
                    key=event.incident_id.encode(),
                    timestamp_ms=milliseconds(event.occurred_at),
                )
            await producer.flush()
            await (producer.abort_transaction() if abort else producer.commit_transaction())
        finally:
            await producer.stop()

    async def produce_raw(self, key: bytes | None, value: bytes | None) -> None:
        """Put bytes on the topic of events."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap)
        await producer.start()
        try:
            await producer.send_and_wait(self.names.events, value, key=key)
        finally:
            await producer.stop()

    async def told(self, what: str) -> list[Any]:
        """Every message that lies on that topic of the tracker's now, in order."""
        topic = getattr(self.names, what)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, isolation_level="read_committed"
        )
        await consumer.start()
        try:
            count = 1 if what == "quarantine" else PARTITIONS
            places = [TopicPartition(topic, number) for number in range(count)]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            ends = await consumer.end_offsets(places)
            found: list[Any] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                batch = await consumer.getmany(timeout_ms=200)
                for records in batch.values():
                    found += [self.codec.decode(each.value, KINDS[what]) for each in records]
        finally:
            await consumer.stop()
        return found

    async def cases(self) -> dict[tuple[str, str], Case]:
        """The newest row of each obligation."""
        return {(row.incident_id, row.recipient): row for row in await self.told("cases")}

    async def lag(self) -> int:
        """How many records of the events the group has not committed."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=self.names.group, enable_auto_commit=False
        )
        await consumer.start()
        try:
            places = [TopicPartition(self.names.events, number) for number in range(PARTITIONS)]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            return sum([ends[place] - (await consumer.committed(place) or 0) for place in places])
        finally:
            await consumer.stop()


def end(process: subprocess.Popen[bytes], number: signal.Signals) -> int:
    """Send the signal and wait for the end; the exit code."""
    process.send_signal(number)
    return process.wait(timeout=DEADLINE)


async def _main(names: Names) -> None:
    tracker = Tracker(Settings(), names=names)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, tracker.stop)
    await tracker.run()


if __name__ == "__main__":
    from ketensluis.runtime.logging import configure_logging

    configure_logging("tracker")
    asyncio.run(_main(msgspec.json.decode(sys.argv[1], type=Names)))
