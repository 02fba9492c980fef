"""What coordinators count, computed from the tables: numerators and denominators apart.

No ratio is made here: whoever shows one shows both its sides. `DEFINITIONS` is the version of
what is counted; it goes up whenever the meaning of a figure changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
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

from services.worklist.tables import cases, runs, unreadable

__all__ = [
    "AGES",
    "BUCKETS",
    "DEFINITIONS",
    "OLDER",
    "RUNGS",
    "STEPS",
    "Durations",
    "Figures",
    "figures",
]

DEFINITIONS = "1"
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

Place = tuple[str, str]


@dataclass
class Durations:
    """How many took at most so long (cumulative, by `BUCKETS`), how many in all, and seconds."""

    within: list[int] = field(default_factory=lambda: [0] * len(BUCKETS))
    count: int = 0
    seconds: int = 0

    def add(self, other: Durations) -> None:
        """Take those of another place in."""
        self.within = [sum(each) for each in zip(self.within, other.within, strict=True)]
        self.count += other.count
        self.seconds += other.seconds


@dataclass
class Figures:
    """All figures as of one moment; places are (unit, region)."""

    at: datetime
    unreadable: int = 0
    cases: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    reached: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    not_sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    oldest_open: dict[Place, datetime] = field(default_factory=dict)
    open_by_age: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    overdue: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    incidents: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    referred: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    with_children: Counter[Place] = field(default_factory=Counter)
    children_without_referral: Counter[Place] = field(default_factory=Counter)
    with_history: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    steps: defaultdict[tuple[str, str], Durations] = field(
        default_factory=lambda: defaultdict(Durations)
    )


def figures(engine: Engine, now: datetime) -> Figures:
    """Count everything, in one view of the tables."""
    found = Figures(now)
    with engine.connect() as connection:
        found.unreadable = connection.scalar(select(func.count()).select_from(unreadable)) or 0
        for row in connection.execute(_BY_PLACE).mappings():
            _enter(found, row)
        for row in connection.execute(_open_by_age(now)).mappings():
            found.open_by_age[row["unit"], row["region"] or "", row["age"]] += row["count"]
        for row in connection.execute(_OVERDUE).mappings():
            key = row["clock"], row["level"], row["unit"], row["region"] or ""
            found.overdue[key] += row["count"]
        for row in connection.execute(_INCIDENTS).mappings():
            place = row["unit"], row["region"] or ""
            found.incidents[(*place, row["classification"])] += row["count"]
            found.referred[(*place, row["classification"])] += row["sent"]
            if row["classification"] != "hg":
                found.with_history[(*place, row["classification"])] += row["with_history"]
            if row["children"] == "yes" and row["classification"] == "hg":
                found.with_children[place] += row["count"]
                found.children_without_referral[place] += row["count"] - row["sent"]
        for row in connection.execute(_DURATIONS).mappings():
            for step in STEPS:
                _add(found.steps[step, row["region"] or ""], step, row)
    return found


def _enter(found: Figures, row: Any) -> None:
    unit, region, kind = row["unit"], row["region"] or "", row["kind"]
    found.cases[unit, region, kind, row["state"]] += row["count"]
    found.reached[unit, region, kind, "registered"] += row["count"]
    for rung in RUNGS:
        found.reached[unit, region, kind, rung] += row[rung]
    if not row["sent_flag"] and row["state"] in {"held", "refused", "not_required", "undecided"}:
        found.not_sent[unit, row["reason"] or "not_labelled"] += row["count"]
    oldest = row["oldest"]
    if row["open"] and (
        (unit, region) not in found.oldest_open or oldest < found.oldest_open[unit, region]
    ):
        found.oldest_open[unit, region] = oldest


def _add(known: Durations, step: str, row: Any) -> None:
    known.count += row[f"{step}_count"]
    known.seconds += int(row[f"{step}_seconds"] or 0)
    for position in range(len(BUCKETS)):
        known.within[position] += row[f"{step}_{position}"] or 0


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
_BY_PLACE = select(
    *_PLACE, cases.c.kind, cases.c.state, cases.c.reason, cases.c.open,
    cases.c.sent.label("sent_flag"),
    func.count().label("count"),
    func.min(cases.c.registered_at).label("oldest"),
    *(func.count(cases.c[f"{rung}_at"]).label(rung) for rung in RUNGS),
).group_by(
    *_PLACE, cases.c.kind, cases.c.state, cases.c.reason, cases.c.open, cases.c.sent
)  # fmt: skip


def _open_by_age(now: datetime) -> Select[Any]:
    since = {age: now - timedelta(seconds=seconds) for age, seconds in AGES.items()}
    age = case(
        *((cases.c.registered_at > at, literal(name)) for name, at in since.items()), else_=OLDER
    ).label("age")
    return (
        select(*_PLACE, age, func.count().label("count"))
        .where(cases.c.open.is_(true()))
        .group_by(*_PLACE, literal_column("age"))
    )


_OVERDUE = (
    select(runs.c.clock, runs.c.level, runs.c.unit, runs.c.region, func.count().label("count"))
    .where(runs.c.open.is_(true()), runs.c.unit.is_not(None))
    .group_by(runs.c.clock, runs.c.level, runs.c.unit, runs.c.region)
)

# An incident that was sent on from one region to another is one incident, and where it went
# to last is what counts.
_PER_INCIDENT = (
    select(
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
_INCIDENTS = select(
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

_DURATIONS = select(cases.c.region, *_durations()).where(cases.c.kind == "vt").group_by(
    cases.c.region
)  # fmt: skip
