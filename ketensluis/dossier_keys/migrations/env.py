"""Alembic's entry: runs the versions of this folder on the connection that it was given."""

from __future__ import annotations

from alembic import context

from ketensluis.dossier_keys.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
