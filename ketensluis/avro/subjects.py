"""Every message that has an Avro schema, and the subject under which it is registered."""

from __future__ import annotations

import msgspec

from ketensluis.model.dossier import Dossier, DossierLink
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Alarm, Case, IncidentHistory, LedgerEvent
from ketensluis.model.messages import (
    Acceptance,
    Checkpoint,
    ControlTotal,
    Decision,
    DisclosureRequest,
    Feedback,
    FeedbackNotice,
    Notice,
    Quarantined,
    Receipt,
    Referral,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.override import Override
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.removal import Removal

__all__ = ["MESSAGES", "NAMESPACE", "subject_of"]

NAMESPACE = "nl.ketensluis"

MESSAGES: tuple[type[msgspec.Struct], ...] = (
    Acceptance,
    Alarm,
    Case,
    Checkpoint,
    ControlTotal,
    Decision,
    DisclosureRequest,
    Dossier,
    DossierLink,
    Feedback,
    FeedbackNotice,
    Incident,
    IncidentHistory,
    LedgerEvent,
    Notice,
    Override,
    ProcessingRecord,
    Quarantined,
    Receipt,
    Referral,
    Rejection,
    Removal,
    SafetyAssessment,
)


def subject_of(message: type[msgspec.Struct]) -> str:
    """The record's full name, which is its subject: `nl.ketensluis.Incident`."""
    return f"{NAMESPACE}.{message.__name__}"
