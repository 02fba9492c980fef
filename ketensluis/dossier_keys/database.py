"""Opens the key store's database, which makes sure of what it wrote, and zeroes what it deletes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

from ketensluis.runtime.database import engine_for, migrate_with

__all__ = ["LOCK", "SETTING", "engine_of", "migrate", "scrub"]

SETTING: Final = "KETENSLUIS_KEYS_URL"
LOCK: Final = 7_358_121
"""Held by whoever makes or erases keys (PostgreSQL; SQLite has one writer in any case)."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 7_358_122


def engine_of(url: str | None, file: Path) -> Engine:
    """The database at the URL, or SQLite in the file.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    engine = engine_for(url, file, SETTING)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            # A key that a power cut takes back would leave a record that nobody can read.
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")

    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version; harmless if they are.

    Raises:
        Unavailable: `database_away`.
    """
    # As a writer from its beginning: two programs that start at once take turns.
    migrate_with(engine.execution_options(writes=True), _MIGRATIONS, _MIGRATION_LOCK, SETTING)


def scrub(engine: Engine) -> None:
    """Empty SQLite's log, in which pages lie as they were; it waits for no reader.

    Of what is left of old rows anywhere, nothing opens without the KEK that was destroyed.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
