"""The work list's databases."""

from databases import database_url, postgresql
from worklist_rig import database_settings, engine, rig

__all__ = ["database_settings", "database_url", "engine", "postgresql", "rig"]
