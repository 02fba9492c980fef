"""Incidents that share a person or an address, as far as a viewer may see them.

Asked by keyed pseudonyms. Counts are of all such incidents, rows of the newest; both come in one
question, so that no more is read into memory than is shown. A question is put into words once for
each scope of viewers: that would take longer than its answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
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

__all__ = ["Newest", "newest", "roles_of"]

# Nobody reads more; stalking goes to some sixty incidents.
_MOST_ROLES = 500
_SCOPES = 256
_PARTS = msgspec.json.Decoder(tuple[Part, ...])


@dataclass(frozen=True, slots=True)
class Newest:
    """How many incidents there are, and the rows of the newest, by incident in that order.

    A row also has `occurred_at`, `parts` and `subjects` of the incident's link.
    """

    incidents: int
    labelled: int
    referred: int
    rows: dict[str, list[RowMapping]]

    @property
    def not_referred(self) -> int:
        """How many no message left of."""
        return self.incidents - self.referred

    @property
    def persons(self) -> tuple[PersonRoles, ...]:
        """Everybody in the incidents that have rows here, with the roles in these."""
        return persons_of(
            (name, first["occurred_at"], _PARTS.decode(first["parts"]))
            for name, (first, *_) in self.rows.items()
            # None in links of before roles were kept.
            if first["occurred_at"] is not None
        )

    @property
    def more(self) -> bool:
        """Whether there are more than those that have rows here."""
        return self.incidents > len(self.rows)


def newest(
    connection: Connection, viewer: Viewer, subjects: Iterable[str], since: datetime | None,
    columns: tuple[str, ...], most: int,
) -> Newest:  # fmt: skip
    """The incidents that have one of the subjects, registered since then, the newest first."""
    query = _newest(_scope(viewer), since is not None, columns, most)
    rows: dict[str, list[RowMapping]] = {}
    one: RowMapping | None = None
    for one in connection.execute(query, _asked(subjects, since)).mappings():
        rows.setdefault(one["incident_id"], []).append(one)
    if one is None:
        return Newest(0, 0, 0, {})
    return Newest(
        one["incidents"], int(one["of_them_labelled"]), int(one["of_them_referred"]), rows
    )


def roles_of(
    connection: Connection, viewer: Viewer, subjects: Iterable[str], since: datetime | None,
    found: Newest,
) -> tuple[PersonRoles, ...]:  # fmt: skip
    """The persons among the subjects, with their roles over all incidents, `found` and older."""
    persons = {each for each in subjects if each.startswith(PERSON)}
    if not persons or not found.rows:
        return ()
    all_of_them = _all(connection, viewer, persons, since) if found.more else found.persons
    return tuple(each for each in all_of_them if not persons.isdisjoint(each.keys))


def _all(
    connection: Connection, viewer: Viewer, persons: Iterable[str], since: datetime | None
) -> tuple[PersonRoles, ...]:
    query = _roles(_scope(viewer), since is not None)
    return persons_of(
        (incident_id, at, _PARTS.decode(parts))
        for incident_id, at, parts in connection.execute(query, _asked(persons, since))
    )


def _asked(subjects: Iterable[str], since: datetime | None) -> dict[str, Any]:
    return {"subjects": sorted(subjects)} | ({} if since is None else {"since": since})


def _scope(viewer: Viewer) -> Viewer:
    """The viewer as far as it makes a difference to what is seen."""
    return replace(viewer, person=None)


@lru_cache(_SCOPES)
def _newest(viewer: Viewer, dated: bool, columns: tuple[str, ...], most: int) -> Select[Any]:  # noqa: FBT001 - the key of a cache
    found = _incidents((cases.c.incident_id.in_(_having()), *_visible(viewer, dated))).cte("found")
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
    return (
        select(
            *(cases.c[name] for name in dict.fromkeys(("incident_id", *columns))),
            page.c.incidents, page.c.of_them_labelled, page.c.of_them_referred,
            linked.c.occurred_at, linked.c.parts, linked.c.subjects,
        )
        .join_from(page, cases, cases.c.incident_id == page.c.incident_id)
        .join(linked, linked.c.incident_id == page.c.incident_id)
        .where(viewer.sees(cases))
        .order_by(desc(page.c.last), cases.c.incident_id, cases.c.recipient)
    )  # fmt: skip


@lru_cache(_SCOPES)
def _roles(viewer: Viewer, dated: bool) -> Select[Any]:  # noqa: FBT001 - the key of a cache
    seen = and_(cases.c.incident_id == linked.c.incident_id, *_visible(viewer, dated))
    return (
        select(linked.c.incident_id, linked.c.occurred_at, linked.c.parts)
        .where(
            linked.c.incident_id.in_(_having()),
            linked.c.occurred_at.is_not(None),
            exists().where(seen),
        )
        .order_by(desc(linked.c.occurred_at), linked.c.incident_id)
        .limit(_MOST_ROLES)
    )


def _having() -> Select[Any]:
    return select(links.c.incident_id).where(
        links.c.subject.in_(bindparam("subjects", expanding=True))
    )


def _visible(viewer: Viewer, dated: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001 - as above
    young = cases.c.registered_at >= bindparam("since", type_=Instant) if dated else true()
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
