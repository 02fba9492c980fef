"""Opens the work list's database and brings its tables up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, select

from ketensluis.runtime.database import engine_for, migrate_with
from ketensluis.runtime.settings import Settings
from services.worklist.tables import positions

__all__ = ["engine_of", "filled", "migrate"]

_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 7_358_112
_SETTING = "KETENSLUIS_DATABASE_URL"


def engine_of(settings: Settings) -> Engine:
    """The database that the settings name, or `worklist.db` in the home.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    return engine_for(settings.database_url, settings.home / "worklist.db", _SETTING)


def filled(engine: Engine) -> bool:
    """Whether anything was ever read into the tables."""
    with engine.connect() as connection:
        return connection.scalar(select(positions.c.topic).limit(1)) is not None


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version; harmless if they are.

    Raises:
        Unavailable: `database_away`.
    """
    migrate_with(engine, _MIGRATIONS, _MIGRATION_LOCK, _SETTING)
