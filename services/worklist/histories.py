"""Incidents that share a person or an address, as far as a viewer may see them.

Asked by keyed pseudonyms. Counts are of all such incidents, rows of the newest; both come in one
question, so that no more is read into memory than is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    desc,
    exists,
    func,
    select,
    true,
)

from ketensluis.classification.dossier import PERSON
from ketensluis.classification.roles import PersonRoles, persons_of
from ketensluis.model.dossier import Part
from ketensluis.runtime.database import Instant
from services.worklist.access import Viewer
from services.worklist.tables import cases, linked, links

__all__ = ["Newest", "newest", "roles_in", "roles_of"]

# Nobody reads more; stalking goes to some sixty incidents.
_MOST_ROLES = 500
_PARTS = msgspec.json.Decoder(tuple[Part, ...])


@dataclass(frozen=True, slots=True)
class Newest:
    """How many incidents there are, and the rows of the newest, by incident in that order."""

    incidents: int
    labelled: int
    referred: int
    rows: dict[str, list[RowMapping]]

    @property
    def not_referred(self) -> int:
        """How many no message left of."""
        return self.incidents - self.referred

    @property
    def more(self) -> bool:
        """Whether there are more than those that have rows here."""
        return self.incidents > len(self.rows)


def newest(
    connection: Connection, viewer: Viewer, subjects: Iterable[str], since: datetime | None,
    columns: Iterable[str], most: int,
) -> Newest:  # fmt: skip
    """The incidents that have one of the subjects, registered since then, the newest first."""
    found = _incidents(_here(viewer, subjects, since)).cte("found")
    page = (
        select(
            found.c.incident_id,
            found.c.last,
            func.count().over().label("incidents"),
            func.sum(found.c.labelled).over().label("of_them_labelled"),
            func.sum(found.c.referred).over().label("of_them_referred"),
        )
        .order_by(desc(found.c.last), found.c.incident_id)
        .limit(most)
        .subquery("page")
    )
    query = (
        select(
            *(cases.c[name] for name in dict.fromkeys(("incident_id", *columns))),
            page.c.incidents, page.c.of_them_labelled, page.c.of_them_referred,
        )
        .join_from(page, cases, cases.c.incident_id == page.c.incident_id)
        .where(viewer.sees(cases))
        .order_by(desc(page.c.last), cases.c.incident_id, cases.c.recipient)
    )  # fmt: skip
    rows: dict[str, list[RowMapping]] = {}
    one: RowMapping | None = None
    for one in connection.execute(query).mappings():
        rows.setdefault(one["incident_id"], []).append(one)
    if one is None:
        return Newest(0, 0, 0, {})
    return Newest(
        one["incidents"], int(one["of_them_labelled"]), int(one["of_them_referred"]), rows
    )


def roles_of(
    connection: Connection, viewer: Viewer, subjects: Iterable[str], since: datetime | None
) -> tuple[PersonRoles, ...]:
    """The persons among the subjects, with their roles over all incidents that may be seen."""
    persons = {each for each in subjects if each.startswith(PERSON)}
    of_incident = and_(cases.c.incident_id == linked.c.incident_id, *_visible(viewer, since))
    here = and_(
        linked.c.incident_id.in_(select(links.c.incident_id).where(links.c.subject.in_(persons))),
        exists().where(of_incident),
    )
    found = _persons(connection, here) if persons else ()
    return tuple(each for each in found if not persons.isdisjoint(each.keys))


def roles_in(connection: Connection, incident_ids: Sequence[str]) -> tuple[PersonRoles, ...]:
    """The persons of these incidents, with their roles in these; who asks may see them all."""
    return _persons(connection, linked.c.incident_id.in_(incident_ids)) if incident_ids else ()


def _persons(connection: Connection, here: ColumnElement[bool]) -> tuple[PersonRoles, ...]:
    query = (
        select(linked.c.incident_id, linked.c.occurred_at, linked.c.parts)
        # None in links of before roles were kept.
        .where(here, linked.c.occurred_at.is_not(None))
        .order_by(desc(linked.c.occurred_at), linked.c.incident_id)
        .limit(_MOST_ROLES)
    )
    return persons_of(
        (incident_id, at, _PARTS.decode(parts))
        for incident_id, at, parts in connection.execute(query)
    )


def _here(
    viewer: Viewer, subjects: Iterable[str], since: datetime | None
) -> Iterable[ColumnElement[bool]]:
    having = select(links.c.incident_id).where(links.c.subject.in_(sorted(subjects)))
    return (cases.c.incident_id.in_(having), *_visible(viewer, since))


def _visible(viewer: Viewer, since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    young = true() if since is None else cases.c.registered_at >= since
    return young, viewer.sees(cases)


def _incidents(here: Iterable[ColumnElement[bool]]) -> Select[Any]:
    """The incidents: whether labelled, whether referred, when registered."""
    return (
        select(
            cases.c.incident_id,
            func.max(case((cases.c.classification == "hg", 1), else_=0)).label("labelled"),
            func.max(case((cases.c.sent.is_(True), 1), else_=0)).label("referred"),
            func.max(cases.c.registered_at, type_=Instant).label("last"),
        )
        .where(*here)
        .group_by(cases.c.incident_id)
    )
