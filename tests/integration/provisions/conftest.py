"""The register's databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from disclosure_world import World
from provisions_rig import RegisterRig
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from worklist_rig import postgresql

from ketensluis.runtime.settings import Settings
from services.provisions.database import engine_of, migrate

__all__ = ["postgresql"]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty register in each kind of database in turn."""
    url = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        name = f"p{os.urandom(6).hex()}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = engine_of(Settings(home=tmp_path, provisions_url=url))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def rig(engine: Engine, world: World) -> RegisterRig:
    return RegisterRig(engine, world)
