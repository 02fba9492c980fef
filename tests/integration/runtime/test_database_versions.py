"""Tables are brought to the newest version from any earlier one, and left alone once they are."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from ketensluis.runtime.database import engine_for, migrate_with

ROOT = Path(__file__).parents[3]
FOLDERS = ("ketensluis/dossier_keys", "services/provisions", "services/worklist")
WORKLIST = ROOT / "services/worklist/migrations"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_for(None, tmp_path / "some.db", "KETENSLUIS_SOME_URL")


def version(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_version_is_named_by_its_number_and_follows_the_one_before(folder: str):
    files = sorted((ROOT / folder / "migrations/versions").glob("[0-9]*.py"))
    before = None
    for number, file in enumerate(files, 1):
        module = importlib.import_module(
            f"{folder}/migrations/versions/{file.stem}".replace("/", ".")
        )
        assert file.name.startswith(f"{module.revision}_")
        assert (module.revision, module.down_revision) == (f"{number:04d}", before)
        before = module.revision


def test_tables_of_an_earlier_version_are_brought_to_the_newest(engine: Engine, tmp_path: Path):
    first = tmp_path / "migrations"
    (first / "versions").mkdir(parents=True)
    for name in ("env.py", "versions/0001_work_list.py"):
        (first / name).write_text((WORKLIST / name).read_text())
    migrate_with(engine, first, 1, "KETENSLUIS_SOME_URL")
    assert version(engine) == "0001"
    tables = set(inspect(engine).get_table_names())

    migrate_with(engine, WORKLIST, 1, "KETENSLUIS_SOME_URL")
    assert version(engine) == "0003"
    assert set(inspect(engine).get_table_names()) > tables


def test_once_they_are_the_tool_that_brings_them_there_is_not_loaded(
    engine: Engine, tmp_path: Path
):
    migrate_with(engine, WORKLIST, 1, "KETENSLUIS_SOME_URL")
    again = f"""
import sys
from pathlib import Path
from ketensluis.runtime.database import engine_for, migrate_with
engine = engine_for(None, Path({str(tmp_path / "some.db")!r}), "KETENSLUIS_SOME_URL")
migrate_with(engine, Path({str(WORKLIST)!r}), 1, "KETENSLUIS_SOME_URL")
assert "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", again], check=True, cwd=ROOT)
