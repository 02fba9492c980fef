"""The versions of the tables, one after the other (Alembic)."""
