"""The dossier of an incident: what shares a person or an address with it, and who changed role."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection, Engine, RowMapping, select

from ketensluis.classification.roles import PersonRoles
from ketensluis.runtime.database import at_once
from services.worklist.access import Viewer
from services.worklist.dossier_answers import DossierLine, DossierOf, person_lines
from services.worklist.histories import newest, roles_of
from services.worklist.process import separated
from services.worklist.tables import cases, linked

__all__ = ["dossier"]

_MOST_SHOWN = 100
_COLUMNS = ("registered_at", "unit", "classification", "children_present", "sent")


def dossier(engine: Engine, viewer: Viewer, incident_id: str) -> DossierOf | None:
    """The incident's dossier, as far as the viewer may see it; None if not the incident itself.

    For the police side alone: what a recipient knows of a family is its own.
    """
    if not viewer.police:
        return None
    with at_once(engine).connect() as connection:
        if not _there(connection, viewer, incident_id):
            return None
        subjects = _subjects(connection, incident_id)
        found = newest(connection, viewer, subjects, None, _COLUMNS, _MOST_SHOWN)
        persons = roles_of(connection, viewer, subjects, None, found)
    here = set(subjects)
    return DossierOf(
        incident_id=incident_id,
        incidents=found.incidents,
        labelled=found.labelled,
        referred=found.referred,
        not_referred=found.not_referred,
        more=found.more,
        persons=person_lines(persons),
        lines=tuple(
            _line(each, rows, here.intersection(separated(rows[0]["subjects"])), persons)
            for each, rows in found.rows.items()
        ),
    )


def _there(connection: Connection, viewer: Viewer, incident_id: str) -> bool:
    query = select(cases.c.incident_id).where(
        cases.c.incident_id == incident_id, viewer.sees(cases)
    )
    return connection.execute(query.limit(1)).first() is not None


def _subjects(connection: Connection, incident_id: str) -> tuple[str, ...]:
    query = select(linked.c.subjects).where(linked.c.incident_id == incident_id)
    return separated(connection.scalar(query) or "")


def _line(
    incident_id: str,
    rows: Sequence[RowMapping],
    shared: AbstractSet[str],
    persons: Sequence[PersonRoles],
) -> DossierLine:
    roles = [
        f"{number}: {', '.join(held.roles)}"
        for number, person in enumerate(persons, start=1)
        for held in person.held
        if held.incident_id == incident_id
    ]
    return DossierLine(
        incident_id=incident_id,
        registered_at=min(row["registered_at"] for row in rows),
        unit=rows[0]["unit"],
        classification=rows[0]["classification"],
        children_present=rows[0]["children_present"],
        referred=any(row["sent"] for row in rows),
        shares=tuple(sorted({each.partition(":")[0] for each in shared}, reverse=True)),
        roles=tuple(roles),
    )
