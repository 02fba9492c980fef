"""No question, and no batch, reads a whole table: what is quick on ten rows stays quick."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from worklist_rig import COORDINATOR, INTAKE, NOW, VT, Rig, acted, alarm, case, link

from ketensluis.runtime.settings import Settings
from services.worklist.access import EVERYTHING, Role, Viewer
from services.worklist.chasing import ChaseCode, record_chase
from services.worklist.conferences import draw_up
from services.worklist.database import engine_of, migrate
from services.worklist.dossiers import dossier
from services.worklist.incidents import incident
from services.worklist.lookups import LookUp, Purpose, look_up, look_ups
from services.worklist.queries import Filter, open_cases, overdue, summary

ASKED: dict[str, Callable[[Engine, Viewer], Any]] = {
    "open": lambda engine, viewer: open_cases(engine, viewer, Filter(), NOW),
    "open in a region": lambda engine, viewer: open_cases(
        engine, viewer, Filter(region="utrecht"), NOW
    ),
    "open for a recipient": lambda engine, viewer: open_cases(
        engine, viewer, Filter(recipient=VT), NOW
    ),
    "open of a dossier": lambda engine, viewer: open_cases(
        engine, viewer, Filter(incidents=("PL0900-1", "PL0900-2")), NOW
    ),
    "overdue": lambda engine, viewer: overdue(engine, viewer, Filter(), NOW),
    "overdue for a role": lambda engine, viewer: overdue(
        engine, viewer, Filter(role="intake"), NOW
    ),
    "one incident": lambda engine, viewer: incident(engine, viewer, "PL0900-1", NOW),
    "counts": summary,
    "look-up": lambda engine, viewer: look_up(
        engine, viewer, LookUp("person", ("person:a", "person:b"), Purpose.CAR_UNDER_WAY), NOW
    ),
    "look-up of an address": lambda engine, viewer: look_up(
        engine, viewer, LookUp("address", ("address:1",), Purpose.CAR_UNDER_WAY), NOW
    ),
    # Not for a recipient.
    "a dossier": lambda engine, viewer: dossier(
        engine, viewer if viewer.police else EVERYTHING, "PL0900-1"
    ),
    "look-ups": lambda engine, viewer: look_ups(
        engine, Viewer(Role.SUPERVISOR, viewer.units), None
    ),
}


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Rig]:
    """SQLite alone, which says beforehand how it will go about it; without statistics."""
    engine = engine_of(Settings(home=tmp_path))
    migrate(engine)
    rig = Rig(engine)
    rig.tell(case(1), case(2), alarm(1), acted(1, "address:1", a="victim"))
    yield rig
    engine.dispose()


@contextmanager
def plans(engine: Engine) -> Iterator[list[str]]:
    """The steps that SQLite takes for every statement meanwhile."""
    asked: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if re.match(r"(?i)\s*(with|select|update|delete)", statement):
            several = isinstance(parameters, list)
            asked.append((statement, parameters[0] if several else parameters))

    found: list[str] = []
    event.listen(engine, "before_cursor_execute", remember)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", remember)
        raw = engine.raw_connection()
        for statement, parameters in asked:
            steps = raw.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [str(step[3]) for step in steps.fetchall()]
        raw.close()


def whole_tables(steps: list[str]) -> list[str]:
    return [
        step
        for step in steps
        if re.fullmatch(r"SCAN (cases|runs|ladders|shown|links|linked)", step)
    ]


@pytest.mark.parametrize("viewer", [EVERYTHING, COORDINATOR, INTAKE], ids=lambda v: str(v.role))
@pytest.mark.parametrize("question", ASKED)
def test_no_question_reads_a_whole_table(sqlite: Rig, question: str, viewer: Viewer):
    with plans(sqlite.engine) as steps:
        ASKED[question](sqlite.engine, viewer)
    assert steps
    assert whole_tables(steps) == []


def test_no_batch_chase_or_conference_reads_a_whole_table(sqlite: Rig):
    with plans(sqlite.engine) as steps:
        sqlite.tell(case(1), alarm(1), case(3), f"PL0900-2|{VT}", link(1, "address:1"))
        draw_up(sqlite.engine, COORDINATOR, VT, NOW)
        record_chase(
            sqlite.engine, COORDINATOR, incident_id="PL0900-1", recipient=VT,
            code=ChaseCode.CALLED, follow_up_on=None, now=NOW,
        )  # fmt: skip
    assert steps
    assert whole_tables(steps) == []
