"""Which alarms a clock must give that nobody stops in time, by what the parties were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ketensluis.made_up.ledger_year.almanac import Standstill
from ketensluis.made_up.ledger_year.truth import Expected

__all__ = ["Run", "alarms_of"]

# Hours of warning before the deadline, and hours after it until it goes to somebody else; the
# role that is told, where it is not the recipient's intake, and the role that then takes it over.
_AROUND: dict[str, tuple[float, float, str | None, str]] = {
    "decision": (4, 48, "hg_coordinator", "control_department"),
    "receipt": (0.25, 24, None, "hg_coordinator"),
    "acceptance": (4, 3 * 24, None, "hg_coordinator"),
    "safety_assessment": (24, 7 * 24, None, "hg_coordinator"),
    "feedback": (7 * 24, 14 * 24, None, "hg_coordinator"),
    "investigation": (14 * 24, 14 * 24, None, "hg_coordinator"),
    "rejection": (4, 3 * 24, "hg_coordinator", "control_department"),
    "hold_over": (0, 24, "hg_coordinator", "control_department"),
    "hold_review": (24, 7 * 24, "supervisor", "control_department"),
    "restraining_help": (3 * 24, 24, None, "hg_coordinator"),
    "restraining_end": (2 * 24, 24, "hg_coordinator", "supervisor"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock: when its start came in, its deadline, and when its end came in."""

    clock: str
    recipient: str
    known: datetime
    due: datetime
    ended: datetime | None


def alarms_of(
    run: Run, incident_id: str, fault: str, sender: str, hub: Standstill
) -> Iterator[Expected]:
    """What has to be heard of it, where `sender` is the police unit as a party.

    An answer that came in while the hub was down is read before anybody looks. A warning whose
    time passed in a standstill that lasted beyond the deadline may be left out.
    """
    *around, role, next_role = _AROUND[run.clock]
    before, after = (timedelta(hours=hours) for hours in around)
    to = f"{sender}/{role}" if role else f"{run.recipient}/intake"
    ended = hub.up(run.ended) if run.ended is not None else None
    raised = False
    for kind, at in (
        ("due_soon", run.due - before),
        ("overdue", run.due),
        ("escalated", run.due + after),
    ):
        since = max(at, run.known)
        seen = hub.up(since)
        if (ended is not None and ended <= seen) or (kind == "due_soon" and since >= run.due):
            continue
        passed = kind == "due_soon" and seen >= run.due
        raised = raised or not passed
        if kind == "escalated":
            to = f"{sender}/{next_role}"
        yield Expected(
            fault, incident_id, run.recipient, run.clock, kind, run.due, since, seen, to, passed
        )
    if raised and ended is not None:
        yield Expected(
            fault, incident_id, run.recipient, run.clock, "cleared", run.due,
            ended, max(ended, run.due), to,
        )  # fmt: skip
