"""Explain a decision in words: for each field of the incident what happened, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.errors import KetensluisError
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Delivery, IncidentHistory, LedgerEvent
from ketensluis.model.override import Override
from ketensluis.redaction.overruling import RULE
from ketensluis.redaction.paths import concrete_paths
from ketensluis.redaction.reasons import BUILT_IN, override_in_words
from ketensluis.redaction.steps import Verdict
from services.disclosure.comparing import as_reached
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.deliveries import owed_no_more
from services.disclosure.rules import RuleBook

__all__ = ["Explained", "Explanation", "explain"]


# What a decision can come to beyond the four outcomes of the contract: to who asks about a
# recipient, one that waits for a person is held, and one that changes nothing not required.
_AS = {"suspected": "held", "superseded": "not_required", "duplicate": "not_required"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One field: what happened with it, by which rule, on which article, and why."""

    path: str
    action: str
    rule: str
    article: str
    why_nl: str
    why_en: str

    @property
    def why(self) -> str:
        """Both languages in one line, with the article."""
        said = self.why_nl if self.why_nl == self.why_en else f"{self.why_nl} / {self.why_en}"
        return f"{said} ({self.article})" if self.article else said


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision in words; `to_json` has the keys of the contract, and any overrides."""

    incident_id: str
    recipient: str
    agreement: Agreement | None
    outcome: str
    reason: str | None
    overrides: tuple[Override, ...]
    fields: tuple[Explained, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that `sluis explain --json` prints."""
        agreement = self.agreement
        overruled = {"overrides": [_told(each) for each in self.overrides]}
        return (overruled if self.overrides else {}) | {
            "incident_id": self.incident_id,
            "recipient": self.recipient,
            "agreement": agreement.id if agreement else None,
            "version": agreement.version if agreement else None,
            "legal_basis": list(agreement.legal_basis) if agreement else [],
            "outcome": self.outcome,
            "reason": self.reason,
            "fields": [
                {"path": f.path, "action": f.action, "rule": f.rule, "why": f.why}
                for f in self.fields
            ],
        }


def explain(
    incident: Incident,
    recipient: str,
    *,
    at: datetime,
    history: IncidentHistory | None,
    rules: RuleBook,
    was: LedgerEvent | None = None,
) -> Explanation:
    """Why the recipient gets of the incident what it gets, if it were decided at that time.

    `history` is what is remembered, before or after the record was decided; `was` the decision
    as it is on the ledger, which tells whether the recipient could be reached. Where nothing is
    released, every field is withheld by the outcome's reason; so it is too where only an
    earlier version was this recipient's.

    Raises:
        KetensluisError: `not_a_recipient`, if nothing is decided for it on this incident.
    """
    again = history is not None and str(incident.sequence) in history.digests
    before = _before(incident, history) if history is not None and again else history
    decisions = decide(incident, at=at, history=before, rules=rules, again=again)
    decision = next((each for each in decisions if each.recipient == recipient), None)
    if decision is None and history is not None and recipient in history.deliveries:
        return _of_the_past(incident, recipient, history.deliveries[recipient])
    if decision is None:
        raise KetensluisError(
            "not_a_recipient",
            f"{recipient} is not a recipient of {incident.incident_id}",
            "its recipients: " + ", ".join(each.recipient for each in decisions),
        )
    decision = as_reached(decision, was)
    # That the recipient has it already is no reason for how it goes.
    reason = None if again and decision.reason == "unchanged" else decision.reason
    outcome = _AS.get(decision.outcome, decision.outcome)
    return Explanation(
        incident_id=incident.incident_id,
        recipient=recipient,
        agreement=decision.agreement,
        outcome=outcome,
        reason=reason if outcome == decision.outcome else decision.outcome,
        overrides=decision.overrides,
        fields=tuple(_explained(verdict, decision) for verdict in _verdicts(decision, incident)),
    )


def _of_the_past(incident: Incident, recipient: str, delivery: Delivery) -> Explanation:
    """Why the version in force says nothing to a recipient of an earlier one."""
    reason = owed_no_more(recipient, delivery)
    rule = f"outcome.{reason}"
    why = BUILT_IN[rule]
    return Explanation(
        incident_id=incident.incident_id,
        recipient=recipient,
        agreement=None,
        outcome="not_required",
        reason=reason,
        overrides=(),
        fields=tuple(
            Explained(path, "withhold", rule, why.article, why.nl, why.en)
            for path in concrete_paths(incident)
        ),
    )


def _before(incident: Incident, history: IncidentHistory) -> IncidentHistory:
    """The history as it was when a withdrawal was still to be told."""
    deliveries = {
        recipient: msgspec.structs.replace(delivery, withdrawn=False)
        if delivery.sequence == incident.sequence
        else delivery
        for recipient, delivery in history.deliveries.items()
    }
    return msgspec.structs.replace(history, deliveries=deliveries)


def _told(override: Override) -> dict[str, str]:
    return {
        "override_id": override.override_id,
        "effect": override.effect,
        "reason": override.reason,
        "by_role": override.by_role,
        "until": override.until.isoformat().replace("+00:00", "Z"),
    }


def _verdicts(decision: Decision, incident: Incident) -> tuple[Verdict, ...]:
    if decision.verdicts:
        return decision.verdicts
    goes = decision.released is not None
    reason = f"outcome.{decision.reason or decision.outcome}"
    return tuple(
        Verdict(path, "release", "outcome.ids", None)
        if goes and path in {"incident_id", "sequence", "event"}
        else Verdict(path, "withhold", reason, None)
        for path in concrete_paths(incident)
    )


def _explained(verdict: Verdict, decision: Decision) -> Explained:
    agreement = decision.agreement
    for rule in agreement.release if agreement else ():
        if rule.id == verdict.rule:
            article = rule.article or "; ".join(agreement.legal_basis if agreement else ())
            return _of(verdict, article, rule.why.nl, rule.why.en)
    for override in decision.overrides:
        if verdict.rule == f"{RULE}{override.override_id}":
            nl, en = override_in_words(override)
            return _of(verdict, "", nl, en)
    built_in = BUILT_IN.get(verdict.rule)
    if built_in is not None:
        return _of(verdict, built_in.article, built_in.nl, built_in.en)
    said = verdict.rule.removeprefix("outcome.")
    return _of(verdict, "", f"Er gaat niets uit: {said}.", f"Nothing goes out: {said}.")


def _of(verdict: Verdict, article: str, nl: str, en: str) -> Explained:
    return Explained(verdict.path, verdict.action, verdict.rule, article, nl, en)
