"""Insert-or-replace and look-ups by key, in the two databases' own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, tuple_
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["among", "chunks", "insert_new", "upsert"]

# Three parameters a key, and SQLite takes 32,766 of them in one statement.
_KEYS_AT_ONCE = 1_000

Key = tuple[str, str]


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows, or replace those of the same primary key."""
    if not rows:
        return
    insert = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    values = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=values), rows)


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert the row unless its key is there; whether it was inserted."""
    insert = _insert(connection, table).values(row).on_conflict_do_nothing()
    return connection.execute(insert.returning(*table.primary_key)).first() is not None


def among(table: Table, keys: Iterable[Key]) -> ColumnElement[bool]:
    """Whether a row is of one of these obligations.

    The incidents are named by themselves too: by pairs alone SQLite searches no index.
    """
    pairs = list(keys)
    incidents = sorted({incident for incident, _ in pairs})
    return and_(
        table.c.incident_id.in_(incidents),
        tuple_(table.c.incident_id, table.c.recipient).in_(pairs),
    )


def chunks(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """The keys in an order that all workers share, as many at once as a statement takes."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), _KEYS_AT_ONCE):
        yield ordered[start : start + _KEYS_AT_ONCE]


def _insert(connection: Connection, table: Table) -> Any:
    own = postgresql if connection.dialect.name == "postgresql" else sqlite
    return own.insert(table)
