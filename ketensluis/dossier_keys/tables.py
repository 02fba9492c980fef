"""The key store's tables. They hold no key that can be used without the file of the KEK."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

from ketensluis.runtime.database import Instant

__all__ = ["keys", "metadata", "store"]

metadata = MetaData()

keys = Table(
    "dossier_keys", metadata, Column("number", Integer, primary_key=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("incident_id", Text, nullable=False),
    Column("wrapped", LargeBinary), Column("kek_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("erased_at", Instant), Column("rule", Text),
)  # fmt: skip
"""A key per incident; after an erasure the row stays, without the key, to say so. `number` is
the order in which keys were made."""

store = Table(
    "key_store", metadata, Column("store_id", Text, primary_key=True),
    Column("erasures", Integer, nullable=False),
)  # fmt: skip
"""One row: which store this is, and how often something was erased from it."""

_live = keys.c.erased_at.is_(None)
Index(
    "ix_dossier_keys_live", keys.c.incident_id, unique=True,
    sqlite_where=_live, postgresql_where=_live,
)  # fmt: skip
