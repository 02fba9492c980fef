"""The questions of `figures`, in SQL: each counts, none makes a ratio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    type_coerce,
)

from ketensluis.classification.dossier import PERSON
from services.worklist.tables import cases, links, runs

__all__ = [
    "AGES",
    "BUCKETS",
    "BY_PLACE",
    "DURATIONS",
    "INCIDENTS",
    "OLDER",
    "OVERDUE",
    "REPEATS",
    "RUNGS",
    "STEPS",
    "open_by_age",
]

RUNGS = ("decided", "sent", "received", "accepted", "rejected", "assessed", "fed_back", "closed")
# From one rung to the next, of obligations to Veilig Thuis.
STEPS = {
    "label": ("registered_at", "labelled_at"),
    "referral": ("labelled_at", "sent_at"),
    "receipt": ("sent_at", "received_at"),
    "feedback": ("received_at", "fed_back_at"),
    "registration_to_feedback": ("registered_at", "fed_back_at"),
}
_HOUR, _DAY = 3_600, 86_400
# Seconds: a quarter, an hour, four, a day, three, a week, two, five (35 days), ten, half a year.
BUCKETS = (
    900, _HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY, 14 * _DAY, 35 * _DAY, 70 * _DAY, 182 * _DAY,
)  # fmt: skip

# How old what is open may be, in seconds, to be of that age.
AGES = {"day": _DAY, "week": 7 * _DAY, "five_weeks": 35 * _DAY, "ten_weeks": 70 * _DAY}
OLDER = "older"


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _durations() -> Iterator[ColumnElement[Any]]:
    for step, (since, until) in STEPS.items():
        begin, end = (type_coerce(cases.c[name], BigInteger) for name in (since, until))
        # A label that came before the registration, or clocks that differ, took no time.
        took = case((end > begin, (end - begin) / 1_000_000), (end <= begin, 0))
        yield func.count(took).label(f"{step}_count")
        yield func.sum(took).label(f"{step}_seconds")
        for position, limit in enumerate(BUCKETS):
            yield _number(took <= limit).label(f"{step}_{position}")


_PLACE = (cases.c.unit, cases.c.region)
BY_PLACE = select(
    *_PLACE, cases.c.kind, cases.c.state, cases.c.reason, cases.c.open,
    cases.c.sent.label("sent_flag"),
    func.count().label("count"),
    func.min(cases.c.registered_at).label("oldest"),
    *(func.count(cases.c[f"{rung}_at"]).label(rung) for rung in RUNGS),
).group_by(
    *_PLACE, cases.c.kind, cases.c.state, cases.c.reason, cases.c.open, cases.c.sent
)  # fmt: skip


def open_by_age(now: datetime) -> Select[Any]:
    """What is open by place and age, as of that moment."""
    since = {age: now - timedelta(seconds=seconds) for age, seconds in AGES.items()}
    age = case(
        *((cases.c.registered_at > at, literal(name)) for name, at in since.items()), else_=OLDER
    ).label("age")
    return (
        select(*_PLACE, age, func.count().label("count"))
        .where(cases.c.open.is_(true()))
        .group_by(*_PLACE, literal_column("age"))
    )


OVERDUE = (
    select(runs.c.clock, runs.c.level, runs.c.unit, runs.c.region, func.count().label("count"))
    .where(runs.c.open.is_(true()), runs.c.unit.is_not(None))
    .group_by(runs.c.clock, runs.c.level, runs.c.unit, runs.c.region)
)

# An incident that was sent on from one region to another is one incident, and where it went
# to last is what counts.
_PER_INCIDENT = (
    select(
        cases.c.incident_id,
        func.max(cases.c.unit).label("unit"),
        func.max(cases.c.region).label("region"),
        func.max(cases.c.classification).label("classification"),
        func.max(cases.c.children_present).label("children"),
        func.max(case((cases.c.sent.is_(true()), 1), else_=0)).label("sent"),
        func.max(case((cases.c.signals.contains("history:"), 1), else_=0)).label("history"),
    )
    .where(and_(cases.c.kind == "vt", cases.c.state != "rerouted"))
    .group_by(cases.c.incident_id)
    .subquery()
)
INCIDENTS = select(
    _PER_INCIDENT.c.unit,
    _PER_INCIDENT.c.region,
    _PER_INCIDENT.c.classification,
    _PER_INCIDENT.c.children,
    func.count().label("count"),
    func.sum(_PER_INCIDENT.c.sent).label("sent"),
    func.sum(_PER_INCIDENT.c.history).label("with_history"),
).group_by(
    _PER_INCIDENT.c.unit,
    _PER_INCIDENT.c.region,
    _PER_INCIDENT.c.classification,
    _PER_INCIDENT.c.children,
)

# Labelled incidents that have a person in common with another labelled one. Not an address,
# which families of a block of flats may share.
_LABELLED = (
    select(links.c.subject, links.c.incident_id)
    .join(_PER_INCIDENT, _PER_INCIDENT.c.incident_id == links.c.incident_id)
    .where(links.c.subject.startswith(PERSON), _PER_INCIDENT.c.classification == "hg")
    .cte("labelled")
)
_KNOWN_AGAIN = select(_LABELLED.c.subject).group_by(_LABELLED.c.subject).having(func.count() > 1)
_REPEATED = select(_LABELLED.c.incident_id).where(_LABELLED.c.subject.in_(_KNOWN_AGAIN)).distinct()
REPEATS = (
    select(
        _PER_INCIDENT.c.unit,
        _PER_INCIDENT.c.region,
        func.count().label("count"),
        func.sum(_PER_INCIDENT.c.sent).label("sent"),
    )
    .where(_PER_INCIDENT.c.incident_id.in_(_REPEATED))
    .group_by(_PER_INCIDENT.c.unit, _PER_INCIDENT.c.region)
)

DURATIONS = select(cases.c.region, *_durations()).where(cases.c.kind == "vt").group_by(
    cases.c.region
)  # fmt: skip
