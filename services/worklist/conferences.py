"""The case conference's list: per partner, what is new since the last one.

New is what differs from what the last list showed, not what is dated later: an answer that was
given on Monday and came in on Thursday is new on Friday. A list is drawn up once, numbered, and
kept as it was; drawing it up is what makes the next one begin. It holds only what the partner
was sent, for it lies on the table between both, and never the restricted class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    exists,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)

from services.worklist.access import Forbidden, Role, Viewer
from services.worklist.answers import ConferenceLine, Overdue, case_line
from services.worklist.process import Key
from services.worklist.queries import overdue_of
from services.worklist.tables import cases, conference_lines, conferences, shown
from services.worklist.upsert import among, chunks, upsert

__all__ = ["Conference", "draw_up", "held", "kept", "news"]

# What is beyond stays new, and comes on the next list.
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Conference:
    """A list that was drawn up, or (without a number) one that would be by now."""

    number: int | None
    partner: str
    at: datetime
    by_role: str
    lines: tuple[ConferenceLine, ...] = ()


def news(engine: Engine, viewer: Viewer, partner: str, now: datetime) -> Conference:
    """What the next list would hold by now, the oldest registration first.

    Raises:
        Forbidden: `not_the_sender`: the list is made by the police side, whose dossier it is.
    """
    _police_only(viewer)
    with engine.connect() as connection:
        lines, _ = _news(connection, viewer, partner, now)
    return Conference(None, partner, now, viewer.role, lines)


def draw_up(engine: Engine, viewer: Viewer, partner: str, now: datetime) -> Conference:
    """Draw the list up and keep it; what it shows is not new any more.

    Raises:
        Forbidden: `not_the_sender`.
    """
    _police_only(viewer)
    with engine.execution_options(writes=True).begin() as connection:
        lines, digests = _news(connection, viewer, partner, now)
        told = {"partner": partner, "by_role": viewer.role, "by_scope": viewer.scope, "at": now}
        inserted = connection.execute(insert(conferences).values(told)).inserted_primary_key
        number = cast("int", inserted[0] if inserted else None)
        _keep(connection, number, lines, digests)
    return Conference(number, partner, now, viewer.role, lines)


def held(engine: Engine, viewer: Viewer, partner: str | None = None) -> list[Conference]:
    """The lists of this viewer's units, the newest first, without their lines.

    Raises:
        Forbidden: `not_the_sender`.
    """
    _police_only(viewer)
    query = select(conferences).order_by(conferences.c.number.desc()).limit(MOST_LINES)
    if partner is not None:
        query = query.where(conferences.c.partner == partner)
    with engine.connect() as connection:
        return [
            Conference(row.number, row.partner, row.at, row.by_role)
            for row in connection.execute(query.where(_own(viewer)))
        ]


def kept(engine: Engine, viewer: Viewer, number: int) -> Conference | None:
    """A list as it was drawn up, its lines about this viewer's units; None if there is none.

    Raises:
        Forbidden: `not_the_sender`.
    """
    _police_only(viewer)
    with engine.connect() as connection:
        row = connection.execute(
            select(conferences).where(conferences.c.number == number, _own(viewer))
        ).one_or_none()
        if row is None:
            return None
        lines = connection.scalars(
            select(conference_lines.c.line)
            .join_from(conference_lines, cases, _of_case)
            .where(conference_lines.c.number == number, viewer.sees(cases))
            .order_by(cases.c.registered_at, cases.c.incident_id)
        )
        told = tuple(ConferenceLine.model_validate_json(line) for line in lines)
    return Conference(row.number, row.partner, row.at, row.by_role, told)


_of_case = and_(
    cases.c.incident_id == conference_lines.c.incident_id,
    cases.c.recipient == conference_lines.c.recipient,
)


def _own(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the list was drawn up with this scope, or has a line that the viewer may see."""
    seen = exists(
        select(conference_lines.c.number)
        .join_from(conference_lines, cases, _of_case)
        .where(conference_lines.c.number == conferences.c.number, viewer.sees(cases))
    )
    return or_(conferences.c.by_scope == viewer.scope, seen)


def _news(
    connection: Connection, viewer: Viewer, partner: str, now: datetime
) -> tuple[tuple[ConferenceLine, ...], dict[Key, str]]:
    # Also a supervisor brings to the table what a coordinator may see.
    eyes = Viewer(Role.HG_COORDINATOR, viewer.units)
    before = and_(shown.c.incident_id == cases.c.incident_id, shown.c.recipient == partner)
    rows = list(
        connection.execute(
            select(cases, shown.c.state.label("was"))
            .join_from(cases, shown, before, isouter=True)
            .where(
                cases.c.fresh.is_(true()),
                cases.c.sent.is_(true()),
                cases.c.recipient == partner,
                eyes.sees(cases),
            )
            .order_by(cases.c.registered_at, cases.c.incident_id)
            .limit(MOST_LINES)
        ).mappings()
    )
    keys = [(row["incident_id"], row["recipient"]) for row in rows]
    over = overdue_of(connection, keys, eyes)
    lines = []
    for key, row in zip(keys, rows, strict=True):
        full = case_line(row, eyes, now, over.get(key, Overdue()))
        told = {name: getattr(full, name, None) for name in ConferenceLine.model_fields}
        lines.append(ConferenceLine.model_construct(**told | {"was": row["was"]}))
    return tuple(lines), {key: row["digest"] for key, row in zip(keys, rows, strict=True)}


def _keep(
    connection: Connection, number: int, lines: tuple[ConferenceLine, ...], digests: dict[Key, str]
) -> None:
    keyed = [
        ({"incident_id": line.incident_id, "recipient": line.recipient}, line) for line in lines
    ]
    upsert(
        connection,
        conference_lines,
        [{"number": number, **key, "line": line.model_dump_json()} for key, line in keyed],
    )
    upsert(
        connection,
        shown,
        [
            {**key, "digest": digests[line.incident_id, line.recipient], "state": line.state}
            for key, line in keyed
        ],
    )
    for keys in chunks(digests):
        seen = [(*key, digests[key]) for key in keys]
        connection.execute(
            update(cases)
            # Not what has changed since it was read.
            .where(among(cases, keys))
            .where(tuple_(cases.c.incident_id, cases.c.recipient, cases.c.digest).in_(seen))
            .values(fresh=False)
        )


def _police_only(viewer: Viewer) -> None:
    if not viewer.police:
        raise Forbidden("not_the_sender", "the list is made by the sender's side")
