"""Opens the register's database, which is not the work list's: other people may read it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from ketensluis.runtime.database import engine_for, migrate_with
from ketensluis.runtime.settings import Settings

__all__ = ["engine_of", "migrate"]

_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 7_358_113
_SETTING = "KETENSLUIS_PROVISIONS_URL"


def engine_of(settings: Settings) -> Engine:
    """The database that the settings name, or `provisions.db` in the home.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    return engine_for(settings.provisions_url, settings.home / "provisions.db", _SETTING)


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version; harmless if they are.

    Raises:
        Unavailable: `database_away`.
    """
    migrate_with(engine, _MIGRATIONS, _MIGRATION_LOCK, _SETTING)
