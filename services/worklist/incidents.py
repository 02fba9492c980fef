"""One incident, with all that its viewer may know of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Engine, and_, select

from ketensluis.runtime.database import at_once
from services.worklist.access import Viewer
from services.worklist.answers import (
    ChaseLine,
    Incident,
    Obligation,
    Overdue,
    RunLine,
    case_line,
    run_line,
    rung_lines,
)
from services.worklist.queries import overdue_of
from services.worklist.tables import cases, chases, ladders, runs

__all__ = ["incident"]


def incident(engine: Engine, viewer: Viewer, incident_id: str, now: datetime) -> Incident | None:
    """The incident's obligations; None if there is none that the viewer may see."""
    ladder = and_(
        ladders.c.incident_id == cases.c.incident_id, ladders.c.recipient == cases.c.recipient
    )
    with at_once(engine).connect() as connection:
        rows = list(
            connection.execute(
                select(cases, ladders.c.rungs)
                .join_from(cases, ladders, ladder)
                .where(cases.c.incident_id == incident_id, viewer.sees(cases))
                .order_by(cases.c.recipient)
            ).mappings()
        )
        runs_of: dict[str, list[RunLine]] = defaultdict(list)
        for run in connection.execute(
            select(runs)
            .where(runs.c.incident_id == incident_id, viewer.sees(runs))
            .order_by(runs.c.due_at, runs.c.clock)
        ).mappings():
            runs_of[run["recipient"]].append(run_line(run))
        chased: dict[str, list[ChaseLine]] = defaultdict(list)
        for chase in connection.execute(
            select(chases).where(chases.c.incident_id == incident_id).order_by(chases.c.number)
        ).mappings():
            told = ChaseLine(**{name: chase[name] for name in ChaseLine.model_fields})
            chased[told.recipient].append(told)
        over = overdue_of(connection, [(incident_id, row["recipient"]) for row in rows], viewer)
    if not rows:
        return None
    return Incident(
        incident_id=incident_id,
        obligations=tuple(
            Obligation(
                case=case_line(
                    row, viewer, now, over.get((incident_id, row["recipient"]), Overdue())
                ),
                ladder=rung_lines(row["rungs"], viewer),
                runs=tuple(runs_of[row["recipient"]]),
                # What one side does to chase the other is its own affair.
                chases=tuple(chased[row["recipient"]]) if viewer.police else (),
            )
            for row in rows
        ),
    )
