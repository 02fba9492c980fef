"""A million incidents over five years, as a control room's look-ups find them."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from sqlalchemy import Connection, Engine, func, insert, select, text

from benchmarks.worklist import ROWS, rows
from services.worklist.tables import cases, linked, links

__all__ = ["WELL_KNOWN_ADDRESS", "WELL_KNOWN_PERSON", "fill", "subject"]

_BASE, _COPIES = 10_000, ROWS // 10_000
_ADDRESSES, _PERSONS = ROWS // 4, ROWS * 4 // 5
WELL_KNOWN_ADDRESS, WELL_KNOWN_PERSON = 2_000_000, 2_000_001
# Which persons an incident has, by its number.
_A, _B = f"(id * 7919) % {_PERSONS}", f"(id * 104729) % {_PERSONS}"
_HEX = {"sqlite": "printf('%08x', {0})", "postgresql": "lpad(to_hex(({0})::bigint), 8, '0')"}
# Spreads the subjects over the index, as an HMAC would.
_SPREAD = "(({0}) * 2654435761) % 4294967296"
_COPY = "CASE WHEN n = 0 THEN incident_id ELSE incident_id || '-' || CAST(n AS TEXT) END"
_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM numbers WHERE n < {1}) "
)


def subject(kind: str, number: int) -> str:
    """The pseudonym of that number, as the tables hold it."""
    return f"{kind}:{number * 2654435761 % 2**32:08x}{'0' * 24}"


def fill(engine: Engine) -> None:
    """A hundredth by itself, the rest by the database from that: within minutes."""
    found = [case for case, _ in islice(rows(), _BASE)]
    base = [{"number": n, "incident_id": case["incident_id"]} for n, case in enumerate(found)]
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(cases), found)
        _copy_cases(connection)
        connection.execute(text("CREATE TABLE base (number BIGINT, incident_id TEXT)"))
        connection.execute(text("INSERT INTO base VALUES (:number, :incident_id)"), base)
        for kind, number in (("address", f"id % {_ADDRESSES}"), ("person", _A), ("person", _B)):
            _link(connection, kind, number, since=0)
        _link(connection, "address", str(WELL_KNOWN_ADDRESS), since=ROWS - 1_000)
        _link(connection, "person", str(WELL_KNOWN_PERSON), since=ROWS - 60)
        _give_roles(connection)
        for table in (cases, links, linked):
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


def _give_roles(connection: Connection) -> None:
    """Two persons in each incident; whoever is the first has another role in every fourth."""
    digits = _HEX[connection.dialect.name]
    one, other, known = (
        digits.format(_SPREAD.format(each)) for each in (_A, _B, str(WELL_KNOWN_PERSON))
    )
    role = "CASE WHEN id % 4 = 0 THEN 'suspect' ELSE 'victim' END"
    first = f"CASE WHEN id >= {ROWS - 60} THEN {known} ELSE {one} END"
    pieces = {
        "begin": '[{"role":"',
        "its_keys": '","keys":["person:',
        "next": f'{"0" * 24}"]}},{{"role":"involved","keys":["person:',
        "end": f'{"0" * 24}"]}}]',
    }
    told = [":begin", role, ":its_keys", first, ":next", other, ":end"]
    parts = " || ".join(f"CAST({each} AS TEXT)" for each in told)
    connection.execute(
        text(
            "INSERT INTO linked (incident_id, sequence, subjects, occurred_at, parts) "  # noqa: S608 - idem
            f"{_NUMBERS.format(0, _COPIES - 1)}"
            f"SELECT incident_id, 1, '', 1640995200000000 + id * 150000000, {parts} FROM ("
            f"SELECT n * {_BASE} + number AS id, {_COPY} AS incident_id FROM base, numbers"
            f") AS each"
        ),
        pieces,
    )
