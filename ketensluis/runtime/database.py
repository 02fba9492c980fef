"""Opens the databases of services that keep one, and brings their tables up to date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Engine,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ketensluis.errors import KetensluisError, Unavailable

__all__ = ["Instant", "at_once", "engine_for", "migrate_with"]

_SQLITE_WAIT_SECONDS = 30
_VERSIONS = "alembic_version"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A UTC time as microseconds since the epoch: exact, and the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """As it is stored."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """As it is read."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def engine_for(url: str | None, file: Path, setting: str) -> Engine:
    """The database at the URL, or SQLite in the file; `setting` is the variable that names it.

    Raises:
        KetensluisError: `bad_database_url`.
    """
    if url is None:
        file.parent.mkdir(parents=True, exist_ok=True)
        return _sqlite(f"sqlite:///{file}")
    try:
        made = make_url(url)
        if made.get_backend_name() == "sqlite":
            return _sqlite(url)
        if made.drivername == "postgresql":
            made = made.set(drivername="postgresql+psycopg")
        if made.drivername != "postgresql+psycopg":
            raise _bad_url(setting)
        return create_engine(made, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise _bad_url(setting) from error


def at_once(engine: Engine) -> Engine:
    """The engine for who is in a hurry: each statement counts by itself, without BEGIN and COMMIT.

    For PostgreSQL, where these are two journeys more; what is read is not one moment's either way
    there (READ COMMITTED). In SQLite they cost nothing.
    """
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def migrate_with(engine: Engine, migrations: Path, lock: int, setting: str) -> None:
    """Bring the tables to the newest version of that folder; harmless if they are.

    `lock` is any number of the folder's own: workers that start at once then take turns.

    Raises:
        Unavailable: `database_away`.
    """
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({lock})"))
            if _version(connection) != _newest(migrations):
                _upgrade(connection, migrations)
    except SQLAlchemyError as error:
        raise Unavailable(
            "database_away",
            f"the database cannot be used ({type(error).__name__})",
            f"see whether it runs, and whether {setting} is right",
        ) from error


def _version(connection: Connection) -> str | None:
    """The version of the tables, or None without any."""
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {_VERSIONS}")).scalar()  # noqa: S608 - a constant
    return found


def _newest(migrations: Path) -> str:
    """The newest version of the folder: its files are named by their number and what they do."""
    return max(file.name for file in (migrations / "versions").glob("[0-9]*.py")).split("_")[0]


def _upgrade(connection: Connection, migrations: Path) -> None:
    # Here, because it takes a third of a worker's start, and nearly every start needs none of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _SQLITE_WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # Our own BEGIN below: the driver's would leave schema changes outside a transaction.
        connection.isolation_level = None
        # Readers see the last commit while a projection writes the next.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A writer that begins as a reader may find at its first write that it came too late.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _bad_url(setting: str) -> KetensluisError:
    return KetensluisError(
        "bad_database_url",
        f"{setting} names no database that can be used",
        "give postgresql://USER@HOST/NAME (extra `postgresql`), or leave it out for SQLite",
    )
