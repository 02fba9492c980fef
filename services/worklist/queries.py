"""The questions that coordinators ask of the tables; each answers what its viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Table,
    func,
    select,
    true,
)

from ketensluis.runtime.database import at_once
from services.worklist.access import Viewer
from services.worklist.answers import (
    HOLD_REASONS,
    CaseLine,
    Overdue,
    OverdueLine,
    Page,
    case_line,
    run_line,
)
from services.worklist.paging import WrongQuestion, page
from services.worklist.process import Key
from services.worklist.tables import cases, runs

__all__ = ["Filter", "open_cases", "overdue", "overdue_of", "summary"]

_OVER = ("overdue", "no_route", "escalated")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; None and empty mean all. `incidents` are those of one dossier."""

    unit: str | None = None
    region: str | None = None
    recipient: str | None = None
    state: str | None = None
    reason: str | None = None
    role: str | None = None
    addressed_to: str | None = None
    clock: str | None = None
    incidents: tuple[str, ...] = ()
    after: str | None = None
    limit: int = 100


def open_cases(engine: Engine, viewer: Viewer, asked: Filter, now: datetime) -> Page[CaseLine]:
    """The obligations on which somebody still owes something, oldest registration first.

    Raises:
        WrongQuestion: `bad_cursor`, `bad_limit`.
    """
    order = (cases.c.registered_at, cases.c.incident_id, cases.c.recipient)
    query = (
        select(cases)
        .where(cases.c.open.is_(true()), *_conditions(cases, viewer, asked))
        .order_by(*order)
    )
    with at_once(engine).connect() as connection:
        rows, following = page(connection, query, order, after=asked.after, limit=asked.limit)
        over = overdue_of(connection, [_key(row) for row in rows], viewer)
    lines = [case_line(row, viewer, now, over.get(_key(row), Overdue())) for row in rows]
    return Page(lines=tuple(lines), next=following)


def overdue(engine: Engine, viewer: Viewer, asked: Filter, now: datetime) -> Page[OverdueLine]:
    """The clocks that ran out, the longest overdue first: one line per clock.

    Raises:
        WrongQuestion: `bad_cursor`, `bad_limit`.
    """
    order = (runs.c.due_at, runs.c.incident_id, runs.c.recipient, runs.c.clock)
    query = (
        select(runs)
        .where(
            runs.c.open.is_(true()),
            runs.c.level.in_(_OVER),
            *_conditions(runs, viewer, asked),
        )
        .order_by(*order)
    )
    with at_once(engine).connect() as connection:
        found, following = page(connection, query, order, after=asked.after, limit=asked.limit)
        keys = {_key(run) for run in found}
        over = overdue_of(connection, keys, viewer)
        # Both tables say who may see it. Read apart: joined, PostgreSQL takes the two for
        # independent, expects few rows, and sorts them all.
        of_case = select(cases).where(_of_incidents(cases, keys), viewer.sees(cases))
        rows = {_key(row): row for row in connection.execute(of_case).mappings()}
    lines = [
        OverdueLine.model_construct(
            run=run_line(run),
            case=case_line(rows[_key(run)], viewer, now, over.get(_key(run), Overdue())),
        )
        for run in found
        if _key(run) in rows
    ]
    return Page(lines=tuple(lines), next=following)


def overdue_of(
    connection: Connection, keys: Iterable[Key], viewer: Viewer
) -> Mapping[Key, Overdue]:
    """The clocks of these cases that ran out, and who is to act on them.

    The viewer sees the cases; of a case that was sent it sees its own side's clocks, or all.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    query = (
        select(runs.c.incident_id, runs.c.recipient, runs.c.clock, runs.c.addressed_to)
        .where(_of_incidents(runs, wanted), runs.c.open.is_(true()), runs.c.level.in_(_OVER))
        .order_by(runs.c.due_at, runs.c.clock)
    )
    found: dict[Key, Overdue] = {}
    # Not by the viewer's units once more: that index has more rows than these keys.
    for row in connection.execute(query if viewer.police else query.where(runs.c.theirs)):
        if (row.incident_id, row.recipient) not in wanted:
            continue
        known = found.get((row.incident_id, row.recipient), Overdue())
        chase = tuple(dict.fromkeys((*known.chase, row.addressed_to)))
        found[row.incident_id, row.recipient] = Overdue((*known.clocks, row.clock), chase)
    return found


def summary(engine: Engine, viewer: Viewer) -> dict[str, int]:
    """How many obligations are open by state, and how many clocks ran out (`overdue`)."""
    with at_once(engine).connect() as connection:
        states = connection.execute(
            select(cases.c.state, func.count())
            .where(cases.c.open.is_(true()), viewer.sees(cases))
            .group_by(cases.c.state)
            .order_by(cases.c.state)
        )
        counted = {state: count for state, count in states}  # noqa: C416 - rows are no pairs to mypy
        over = connection.scalar(
            select(func.count())
            .select_from(runs)
            .where(runs.c.open.is_(true()), runs.c.level.in_(_OVER), viewer.sees(runs))
        )
    return {"open": sum(counted.values()), "overdue": over or 0, **counted}


def _conditions(rows: Table, viewer: Viewer, asked: Filter) -> list[ColumnElement[bool]]:
    found = [viewer.sees(rows)]
    for name in ("unit", "region", "recipient", "state", "reason", "role", "addressed_to", "clock"):
        value = getattr(asked, name)
        if value is None:
            continue
        if name not in rows.c:
            raise WrongQuestion("wrong_filter", f"{name} does not filter this list")
        found.append(rows.c[name] == value)
    # A filter on what is not shown would tell it.
    if asked.reason is not None and not (
        viewer.supervises or (viewer.police and asked.reason not in HOLD_REASONS)
    ):
        raise WrongQuestion("wrong_filter", "this reason is not for this role to see")
    if asked.region is not None and not viewer.police:
        found.append(rows.c.recipient.startswith("vt:"))
    if asked.incidents:
        found.append(rows.c.incident_id.in_(asked.incidents))
    return found


def _of_incidents(rows: Table, keys: Iterable[Key]) -> ColumnElement[bool]:
    """Whether a row is of one of these incidents, for whatever recipient.

    That is left to us: a page's pairs take longer to put into words than the database to answer.
    """
    return rows.c.incident_id.in_(sorted({incident for incident, _ in keys}))


def _key(row: RowMapping) -> Key:
    return row["incident_id"], row["recipient"]
