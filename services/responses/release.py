"""What the police may hear of an answer: what the sender's agreement with them lets through."""

from __future__ import annotations

from datetime import datetime

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import Agreements
from ketensluis.model.messages import FeedbackNotice
from ketensluis.model.party import party

__all__ = ["AgreementRelease"]

# Which incident, for which unit, from whom: without these it is no message.
_ENVELOPE = ("message_id", "incident_id", "unit", "sender", "status", "at")


class AgreementRelease:
    """Takes from a notice what no rule releases; without an agreement, all of it.

    Every rule of such an agreement is unconditional: a notice has no persons to set conditions
    on. A field that any rule keeps back in any form is withheld.
    """

    def __init__(self, agreements: Agreements) -> None:
        self._agreements = agreements

    def __call__(self, notice: FeedbackNotice, at: datetime) -> FeedbackNotice | None:
        """The notice as the police may have it, or None."""
        standing = self._agreements.standing(
            provider=notice.sender,
            recipient=party("police", notice.unit),
            region=notice.sender.partition(":")[2],
            scope="general",
            at=at,
        )
        if standing.status != "in_force" or standing.agreement is None:
            return None
        released = _released(standing.agreement)
        if not released.issuperset(_ENVELOPE):
            return None
        return notice if "code" in released else msgspec.structs.replace(notice, code=None)


def _released(agreement: Agreement) -> frozenset[str]:
    if agreement.about != "feedback":
        return frozenset()
    named = {field for rule in agreement.release for field in rule.fields}
    kept = {
        field for rule in agreement.release if rule.action != "release" for field in rule.fields
    }
    return frozenset(named - kept)
