"""The register's databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import database_url, postgresql
from disclosure_world import World
from provisions_rig import RegisterRig
from sqlalchemy import Engine

from ketensluis.runtime.settings import Settings
from services.provisions.database import engine_of, migrate

__all__ = ["database_url", "postgresql"]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def engine(database_url: str | None, tmp_path: Path) -> Iterator[Engine]:
    """An empty register in each kind of database in turn."""
    engine = engine_of(Settings(home=tmp_path, provisions_url=database_url))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def rig(engine: Engine, world: World) -> RegisterRig:
    return RegisterRig(engine, world)
