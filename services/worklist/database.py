"""Opens the work list's database and brings its tables up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.runtime.settings import Settings
from services.worklist.tables import positions

__all__ = ["engine_of", "filled", "migrate"]

_MIGRATIONS = Path(__file__).with_name("migrations")
_SQLITE_WAIT_SECONDS = 30
# Any constant: two workers that start at once migrate one after the other.
_MIGRATION_LOCK = 7_358_112


def engine_of(settings: Settings) -> Engine:
    """The database that the settings name, or `worklist.db` in the home.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    if settings.database_url is None:
        settings.home.mkdir(parents=True, exist_ok=True)
        return _sqlite(f"sqlite:///{settings.home / 'worklist.db'}")
    try:
        url = make_url(settings.database_url)
        if url.get_backend_name() == "sqlite":
            return _sqlite(settings.database_url)
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername != "postgresql+psycopg":
            raise _bad_url()
        return create_engine(url, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise _bad_url() from error


def filled(engine: Engine) -> bool:
    """Whether anything was ever read into the tables."""
    with engine.connect() as connection:
        return connection.scalar(select(positions.c.topic).limit(1)) is not None


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version; harmless if they are.

    Raises:
        Unavailable: `database_away`.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise Unavailable(
            "database_away",
            f"the work list's database cannot be used ({type(error).__name__})",
            "see whether it runs, and whether KETENSLUIS_DATABASE_URL is right",
        ) from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _SQLITE_WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # Our own BEGIN below: the driver's would leave schema changes outside a transaction.
        connection.isolation_level = None
        # Readers see the last commit while the projection writes the next.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A writer that begins as a reader may find at its first write that it came too late.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _bad_url() -> KetensluisError:
    return KetensluisError(
        "bad_database_url",
        "KETENSLUIS_DATABASE_URL names no database that the work list can use",
        "give postgresql://USER@HOST/NAME (extra `postgresql`), or leave it out for SQLite",
    )
