"""The tracker's rate beside a bare Faust agent that does one table update per event.

Run: `python -m benchmarks.tracker`. Both read the same 20,000 ledger events (4,000 incidents,
five events each, in four partitions) from one local Apache Kafka, in turn, three times; the
clocks of wall and of processor time run from the first event that was handled to the last. The
bare agent is Faust as its documentation has it, with the linger that suits it best; the broker
takes its share of the machine from both sides.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import faust
import structlog
from aiokafka import AIOKafkaProducer
from yarl import URL

from benchmarks._five_steps import AT, STEPS, event
from ketensluis.avro.codec import Codec
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.party import HUB, LEDGER_CASES, LEDGER_EVENTS
from ketensluis.runtime.clock import milliseconds
from ketensluis.runtime.settings import Settings
from services.tracker.names import Names
from services.tracker.worker import Tracker

__all__ = ["main"]

_INCIDENTS, _PARTITIONS, _ROUNDS = 4_000, 4, 3
_TARGET = 0.6


@dataclass(frozen=True, slots=True)
class _Pace:
    """Events per second of wall time, and microseconds of processor time per event."""

    rate: float
    cost: float


async def _fill(bootstrap: str) -> int:
    plans = [TopicPlan(name, _PARTITIONS, 1) for name in (LEDGER_EVENTS, LEDGER_CASES)]
    others = (Names().alarms, Names().requests, Names().quarantine)
    await apply(bootstrap, [*plans, *(TopicPlan(name, 1, 1) for name in others)])
    codec = Codec.from_lock()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=20)
    await producer.start()
    incidents = [f"PL0900-{number}" for number in range(_INCIDENTS)]
    for step in range(len(STEPS)):
        for each in incidents:
            one = event(each, step)
            await producer.send(
                LEDGER_EVENTS,
                codec.encode(one),
                key=each.encode(),
                timestamp_ms=milliseconds(one.occurred_at),
            )
    await producer.stop()
    return len(STEPS) * _INCIDENTS


async def _timed(count: Callable[[], int], wanted: int) -> _Pace:
    """From the first that is counted to the last."""
    while not (seen := count()):  # noqa: ASYNC110 - both sides only count
        await asyncio.sleep(0.01)
    begin, used = time.perf_counter(), time.process_time()
    while count() < wanted:  # noqa: ASYNC110 - idem
        await asyncio.sleep(0.01)
    timed, used = wanted - seen, time.process_time() - used
    return _Pace(timed / (time.perf_counter() - begin), used / timed * 1e6)


async def _bare(bootstrap: str, folder: Path, wanted: int) -> _Pace:
    app = faust.App(
        f"bare-{uuid.uuid4().hex[:8]}",
        broker=[URL(f"kafka://{bootstrap}")],
        store="rocksdb://",
        datadir=str(folder),
        topic_partitions=_PARTITIONS,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=1.0,
        producer_linger=0.02,
        web_enabled=False,
    )
    table: Any = app.Table("values", partitions=_PARTITIONS, key_type=bytes, value_type=bytes)
    topic = app.topic(
        LEDGER_EVENTS, key_type=bytes, value_type=bytes,
        key_serializer="raw", value_serializer="raw",
    )  # fmt: skip
    handled = 0

    async def update(stream: Any) -> None:
        nonlocal handled
        async for one in stream.events():
            table[one.key] = one.value
            handled += 1

    app.agent(topic, concurrency=1)(update)
    running = asyncio.create_task(app.start())
    pace = await _timed(lambda: handled, wanted)
    await app.stop()
    running.cancel()
    return pace


async def _tracker(bootstrap: str, folder: Path, wanted: int) -> _Pace:
    clock = folder / "now"
    clock.write_text((AT + timedelta(hours=1)).isoformat(), encoding="ascii")
    make_demo_pki(folder / "pki", [HUB], AT)
    settings = Settings(bootstrap=bootstrap, home=folder, clock_file=clock, pki=folder / "pki")
    tracker = Tracker(settings, names=Names(group=f"tracker-{uuid.uuid4().hex[:8]}"))
    running = asyncio.create_task(tracker.run())
    pace = await _timed(lambda: tracker.handled, wanted)
    tracker.stop()
    await running
    return pace


def main() -> None:
    """Print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as name, LocalKafka(Path(name) / "kafka") as kafka:
        folder = Path(name)
        wanted = asyncio.run(_fill(kafka.bootstrap))
        paces: dict[str, list[_Pace]] = {"bare agent": [], "tracker": []}
        for number in range(_ROUNDS):
            for side, run in (("bare agent", _bare), ("tracker", _tracker)):
                own = folder / f"{side}-{number}"
                own.mkdir()
                paces[side].append(asyncio.run(run(kafka.bootstrap, own, wanted)))
    print(f"| {'side':<10} | events/s, median | each round | processor time an event, median |")
    print("|---|---|---|---|")
    rates, costs = [], []
    for side, found in paces.items():
        each = ", ".join(f"{pace.rate:,.0f}" for pace in found)
        rates.append(statistics.median(pace.rate for pace in found))
        costs.append(statistics.median(pace.cost for pace in found))
        print(f"| {side:<10} | {rates[-1]:,.0f} | {each} | {costs[-1]:,.0f} µs |")
    print(
        f"\nThe tracker reaches {rates[1] / rates[0]:.2f} of the bare agent's rate "
        f"(asked: {_TARGET}); by processor time {costs[0] / costs[1]:.2f}."
    )


if __name__ == "__main__":
    main()
