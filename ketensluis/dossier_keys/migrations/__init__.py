"""The versions of the key store's tables, one after the other (Alembic)."""
