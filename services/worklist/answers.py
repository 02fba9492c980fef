"""What the work list answers: rows with their fields, each for the eyes that asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from ketensluis.model.ledger import Rung
from services.worklist.access import Viewer
from services.worklist.process import separated

__all__ = [
    "HOLD_REASONS",
    "CaseLine",
    "ChaseLine",
    "ConferenceLine",
    "Incident",
    "Obligation",
    "Overdue",
    "OverdueLine",
    "Page",
    "RunLine",
    "RungLine",
    "case_line",
    "run_line",
    "rung_lines",
]

# The rungs that a recipient has a part in; what went before is between police and hub.
_SHARED_RUNGS = frozenset({
    "sent", "corrected", "withdrawn", "received", "accepted", "rejected", "assessed", "fed_back",
    "closed",
})  # fmt: skip
_OVERRIDE = "overruled"
HOLD_REASONS = frozenset({"hold_investigation", "hold_safety", "restricted_class"})


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class CaseLine(_Answer):
    """One obligation: an incident that a recipient is owed. No names, no narrative."""

    incident_id: str
    recipient: str = Field(description="`vt:<region>`, `om:<office>`, or as an agreement says.")
    state: str
    reason: str | None = Field(description="Why it was not sent; a hold's for supervision only.")
    classification: str | None = Field(description="For the police only.")
    signals: tuple[str, ...] = Field(description="Codes of the suspicion; for the police only.")
    unit: str
    region: str | None
    children_present: str | None
    registered_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    fed_back_at: datetime | None
    closed_at: datetime | None
    hold_until: datetime | None = Field(description="For supervision only.")
    hold_by_role: str | None = Field(description="For supervision only.")
    agreement: str | None
    overdue: tuple[str, ...] = Field(description="The clocks that ran out.")
    chase: tuple[str, ...] = Field(description="The roles that have to act on these.")
    owner: str = Field(description="With whom the dossier lies.")
    changed_at: datetime | None
    age_days: int = Field(description="Whole days since the registration.")


class RunLine(_Answer):
    """One run of a clock that warned or ran out."""

    clock: str
    level: str = Field(description="`due_soon`, `overdue`, `no_route`, `escalated`, `cleared`.")
    due_at: datetime
    addressed_to: str = Field(description="The role that is to act: `<party>/<role>`.")
    open: bool
    cleared_at: datetime | None


class OverdueLine(_Answer):
    """A run that is over, and the obligation that it is about."""

    run: RunLine
    case: CaseLine


class RungLine(_Answer):
    """One rung of the ladder; one with a note changes nothing."""

    name: str
    at: datetime
    code: str | None
    note: str | None


class ChaseLine(_Answer):
    """That somebody chased: a code, a role, a time."""

    recipient: str
    code: str
    by_role: str
    by_scope: str
    at: datetime
    follow_up_on: date | None


class ConferenceLine(_Answer):
    """One line of a case conference's list: what lies on the table between both sides."""

    incident_id: str
    recipient: str
    unit: str
    state: str
    was: str | None = Field(description="The state on the last list; null if it was on none.")
    children_present: str | None
    registered_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    fed_back_at: datetime | None
    closed_at: datetime | None
    overdue: tuple[str, ...]
    chase: tuple[str, ...]
    owner: str
    age_days: int


class Obligation(_Answer):
    """Everything that is known of one obligation."""

    case: CaseLine
    ladder: tuple[RungLine, ...]
    runs: tuple[RunLine, ...]
    chases: tuple[ChaseLine, ...]


class Incident(_Answer):
    """The obligations of one incident, as far as the asker may see them."""

    incident_id: str
    obligations: tuple[Obligation, ...]


Line = TypeVar("Line", bound=BaseModel)


class Page(_Answer, Generic[Line]):
    """Some lines, oldest first; `next` asks for those that follow, null at the end."""

    lines: tuple[Line, ...]
    next: str | None


_COMPUTED = {"signals", "overdue", "chase", "age_days"}
_STORED = tuple(name for name in CaseLine.model_fields if name not in _COMPUTED)


@dataclass(frozen=True, slots=True)
class Overdue:
    """The clocks of one case that ran out, as far as they may be seen, and who is to act."""

    clocks: tuple[str, ...] = ()
    chase: tuple[str, ...] = ()


def case_line(row: RowMapping, viewer: Viewer, now: datetime, overdue: Overdue) -> CaseLine:
    """The row, with what this viewer may not see left empty."""
    told = {name: row[name] for name in _STORED}
    told |= {
        "signals": separated(row["signals"]),
        "overdue": overdue.clocks,
        "chase": overdue.chase,
        "age_days": max(0, (now - row["registered_at"]).days),
    }
    if not viewer.supervises:
        told |= {"hold_until": None, "hold_by_role": None}
        if row["reason"] in HOLD_REASONS:
            told["reason"] = None
    if not viewer.police:
        told |= {"reason": None, "classification": None, "signals": ()}
        if row["kind"] != "vt":
            # Which region it is can tell another recipient where a victim lives.
            told["region"] = None
    return CaseLine.model_construct(**told)


def run_line(run: RowMapping) -> RunLine:
    """A run, as it is stored."""
    return RunLine.model_construct(**{name: run[name] for name in RunLine.model_fields})


def rung_lines(rungs: str, viewer: Viewer) -> tuple[RungLine, ...]:
    """The ladder, with the rungs and codes that this viewer may see."""
    return tuple(
        RungLine(
            name=each.name,
            at=each.at,
            note=each.note,
            code=each.code if viewer.supervises or each.code not in HOLD_REASONS else None,
        )
        for each in msgspec.json.decode(rungs, type=tuple[Rung, ...])
        if (viewer.police or each.name in _SHARED_RUNGS)
        and (viewer.supervises or each.name != _OVERRIDE)
    )
