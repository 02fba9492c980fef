"""`sluis worklist`: what a terminal shows, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from worklist_rig import NOW, OM, UNIT, VT, Rig, alarm, case, held

from ketensluis.runtime.settings import Settings
from services.worklist.access import Role, Viewer
from services.worklist.database import engine_of, migrate
from services.worklist.issuer import tokens_of
from services.worklist.lookups import LookUp, Purpose, look_up, record_look_up


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A home with a work list in it, and a clock that stands still."""
    engine = engine_of(Settings(home=tmp_path))
    migrate(engine)
    Rig(engine).tell(case(1), alarm(1), case(2, recipient=OM, unit="Rotterdam"), held(3))
    engine.dispose()
    (tmp_path / "now").write_text(NOW.isoformat(), encoding="ascii")
    return tmp_path


def sluis(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clock = {"KETENSLUIS_CLOCK_FILE": str(home / "now")} if (home / "now").exists() else {}
    return subprocess.run(
        [sys.executable, "-m", "ketensluis", "worklist", *arguments, "--home", str(home)],
        env={**os.environ, **clock},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_open_lists_all_units_with_the_reason_of_a_hold(filled: Path):
    done = sluis(filled, "open")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["PL0900-1", "PL0900-2", "PL0900-3"]
    assert "hold_investigation" in lines[3]
    assert lines[-1] == "3 obligations"


def test_open_and_overdue_narrow_by_unit_and_region_and_speak_json(filled: Path):
    (line,) = json.loads(sluis(filled, "open", "--unit", "Rotterdam", "--json").stdout)
    assert line["incident_id"] == "PL0900-2"
    (line,) = json.loads(sluis(filled, "overdue", "--region", "utrecht", "--json").stdout)
    assert (line["run"]["clock"], line["case"]["recipient"]) == ("receipt", VT)
    assert json.loads(sluis(filled, "overdue", "--unit", "Rotterdam", "--json").stdout) == []


def test_a_list_that_was_never_filled_is_not_shown_as_empty(tmp_path: Path):
    done = sluis(tmp_path, "open")
    assert done.returncode == 1
    assert "never_filled" in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_token_for_a_role_and_unit_counts_here(tmp_path: Path):
    done = sluis(tmp_path, "token", "--role", "supervisor", "--unit", UNIT)
    viewer = tokens_of(Settings(home=tmp_path)).viewer(done.stdout.strip())
    assert (viewer.role, viewer.units) == (Role.SUPERVISOR, {UNIT})


def test_no_token_is_made_for_an_unknown_role(tmp_path: Path):
    done = sluis(tmp_path, "token", "--role", "mayor", "--unit", UNIT)
    assert done.returncode == 1
    assert "unknown_role" in done.stderr


def test_a_database_that_cannot_be_reached_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    url = "postgresql://nobody@127.0.0.1:9/nothing"
    monkeypatch.setenv("KETENSLUIS_DATABASE_URL", url)
    done = sluis(tmp_path, "open")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "database_away" in done.stderr


def test_a_question_that_cannot_be_read_is_one_line_that_does_not_repeat_it(filled: Path):
    question = filled / "question.json"
    question.write_text('{"purpose": "car_under_way", "person": {"name": "Jansen"}}')
    done = sluis(filled, "look-up", str(question), "--broker", "127.0.0.1:1")
    assert done.returncode == 1
    assert "bad_question" in done.stderr
    assert "Jansen" not in done.stderr
    assert "Traceback" not in done.stderr


def test_look_ups_are_listed_by_pseudonym_with_who_asked_and_why(filled: Path):
    engine = engine_of(Settings(home=filled))
    room = Viewer(Role.CONTROL_ROOM, frozenset({UNIT}))
    asked = LookUp("address", ("address:0123",), Purpose.CAR_UNDER_WAY)
    record_look_up(engine, room, asked, look_up(engine, room, asked, NOW), NOW)
    engine.dispose()
    (line,) = json.loads(sluis(filled, "look-ups", "--json").stdout)
    assert (line["by_role"], line["by_scope"], line["purpose"], line["subjects"]) == (
        "control_room", UNIT, "car_under_way", ["address:0123"],
    )  # fmt: skip
    assert sluis(filled, "look-ups").stdout.splitlines()[-1] == "1 look-ups"
