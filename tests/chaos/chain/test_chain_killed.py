"""Workers and Kafka killed under load: nothing is lost, nothing is sent twice, the books balance.

All tests of this module share one Kafka, each with incidents of its own, and each ends with
the same count of everything that lies on it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from chain_rig import Chain, Line, end, header, ndjson, registration, run, sluis, spawn
from waiting import eventually

from ketensluis.avro.codec import Codec
from ketensluis.cli.ground import lay
from ketensluis.kafka.local import LocalKafka
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

SERVICES = ("disclosure", "responses", "tracker")
TWICE = ("disclosure", "tracker")
REGIONS = load_regions(resource("reference"))
MAIL = [f"referrals.{region}" for region in REGIONS.regions] + [
    f"notices.{office.replace(':', '.')}" for office in REGIONS.offices
]
CODEC = Codec.from_lock()
VT = "vt:groningen"
# Small transactions, so that there is something to be in the middle of.
_BATCH = 25


@dataclass
class Place:
    """A Kafka with the chain's topics and keys, and the workers that a test starts on it."""

    folder: Path
    kafka: LocalKafka
    wanted: Counter[str] = field(default_factory=Counter)
    """What was sent, by incident: how many recipients each is owed to."""
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def bootstrap(self) -> str:
        return self.kafka.bootstrap

    @property
    def chain(self) -> Chain:
        return Chain(self.folder / "home", self.bootstrap)

    def start(self, service: str, member: str = "one") -> str:
        """Start a worker with a folder of its own; it is known as `service-member`."""
        name = f"{service}-{member}"
        self.workers[name] = spawn(
            self.folder / f"{name}.log",
            "run",
            service,
            bootstrap=self.bootstrap,
            home=self.folder / name,
            pki=self.folder / "home" / "pki",
            session_timeout=6,
            backoff_max=1,
            batch_records=_BATCH,
        )
        return name

    def kill(self, name: str) -> None:
        """SIGKILL: no time to finish anything."""
        end(self.workers.pop(name), signal.SIGKILL)

    def stop(self, name: str) -> int:
        """SIGTERM; the exit code."""
        return end(self.workers.pop(name))

    def partitions(self, name: str) -> int:
        """How many partitions the worker says that it has, once it has said so."""
        text = (self.folder / f"{name}.log").read_text()
        pid = self.workers[name].pid
        ports = re.findall(rf'"pid": ?{pid}, "port": ?(\d+)', text)
        if not ports:
            return 0
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{ports[-1]}/metrics", timeout=5) as page:
                metrics = page.read().decode()
        except OSError:
            return 0
        found = re.search(r"^ketensluis_tasks\{.*\} (\d+)", metrics, re.MULTILINE)
        if found:
            return int(found[1])
        return len(
            set(re.findall(r'^ketensluis_lag_records\{.*partition="(\d+)"', metrics, re.MULTILINE))
        )

    @contextmanager
    def sending(self, lines: Iterable[Line]) -> Iterator[None]:
        """Send a piece as the police would; inside, it is under way and mail begins to come.

        A broker that is killed may forget what a producer had under way: who is told so sends
        again, as it says, and what had come is recognised.
        """
        lines = list(lines)
        file = ndjson(self.folder / "piece.ndjson", lines)
        for line in lines:
            self.wanted[line["incident_id"]] = 1 + bool(line.get("measures"))
        before = self.mailed()
        log = self.folder / "send.log"
        told = log.stat().st_size if log.exists() else 0
        sending = spawn(log, "send", file, bootstrap=self.bootstrap, home=self.folder / "home")
        try:
            eventually(lambda: self.mailed() > before)
            yield
            if sending.wait(120) and "kafka_unavailable" in log.read_text()[told:]:
                sending = spawn(
                    log, "send", file, bootstrap=self.bootstrap, home=self.folder / "home"
                )
            assert sending.wait(120) == 0, log.read_text()
        finally:
            end(sending, signal.SIGKILL)

    def mailed(self) -> int:
        """How far the mail of the one region has come, quickly found."""
        return run(_end(self.bootstrap, "referrals.groningen"))

    def answer(self, party: str = VT) -> None:
        """Take in a party's mail, which sends its receipts."""
        home = self.folder / "home"
        box = self.folder / "box"
        done = sluis("receive", party, "--out", box, "--home", home, "--broker", self.bootstrap)
        assert done.returncode == 0, done.stderr

    def balance(self) -> dict[str, int]:
        done = sluis(
            "balance", "--json", "--home", self.folder / "home", "--broker", self.bootstrap
        )
        return dict(json.loads(done.stdout)) if done.stdout else {}

    def finished(self) -> bool:
        """Whether the books show every obligation, and every receipt that was given."""
        found = self.balance()
        return (
            found.get("obligations") == sum(self.wanted.values())
            and found["unaccounted"] == 0
            and found["received"] == self.receipts()
        )

    def receipts(self) -> int:
        return len(self.chain.records(f"responses.{VT.replace(':', '.')}"))

    def check(self) -> None:
        """Every referral is there, once; what the books say is what lies on the topics."""
        eventually(self.finished, 180)
        mail = self.chain.records(*MAIL)
        ids = [header(each, "ce_id") for each in mail]
        assert len(ids) == len(set(ids))
        sent = Counter((each.key or b"").decode() for each in mail)
        assert sent == self.wanted
        events = self.chain.records("ledger.events")
        decisions = [
            event.message_id
            for event in (CODEC.decode(each.value or b"", LedgerEvent) for each in events)
            if event.kind == "decision"
        ]
        assert Counter(decisions) == Counter(ids)
        assert Counter(self.provisions_on_record()) == Counter(ids)
        books = self.balance()
        assert books["holds"]
        assert books["sent"] == books["obligations"] == len(ids)
        assert books["incidents"] == len(self.wanted)
        assert books["quarantined"] == 0

    def provisions_on_record(self) -> Iterator[str | None]:
        """The messages that the log says were provided, each about at least somebody."""
        for each in self.chain.records("processing.log"):
            for action in CODEC.decode(each.value or b"", ProcessingRecord).actions:
                assert action.subjects
                yield action.message_id


async def _end(bootstrap: str, topic: str) -> int:
    place = TopicPartition(topic, 0)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        consumer.assign([place])
        return int((await consumer.end_offsets([place]))[place])


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("killed")
    with LocalKafka(folder / "kafka") as kafka:
        home = folder / "home"
        lay(Settings(bootstrap=kafka.bootstrap, home=home), datetime.now(UTC))
        yield Place(folder, kafka)


@pytest.fixture
def place(ground: Place) -> Iterator[Place]:
    yield ground
    for name in list(ground.workers):
        ground.kill(name)


def load(place: Place, count: int) -> list[Line]:
    """New incidents; in every fourth somebody was arrested, so OM is told too."""
    begin = len(place.wanted) + 1
    arrest = [{"kind": "arrest", "imposed_at": "2026-03-01T10:30:00Z"}]
    return [
        registration(number, measures=None if number % 4 else arrest)
        for number in range(begin, begin + count)
    ]


def pieces(lines: list[Line], count: int) -> Iterator[list[Line]]:
    size = -(-len(lines) // count)
    for begin in range(0, len(lines), size):
        yield lines[begin : begin + size]


def test_each_worker_killed_in_turn_under_load_loses_nothing_and_repeats_nothing(place: Place):
    for service in SERVICES:
        place.start(service)
    for service, piece in zip(SERVICES, pieces(load(place, 1_000), 3), strict=True):
        with place.sending(piece):
            place.kill(f"{service}-one")
            in_the_middle = len(place.chain.records(*MAIL)) < sum(place.wanted.values())
        assert in_the_middle or service != "disclosure"
        place.answer()
        place.start(service)
    place.answer()
    place.check()


def test_of_two_workers_each_one_stopped_and_one_killed_the_other_takes_over(place: Place):
    def shared(*members: str) -> bool:
        names = [f"{service}-{each}" for service in TWICE for each in members]
        return all(place.partitions(name) == 2 for name in names)

    place.start("responses")
    for service in TWICE:
        place.start(service, "one")
        place.start(service, "two")
    eventually(lambda: shared("one", "two"))
    first, second = pieces(load(place, 600), 2)
    with place.sending(first):
        assert [place.stop(f"{service}-one") for service in TWICE] == [0, 0]
    for service in TWICE:
        place.start(service, "three")
    eventually(lambda: shared("three"))
    with place.sending(second):
        for service in TWICE:
            place.kill(f"{service}-two")
    place.answer()
    eventually(lambda: place.partitions("disclosure-three") == 4)
    place.check()


def test_kafka_killed_under_load_and_started_again_loses_nothing_and_repeats_nothing(place: Place):
    for service in SERVICES:
        place.start(service)
    with place.sending(load(place, 400)):
        place.kafka.stop_node(1, kill=True)
        place.kafka.start_node(1)
    place.answer()
    place.check()
    assert all(each.poll() is None for each in place.workers.values())


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_everything_killed_again_and_again_for_a_long_while(place: Place):
    rounds = int(os.environ.get("SOAK_ROUNDS", "8"))
    for service in SERVICES:
        place.start(service)
    for number in range(rounds):
        with place.sending(load(place, 2_000)):
            for service in SERVICES:
                place.kill(f"{service}-one")
                place.start(service)
            if number % 2:
                place.kafka.stop_node(1, kill=True)
                place.kafka.start_node(1)
        place.answer()
    place.check()
