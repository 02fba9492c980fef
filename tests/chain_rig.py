"""The whole chain under test: `sluis` in processes of its own, as its users start it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord
from waiting import eventually

T = TypeVar("T")

DEADLINE = 120.0
# What a test may not inherit: settings of the shell that it runs in.
_CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("KETENSLUIS_")}

Line = dict[str, Any]


def registration(number: int, **changed: Any) -> Line:
    """A labelled incident of a made-up couple in Groningen as a line of JSON; None leaves out."""
    line: Line = {
        "incident_id": f"PL0100-{number:010d}",
        "sequence": 1,
        "event": "registered",
        "registered_at": "2026-03-01T10:00:00Z",
        "occurred_at": "2026-03-01T09:00:00Z",
        "unit": "Noord-Nederland",
        "team": "Basisteam Noord",
        "municipality": "GM0014",
        "incident_class": "simple_assault",
        "project_codes": ["female_partner"],
        "persons": [
            {"person_id": "p1", "role": "victim", "surname": "Zandoogje"},
            {"person_id": "p2", "role": "suspect", "surname": "Koolwitje"},
        ],
        "relations": [{"from": "p2", "to": "p1", "kind": "partner"}],
    }
    return {key: value for key, value in (line | changed).items() if value is not None}


def ndjson(path: Path, lines: Iterable[Line | bytes]) -> Path:
    """The lines as a file; bytes go in as they are."""
    path.write_bytes(
        b"".join(
            (line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode())
            + b"\n"
            for line in lines
        )
    )
    return path


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, also where the caller's thread has a running event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def sluis(
    *arguments: object, cwd: Path | None = None, timeout: float = DEADLINE, **settings: object
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "ketensluis", *map(str, arguments)],
        env={**_CLEAN, **environment(**settings)},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def environment(**settings: object) -> dict[str, str]:
    """Settings of the program as its environment."""
    return {f"KETENSLUIS_{name.upper()}": str(value) for name, value in settings.items()}


def spawn(log: Path, *arguments: object, **settings: object) -> subprocess.Popen[bytes]:
    """Start a command and leave it running; both of its outputs are appended to the log."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "ketensluis", *map(str, arguments)],
            env={**_CLEAN, **environment(**settings)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> int:
    """Send the signal, wait for the end, and say the exit code."""
    if process.poll() is None:
        process.send_signal(number)
    return process.wait(DEADLINE)


class Chain:
    """A chain that runs: where it is, and what its users do with it."""

    def __init__(self, home: Path, bootstrap: str) -> None:
        self.home = home
        self.bootstrap = bootstrap

    def sluis(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """A command of another terminal."""
        return sluis(*arguments, "--home", self.home)

    def json(self, *arguments: object) -> Any:
        """What a command says with `--json`; whatever its exit code."""
        done = self.sluis(*arguments, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def balance(self) -> dict[str, Any]:
        """The balance as its lines add up now."""
        return dict(self.json("balance"))

    def cases(self, incident: str) -> dict[str, dict[str, Any]]:
        """The cases of an incident by recipient; none where the ledger has none."""
        done = self.sluis("ledger", "--incident", incident, "--json")
        return {case["recipient"]: case for case in json.loads(done.stdout)}

    def states(self) -> dict[tuple[str, str], str]:
        """The state of every case."""
        return {
            (case["incident_id"], case["recipient"]): case["state"] for case in self.json("ledger")
        }

    def wait_for(self, state: str, incident: str, recipient: str) -> dict[str, Any]:
        """The case, once it is in that state."""
        return eventually(
            lambda: (
                case
                if (case := self.cases(incident).get(recipient)) and case["state"] == state
                else None
            )
        )

    def wait_accounted(self) -> dict[str, Any]:
        """The balance, once every record that came in is accounted for."""
        return eventually(lambda: found if (found := self.balance())["holds"] else None)

    def records(self, *topics: str) -> list[ConsumerRecord[bytes, bytes]]:
        """Every committed record of these topics."""
        return run(committed(self.bootstrap, topics))

    def put(self, topic: str, *records: tuple[bytes | None, bytes | None, list[Any]]) -> list[str]:
        """Put records (key, value, headers) on a topic as anybody could; says where they lie."""
        return run(_put(self.bootstrap, topic, records))


@contextmanager
def up(folder: Path, **settings: object) -> Iterator[tuple[Chain, subprocess.Popen[bytes]]]:
    """`sluis up`, ready, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    home, log = folder / "home", folder / "up.log"
    process = spawn(log, "up", "--home", home, **settings)

    def ready() -> bool:
        assert process.poll() is None, log.read_text()
        return "ready: " in log.read_text()

    try:
        eventually(ready)
        left = json.loads((home / "up.json").read_text())
        yield Chain(home, left["bootstrap"]), process
    finally:
        end(process)


def descendants(pid: int) -> set[int]:
    """The processes that this one has started, and those that these have."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        parents[int(status.parent.name)] = int(fields[1])
    found: set[int] = set()
    new = {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def committed(bootstrap: str, topics: Iterable[str]) -> list[ConsumerRecord[bytes, bytes]]:
    """Every record of these topics that a reader of committed records sees now.

    Written with aiokafka alone: it checks what our own reading says.
    """
    wanted = set(topics)
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", enable_auto_commit=False
    ) as consumer:
        consumer.subscribe(sorted(wanted))
        while not all(consumer.partitions_for_topic(name) for name in wanted):
            await consumer.topics()
            await asyncio.sleep(0.1)
        places = [
            TopicPartition(name, number)
            for name in sorted(wanted)
            for number in consumer.partitions_for_topic(name) or ()
        ]
        consumer.unsubscribe()
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: list[ConsumerRecord[bytes, bytes]] = []
        waiting = {place for place in places if ends[place]}
        while waiting:
            batches = await consumer.getmany(timeout_ms=500)
            found += [each for batch in batches.values() for each in batch]
            waiting = {each for each in waiting if await consumer.position(each) < ends[each]}
        return [each for each in found if each.offset < ends[_place(each)]]


def _place(record: ConsumerRecord[bytes, bytes]) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)


async def all_topics(bootstrap: str) -> list[str]:
    """The names of all topics but Kafka's own."""
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        return sorted(name for name in await consumer.topics() if not name.startswith("__"))


async def _put(bootstrap: str, topic: str, records: Iterable[tuple[Any, Any, Any]]) -> list[str]:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=2**23) as producer:
        sent = [
            await producer.send_and_wait(topic, value, key=key, headers=headers)
            for key, value, headers in records
        ]
    return [f"{each.topic}[{each.partition}]@{each.offset}" for each in sent]


def header(record: ConsumerRecord[bytes, bytes], name: str) -> str | None:
    """The header as text, or None."""
    found = [value for key, value in record.headers if key == name]
    return found[0].decode() if found else None
