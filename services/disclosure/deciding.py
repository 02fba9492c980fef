"""One record under decision: the outcomes and messages, recipient by recipient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from ketensluis.agreements.agreement import Agreement, Scope
from ketensluis.agreements.book import Standing
from ketensluis.agreements.overrides import in_force
from ketensluis.classification.classifier import Classified
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Delivery, IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.override import Override
from ketensluis.model.party import party
from ketensluis.model.released import ReleasedIncident
from ketensluis.model.validity import notes
from services.disclosure.changes import Parts, changed_paths
from services.disclosure.decision import Correspondence, Decision
from services.disclosure.deliveries import informed, last_region, waiting_again, was_told
from services.disclosure.history import overrides_of
from services.disclosure.holds import held_by
from services.disclosure.recipients import Target, Whereabouts, owed
from services.disclosure.rules import RuleBook

__all__ = ["REROUTE", "Deciding"]

REROUTE = "reroute"
_PARTIES_TO_VIOLENCE = frozenset({"victim", "suspect", "perpetrator"})


def _is_restricted(incident: Incident) -> bool:
    """Marked so, or somebody of the police is victim or suspect."""
    return incident.restricted is True or any(
        person.police_employee and person.role in _PARTIES_TO_VIOLENCE
        for person in incident.persons
    )


def _veilig_thuis_first(delivery: tuple[str, Delivery]) -> tuple[bool, str]:
    return not delivery[0].startswith("vt:"), delivery[0]


@dataclass(frozen=True)
class Deciding:
    """One record under decision."""

    incident: Incident
    at: datetime
    history: IncidentHistory | None
    rules: RuleBook
    request: DisclosureRequest | None
    where: Whereabouts
    classified: Classified

    @property
    def _deliveries(self) -> dict[str, Delivery]:
        return {} if self.history is None else self.history.deliveries

    def _overrides(self, recipient: str) -> tuple[Override, ...]:
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
            overrides=self._overrides(recipient),
            notes=self._notes,
            **more,
        )

    def all(self) -> Iterator[Decision]:
        """What a registered or amended record leads to."""
        found = tuple(self._of_this_version())
        yield from found
        owed_still = {each.recipient for each in found}
        for recipient in waiting_again(self._deliveries):
            if recipient not in owed_still:  # or its hold would run out, and nothing come of it
                yield self.told(recipient, "not_required", reason="lapsed")

    def _of_this_version(self) -> Iterator[Decision]:
        if self.classified.classification == "hg":
            targets = owed(self.incident, self.where, self.rules, self.at)
            yield from self.disclosures(targets)
            yield from self._no_longer_owed({target.recipient for target in targets})
        elif self.classified.classification == "suspected":
            yield from self._waiting_for_a_person()
        else:
            if not was_told(self._deliveries.get(self.where.vt)):
                yield self.told(self.where.vt, "not_required", reason="no_hg")
            yield from self._no_longer_owed(set(), reason="no_hg")

    def withdrawal(self) -> Iterator[Decision]:
        """What a withdrawn record leads to."""
        if not self._deliveries:
            yield self.told(self.where.vt, "not_required", reason="withdrawn")
        for recipient, delivery in sorted(self._deliveries.items(), key=_veilig_thuis_first):
            if was_told(delivery):
                yield self._take_back(recipient, "withdrawn")
            else:
                yield self.told(recipient, "not_required", reason="withdrawn")

    def _waiting_for_a_person(self) -> Iterator[Decision]:
        """Nothing is sent, and nothing taken back either from who knows of an earlier label."""
        yield self.told(self.where.vt, "suspected")
        for recipient in informed(self._deliveries):
            if recipient != self.where.vt:
                yield self.told(recipient, "suspected")

    def _no_longer_owed(self, targets: set[str], reason: str | None = None) -> Iterator[Decision]:
        for recipient in informed(self._deliveries):
            if recipient not in targets:
                moved = "moved" if recipient.startswith("vt:") else "withdrawn"
                yield self._take_back(recipient, reason or moved)

    def _take_back(self, recipient: str, reason: str) -> Decision:
        """Tells a recipient to disregard what it had (Wpg art. 28(5)): ids and no more.

        It rests on the law, so it goes whether or not an agreement is still in force.
        """
        return self.told(
            recipient,
            "released",
            reason=reason,
            agreement=self._standing(recipient, "general").agreement,
            released=ReleasedIncident(
                incident_id=self.incident.incident_id,
                sequence=self.incident.sequence,
                event="withdrawn",
            ),
            message=Correspondence(
                message_id=self._message_id(recipient),
                event="withdrawn",
                replaces=self._deliveries[recipient].message_id,
            ),
        )

    def _standing(self, recipient: str, scope: Scope) -> Standing:
        kind, _, name = recipient.partition(":")
        return self.rules.agreements.standing(
            provider=party("police", self.incident.unit),
            recipient=recipient,
            region=name if kind == "vt" else self.where.region,
            scope=scope,
            at=self.at,
        )

    def _message_id(self, recipient: str) -> str:
        asked = self.request.request_id if self.request else ""
        incident = self.incident
        return self.rules.postmarks.issue(
            *("disclosure", incident.incident_id, incident.sequence, recipient, asked),
            incident_id=incident.incident_id,
            recipient=recipient,
            unit=incident.unit,
        )

    def disclosures(self, targets: list[Target]) -> Iterator[Decision]:
        """What each recipient of an HG incident gets, or why it does not."""
        moved_from = self._instead_of()
        for target in targets:
            rerouted = target.recipient != self.where.vt and target.kind == "referral"
            more: dict[str, Any] = {"kind": target.kind}
            if target.kind == "referral":
                more["instead_of"] = moved_from
            if rerouted:
                more["routing_rule"] = REROUTE
            yield self._disclosure(target, more)

    def _instead_of(self) -> str | None:
        """The Veilig Thuis party from which the obligation moved to another, if it did."""
        if self.request is not None and self.request.reason == REROUTE:
            return self.request.instead_of
        last = last_region(self._deliveries)
        return None if last == self.where.vt else last

    def _disclosure(self, target: Target, more: dict[str, Any]) -> Decision:
        incident, recipient = self.incident, target.recipient
        restricted = _is_restricted(incident)
        standing = self._standing(recipient, "restricted" if restricted else "general")
        if restricted and standing.status == "no_agreement":
            return self.told(recipient, "held", reason="restricted_class", **more)
        hold = held_by(incident, self._overrides(recipient), self.at)
        if hold is not None:
            more |= {"hold_until": hold.until, "hold_by_role": hold.by_role}
            return self.told(recipient, "held", reason=hold.reason, **more)
        if target.unsafe:
            return self.told(recipient, "held", reason="hold_safety", **more)
        if standing.status != "in_force" or standing.agreement is None:
            more["agreement"] = standing.agreement
            return self.told(recipient, "refused", reason=standing.status, **more)
        return self._released(recipient, standing.agreement, more)

    def _released(self, recipient: str, agreement: Agreement, more: dict[str, Any]) -> Decision:
        incident, rules = self.incident, self.rules
        redacted = rules.redactor(agreement).redact(
            incident,
            recipient=recipient,
            at=self.at,
            masker=rules.masker,
            overrides=self._overrides(recipient),
        )
        key = rules.pseudonyms.digest_key(recipient)
        parts = Parts(incident, redacted, key)
        earlier = self._deliveries.get(recipient)
        changed: tuple[str, ...] = ()
        if earlier is not None and was_told(earlier):
            changed = changed_paths(earlier.digests, parts.digests, incident, redacted, key)
        unchanged = was_told(earlier) and not changed
        message = Correspondence(
            message_id=self._message_id(recipient),
            event=incident.event,
            replaces=earlier.message_id if earlier else None,
            changed=changed,
        )
        if unchanged:
            more |= {"instead_of": None}
        return self.told(
            recipient,
            "released",
            reason="unchanged" if unchanged else None,
            agreement=agreement,
            released=redacted.released,
            verdicts=redacted.verdicts,
            message=None if unchanged else message,
            parts=parts,
            **more,
        )
