"""What the ledger is told of a decision: ids, codes and counts; nothing of the content."""

from __future__ import annotations

from datetime import datetime

from ketensluis.model.ids import derived_id
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.ledger import Outcome as LedgerOutcome
from ketensluis.model.messages import Quarantined
from ketensluis.model.override import Override
from ketensluis.model.record import Record
from services.disclosure.decision import Decision
from services.disclosure.rules import RuleBook

__all__ = ["event_of", "override_event", "quarantine_event"]


def event_of(
    decision: Decision,
    incident: Incident,
    history: IncidentHistory,
    *,
    record: Record,
    trigger: Record,
    at: datetime,
    rules: RuleBook,
) -> LedgerEvent:
    """The event of one decision on the incident's `record`, made because of `trigger`."""
    place = str(record.coordinates)
    if decision.outcome in {"duplicate", "superseded"}:
        return LedgerEvent(
            event_id=derived_id(decision.outcome, place),
            kind="duplicate" if decision.outcome == "duplicate" else "superseded",
            incident_id=decision.incident_id,
            sequence=decision.sequence,
            recipient=None,
            occurred_at=at,
            record=place,
            unit=incident.unit,
        )
    message, agreement = decision.message, decision.agreement
    verdicts = decision.verdicts
    kept = [verdict.action for verdict in verdicts].count("withhold")
    restrained_from, restrained_until = _restrained(incident)
    return LedgerEvent(
        event_id=derived_id("decision", str(trigger.coordinates), decision.recipient),
        kind="decision",
        incident_id=decision.incident_id,
        sequence=decision.sequence,
        recipient=decision.recipient,
        occurred_at=at,
        record=place,
        unit=incident.unit,
        municipality=decision.municipality,
        region=decision.region,
        event=message.event if message else incident.event,
        classification=decision.classified.classification,
        signals=decision.classified.signals,
        children_present=incident.children_present,
        outcome=_outcome(decision),
        reason=decision.reason,
        hold_until=decision.hold_until,
        hold_by_role=decision.hold_by_role,
        registered_at=history.registered_at,
        labelled_at=history.labelled_at,
        decided_at=at,
        sent_at=at if message else None,
        message_id=message.message_id if message else None,
        replaces=message.replaces if message else None,
        instead_of=decision.instead_of,
        agreement=agreement.id if agreement else None,
        agreement_version=agreement.version if agreement else None,
        agreement_digest=rules.digest_of(agreement) if agreement else None,
        routing_rule=decision.routing_rule,
        trigger=None if trigger is record else str(trigger.coordinates),
        released_digest=rules.released_digest(decision.released, decision.recipient),
        released_fields=len(verdicts) - kept if verdicts else None,
        withheld_fields=kept if verdicts else None,
        measures=tuple(sorted({measure.kind for measure in incident.measures})),
        related=decision.classified.related,
        overrides=tuple(each.override_id for each in decision.overrides),
        restrained_from=restrained_from,
        restrained_until=restrained_until,
        notes=decision.notes,
        regions_digest=rules.regions_digest(incident),
        classification_digest=rules.classification_digest(at),
        masking_digest=rules.masking_digest if verdicts else None,
    )


def _restrained(incident: Incident) -> tuple[datetime | None, datetime | None]:
    """From when until when the newest restraining order holds, where there is one.

    One without a date counts from the registration (choice): better too early than never.
    """
    orders = [
        (each.imposed_at or incident.registered_at, each.until)
        for each in incident.measures
        if each.kind == "restraining_order"
    ]
    return max(orders, key=lambda each: each[0], default=(None, None))


def _outcome(decision: Decision) -> LedgerOutcome:
    match decision.outcome:
        case "released" if decision.message is None:
            return "unchanged"
        case "duplicate" | "superseded":  # pragma: no cover - these have events of their own
            raise ValueError(decision.outcome)
        case outcome:
            return outcome


def override_event(
    override: Override, history: IncidentHistory, record: Record, trigger: Record, at: datetime
) -> LedgerEvent:
    """The event of an override: what a person in which role overruled, why, and until when."""
    return LedgerEvent(
        event_id=derived_id("override", override.override_id),
        kind="override",
        incident_id=override.incident_id,
        sequence=history.sequence,
        recipient=override.recipient,
        occurred_at=at,
        record=str(record.coordinates),
        trigger=str(trigger.coordinates),
        unit=history.unit,
        code=override.effect,
        reason=override.reason,
        replaces=override.ends,
        overrides=(override.override_id,),
        by_role=override.by_role,
        until=override.until,
        paths=override.paths,
    )


def quarantine_event(entry: Quarantined) -> LedgerEvent:
    """The event of a record that was refused, of an incident whose id is legible."""
    return LedgerEvent(
        event_id=derived_id("quarantined", entry.place),
        kind="quarantined",
        incident_id=entry.incident_id or "",
        sequence=0,
        recipient=None,
        occurred_at=entry.at,
        record=entry.place,
        reason=entry.code,
        code=entry.code,
    )
