"""One record under decision: what is known of it, and how a decision on it is told."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from ketensluis.agreements.agreement import Scope
from ketensluis.agreements.book import Standing
from ketensluis.agreements.overrides import in_force
from ketensluis.classification.classifier import Classified
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Delivery, IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.override import Override
from ketensluis.model.party import party
from ketensluis.model.validity import notes
from services.disclosure.decision import Decision
from services.disclosure.history import overrides_of
from services.disclosure.recipients import Whereabouts
from services.disclosure.rules import RuleBook

__all__ = ["UnderDecision"]


class UnderDecision(msgspec.Struct, frozen=True, dict=True):
    """One record under decision."""

    incident: Incident
    at: datetime
    history: IncidentHistory | None
    rules: RuleBook
    request: DisclosureRequest | None
    where: Whereabouts
    classified: Classified

    @property
    def deliveries(self) -> dict[str, Delivery]:
        """What each recipient was last told of the incident."""
        return {} if self.history is None else self.history.deliveries

    def overrides(self, recipient: str) -> tuple[Override, ...]:
        """Those that hold for that recipient now."""
        return in_force(overrides_of(self.history, self.request), recipient, self.at)

    @cached_property
    def _notes(self) -> tuple[str, ...]:
        """What is odd in the record, the same for all recipients."""
        return (*self.where.notes, *notes(self.incident))

    def told(self, recipient: str, outcome: Any, **more: Any) -> Decision:
        """A decision in which nothing leaves, or what `more` says leaves."""
        return Decision(
            incident_id=self.incident.incident_id,
            sequence=self.incident.sequence,
            recipient=recipient,
            outcome=outcome,
            kind=more.pop("kind", "referral" if recipient.startswith("vt:") else "notice"),
            routing_rule=more.pop("routing_rule", self.where.rule),
            classified=self.classified,
            municipality=self.where.municipality,
            region=self.where.region_for(recipient),
            overrides=self.overrides(recipient),
            notes=self._notes,
            **more,
        )

    def standing(self, recipient: str, scope: Scope) -> Standing:
        """Which agreement lets the incident's unit tell that recipient of it."""
        kind, _, name = recipient.partition(":")
        return self.rules.agreements.standing(
            provider=party("police", self.incident.unit),
            recipient=recipient,
            region=name if kind == "vt" else self.where.region,
            scope=scope,
            at=self.at,
        )

    def message_id(self, recipient: str) -> str:
        """The id of what goes to that recipient: the same whenever it is decided again."""
        asked = self.request.request_id if self.request else ""
        incident = self.incident
        return self.rules.postmarks.issue(
            *("disclosure", incident.incident_id, incident.sequence, recipient, asked),
            incident_id=incident.incident_id,
            recipient=recipient,
            unit=incident.unit,
        )
