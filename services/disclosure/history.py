"""What is remembered of an incident between its records: versions, deliveries, requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ketensluis.model.dossier import SharedKey
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Delivery, IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.override import Override
from ketensluis.model.record import Coordinates
from services.disclosure.decision import Decision
from services.disclosure.recipients import REROUTED
from services.disclosure.rules import RuleBook

__all__ = ["evidence_of", "fold", "labelled_at", "overrides_of"]


def labelled_at(
    history: IncidentHistory | None, incident: Incident, at: datetime
) -> datetime | None:
    """When the incident was first labelled HG: with its registration, or late, and then when."""
    if history is not None and (
        history.labelled_at is not None or incident.sequence < history.sequence
    ):
        return history.labelled_at
    if not incident.project_codes:
        return None
    if history is None:
        return incident.recorded_at or incident.registered_at
    return incident.recorded_at or at


def evidence_of(
    history: IncidentHistory | None, request: DisclosureRequest | None
) -> tuple[SharedKey, ...]:
    """What the incident shares with labelled ones: what was asked says all that is known."""
    if request is not None and request.reason == "history":
        return request.evidence
    return history.evidence if history is not None else ()


def overrides_of(
    history: IncidentHistory | None, request: DisclosureRequest | None
) -> tuple[Override, ...]:
    """Every override that was given, with the one that is asked for now."""
    known = history.overrides if history is not None else ()
    return (*known, request.override) if request and request.override else known


def fold(
    history: IncidentHistory | None,
    incident: Incident,
    decisions: Iterable[Decision],
    *,
    rules: RuleBook,
    coordinates: Coordinates,
    at: datetime,
    request: DisclosureRequest | None = None,
    with_parts: bool = True,
) -> IncidentHistory:
    """The history with this record in it; `coordinates` are the incident record's own.

    Without `with_parts` it does not tell what was released part by part: that is for when it
    is known that no later record will be compared with this one.
    """
    decisions = tuple(decisions)
    newest = history is None or incident.sequence >= history.sequence
    digests = dict(history.digests) if history else {}
    digests.setdefault(str(incident.sequence), rules.content_digest(incident))
    deliveries = dict(history.deliveries) if history else {}
    for decision in decisions:
        if decision.outcome not in {"duplicate", "superseded"}:
            before = deliveries.get(decision.recipient)
            deliveries[decision.recipient] = _delivery(before, decision, with_parts=with_parts)
    if request is not None and request.reason == "reroute" and request.instead_of and decisions:
        _pass_on(deliveries, request.instead_of, decisions[0].recipient)
    requests = history.requests if history else ()
    place = coordinates if newest or history is None else history.coordinates
    return IncidentHistory(
        incident_id=incident.incident_id,
        sequence=max(incident.sequence, history.sequence) if history else incident.sequence,
        digests=digests,
        topic=place.topic,
        partition=place.partition,
        offset=place.offset,
        registered_at=history.registered_at if history else incident.registered_at,
        labelled_at=labelled_at(history, incident, at),
        deliveries=deliveries,
        requests=(*requests, request.request_id) if request else requests,
        unit=incident.unit,
        evidence=evidence_of(history, request),
        overrides=overrides_of(history, request),
    )


def _delivery(before: Delivery | None, decision: Decision, *, with_parts: bool) -> Delivery:
    """The last message stays known while later versions are held, refused or unchanged."""
    message = decision.message
    if message is not None:
        return Delivery(
            message_id=message.message_id,
            sequence=decision.sequence,
            outcome=decision.outcome,
            reason=decision.reason,
            digests=decision.digests if with_parts else {},
            withdrawn=message.event == "withdrawn",
        )
    return Delivery(
        message_id=before.message_id if before else None,
        sequence=decision.sequence,
        outcome=decision.outcome,
        reason=decision.reason,
        digests=before.digests if before else {},
        withdrawn=before.withdrawn if before else False,
    )


def _pass_on(deliveries: dict[str, Delivery], from_: str, to: str) -> None:
    """A region that said it was not theirs: later versions go where this one went."""
    before = deliveries.get(from_)
    if before is not None and from_ != to:
        deliveries[from_] = Delivery(
            message_id=before.message_id,
            sequence=before.sequence,
            outcome=before.outcome,
            reason=f"{REROUTED}{to}",
            digests=before.digests,
            withdrawn=before.withdrawn,
        )
