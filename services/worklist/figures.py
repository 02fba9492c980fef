"""What coordinators count, computed from the tables: numerators and denominators apart.

No ratio is made here: whoever shows one shows both its sides. `DEFINITIONS` is the version of
what is counted; it goes up whenever the meaning of a figure changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from services.worklist.figure_queries import (
    BUCKETS,
    BY_PLACE,
    DURATIONS,
    INCIDENTS,
    OVERDUE,
    REPEATS,
    RUNGS,
    STEPS,
    open_by_age,
)
from services.worklist.tables import unreadable

__all__ = ["BUCKETS", "DEFINITIONS", "Durations", "Figures", "figures"]

DEFINITIONS = "1"
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
    repeated: Counter[Place] = field(default_factory=Counter)
    repeated_without_referral: Counter[Place] = field(default_factory=Counter)
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
        for row in connection.execute(BY_PLACE).mappings():
            _enter(found, row)
        for row in connection.execute(open_by_age(now)).mappings():
            found.open_by_age[row["unit"], row["region"] or "", row["age"]] += row["count"]
        for row in connection.execute(OVERDUE).mappings():
            key = row["clock"], row["level"], row["unit"], row["region"] or ""
            found.overdue[key] += row["count"]
        for row in connection.execute(INCIDENTS).mappings():
            place = row["unit"], row["region"] or ""
            found.incidents[(*place, row["classification"])] += row["count"]
            found.referred[(*place, row["classification"])] += row["sent"]
            if row["classification"] != "hg":
                found.with_history[(*place, row["classification"])] += row["with_history"]
            if row["children"] == "yes" and row["classification"] == "hg":
                found.with_children[place] += row["count"]
                found.children_without_referral[place] += row["count"] - row["sent"]
        for row in connection.execute(REPEATS).mappings():
            place = row["unit"], row["region"] or ""
            found.repeated[place] += row["count"]
            found.repeated_without_referral[place] += row["count"] - row["sent"]
        for row in connection.execute(DURATIONS).mappings():
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
