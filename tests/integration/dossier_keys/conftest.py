"""An empty key store in each kind of database in turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from databases import database_url, postgresql

from ketensluis.runtime.settings import Settings

__all__ = ["database_url", "postgresql"]


@pytest.fixture
def settings(database_url: str | None, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, keys_url=database_url)
