"""Chasing on record: that a role chased, when, and what came of it, as a code.

There is no free text, and what is sent as such is refused. A note field fills with names, with
what somebody said about a family, and with content of care: all that this list must not hold,
and that no masking takes out with certainty. What was said belongs in the dossier of whoever
said it; here it is enough that somebody acted, and when to look again.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine, insert, select

from services.worklist.access import Forbidden, Viewer
from services.worklist.answers import ChaseLine
from services.worklist.tables import cases, chases

__all__ = ["ChaseCode", "record_chase"]


class ChaseCode(StrEnum):
    """What was done, or what came of it."""

    CALLED = "called"
    """Spoke with the recipient's desk by telephone."""
    MAILED = "mailed"
    """Wrote to the recipient's functional mailbox."""
    NO_ANSWER = "no_answer"
    """Tried, and reached nobody."""
    ANSWER_PROMISED = "answer_promised"
    """The recipient will answer; `follow_up_on` says by when."""
    ANSWERED_OUTSIDE = "answered_outside"
    """It was answered, but not through the hub: the answer is still to be sent."""
    COMPLETION_ASKED = "completion_asked"
    """Asked the reporting team to complete the registration."""
    LABEL_ASKED = "label_asked"
    """Asked the reporting team to look at the label."""
    LABEL_JUDGED_RIGHT = "label_judged_right"
    """Looked at the suspicion: it is no domestic violence."""
    AGREEMENT_ASKED = "agreement_asked"
    """Asked for an agreement, or for its renewal."""
    FAULT_REPORTED = "fault_reported"
    """Reported a technical fault to the operators."""
    PUT_TO_SUPERVISOR = "put_to_supervisor"
    """Handed on to supervision."""
    PUT_TO_CONFERENCE = "put_to_conference"
    """Kept for the next case conference."""


def record_chase(
    engine: Engine,
    viewer: Viewer,
    *,
    incident_id: str,
    recipient: str,
    code: ChaseCode,
    follow_up_on: date | None,
    now: datetime,
) -> ChaseLine | None:
    """Put on record that this role chased; None if there is no such obligation to be seen.

    Raises:
        Forbidden: `not_the_sender`: chasing is the police side's, whose dossier it is.
    """
    if not viewer.police:
        raise Forbidden("not_the_sender", "chasing is put on record by the sender's side")
    line = ChaseLine(
        recipient=recipient,
        code=code,
        by_role=viewer.role,
        by_scope=viewer.scope,
        at=now,
        follow_up_on=follow_up_on,
    )
    with engine.execution_options(writes=True).begin() as connection:
        known = connection.scalar(
            select(cases.c.incident_id).where(
                cases.c.incident_id == incident_id,
                cases.c.recipient == recipient,
                viewer.sees(cases),
            )
        )
        if known is None:
            return None
        connection.execute(insert(chases).values(incident_id=incident_id, **line.model_dump()))
    return line
