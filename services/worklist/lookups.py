"""What is known of a person or an address, for a control room while a car is under way.

Procedural facts of the last years only (`reference/look-back.yaml` says how many): that there was
an incident, when, in which unit, how far each referral of it came, and in which role the person was
in it, by a number. Who that is, what happened and what was said is not here at all. Asked by keyed
pseudonyms, so that no name, BSN or address is stored, logged or put in a URL; each look-up is put
on record before it is answered, also one that finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, RowMapping, desc, insert, select

from ketensluis.model.look_back import told_since
from ketensluis.runtime.database import at_once
from services.worklist.access import Viewer
from services.worklist.answers import HOLD_REASONS
from services.worklist.dossier_answers import person_lines
from services.worklist.histories import newest, roles_of
from services.worklist.lookup_answers import Found, Known, LookUpLine, Referral
from services.worklist.process import separated
from services.worklist.tables import lookups

__all__ = ["LookUp", "Purpose", "look_up", "look_ups", "record_look_up"]

# While a car is under way nobody reads more; the counts are of all.
_MOST_SHOWN = 20
_MOST_LISTED = 500


class Purpose(StrEnum):
    """Why a control room looks somebody up (choice)."""

    CAR_UNDER_WAY = "car_under_way"
    """Police are on their way to the address or the person."""
    CALL_IN_PROGRESS = "call_in_progress"
    """Somebody is on the line, and it is not decided yet whom to send."""
    UNIT_ON_SITE = "unit_on_site"
    """Colleagues on the spot ask."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """A question: about a person or an address, as keyed pseudonyms, and why it is asked."""

    kind: str
    subjects: tuple[str, ...]
    purpose: Purpose


def look_up(engine: Engine, viewer: Viewer, asked: LookUp, now: datetime) -> Found:
    """The incidents that this viewer may see, as far as is looked back, the newest first.

    Raises:
        KetensluisError: `no_look_back`: nothing says how far that is.
    """
    since = told_since("control_room", now)
    with at_once(engine).connect() as connection:
        found = newest(
            connection, viewer, asked.subjects, since, (*Referral.model_fields, *_OF_INCIDENT),
            _MOST_SHOWN,
        )  # fmt: skip
        persons = (
            roles_of(connection, viewer, asked.subjects, since, found)
            if asked.kind == "person"
            else found.persons
        )
    shown = tuple(_known(each, rows) for each, rows in found.rows.items())
    return Found(
        since=since,
        incidents=found.incidents,
        labelled=found.labelled,
        referred=found.referred,
        not_referred=found.not_referred,
        last_registered_at=max((each.registered_at for each in shown), default=None),
        more=found.more,
        persons=person_lines(persons),
        lines=shown,
    )


def record_look_up(
    engine: Engine, viewer: Viewer, asked: LookUp, found: Found, now: datetime
) -> None:
    """Put on record who is about to be told what; to be called before it is told.

    Raises:
        SQLAlchemyError: it is not on record, so it must not be told.
    """
    row = {
        "at": now,
        "by_role": viewer.role.value,
        "by_scope": viewer.scope,
        "purpose": asked.purpose.value,
        "kind": asked.kind,
        "subjects": " ".join(asked.subjects),
        "incident_ids": " ".join(each.incident_id for each in found.lines),
    }
    with at_once(engine.execution_options(writes=True)).begin() as connection:
        connection.execute(insert(lookups).values(row))


def look_ups(engine: Engine, viewer: Viewer, before: int | None) -> tuple[LookUpLine, ...]:
    """The look-ups on record that this viewer may see, the newest first; `before` that number.

    Those of its own units' control rooms, for who supervises or audits; nobody else's.
    """
    with engine.connect() as connection:
        return tuple(_listed(connection, viewer, before))


def _listed(connection: Connection, viewer: Viewer, before: int | None) -> list[LookUpLine]:
    query = select(lookups).where(viewer.audits(lookups))
    if before is not None:
        query = query.where(lookups.c.number < before)
    rows = connection.execute(query.order_by(desc(lookups.c.number)).limit(_MOST_LISTED))
    return [
        LookUpLine(
            **{name: row[name] for name in ("number", "at", "by_role", "by_scope", "purpose")},
            kind=row["kind"],
            subjects=separated(row["subjects"]),
            incident_ids=separated(row["incident_ids"]),
        )
        for row in rows.mappings()
    ]


_OF_INCIDENT = ("registered_at", "unit", "classification", "children_present")


def _known(incident_id: str, rows: list[RowMapping]) -> Known:
    return Known(
        incident_id=incident_id,
        registered_at=min(row["registered_at"] for row in rows),
        unit=rows[0]["unit"],
        classification=rows[0]["classification"],
        children_present=rows[0]["children_present"],
        referrals=tuple(_referral(row) for row in rows),
    )


def _referral(row: RowMapping) -> Referral:
    told = {name: row[name] for name in Referral.model_fields}
    if told["reason"] in HOLD_REASONS:
        told["reason"] = None  # why something is held is for supervision alone
    return Referral(**told)
