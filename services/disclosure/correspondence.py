"""The message in which a decision reaches its recipient."""

from __future__ import annotations

from datetime import datetime

from ketensluis.model.incident import Incident
from ketensluis.model.messages import Notice, Referral
from services.disclosure.decision import Decision

__all__ = ["message_of"]


def message_of(decision: Decision, incident: Incident, at: datetime) -> Referral | Notice | None:
    """The referral or notice that leaves with the decision, if one does."""
    message, released = decision.message, decision.released
    if message is None or released is None:
        return None
    agreement = decision.agreement
    kind = Referral if decision.kind == "referral" else Notice
    return kind(
        message_id=message.message_id,
        incident_id=decision.incident_id,
        sequence=decision.sequence,
        event=message.event,
        recipient=decision.recipient,
        unit=incident.unit,
        registered_at=incident.registered_at,
        decided_at=at,
        agreement=agreement.id if agreement else "",
        agreement_version=agreement.version if agreement else "",
        legal_basis=decision.legal_basis,
        routing_rule=decision.routing_rule or "",
        replaces=message.replaces,
        changed=message.changed,
        released=released,
        withheld=decision.withheld,
    )
