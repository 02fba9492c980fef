"""The work list's databases."""

from worklist_rig import database_settings, engine, postgresql, rig

__all__ = ["database_settings", "engine", "postgresql", "rig"]
