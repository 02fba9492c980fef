"""What each recipient of an HG incident gets, or why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ketensluis.agreements.agreement import Agreement
from ketensluis.model.incident import Incident
from services.disclosure.changes import Parts, changed_paths
from services.disclosure.decision import Correspondence, Decision
from services.disclosure.deliveries import last_region, was_told
from services.disclosure.holds import held_by
from services.disclosure.recipients import Target
from services.disclosure.under_decision import UnderDecision

__all__ = ["REROUTE", "disclosures"]

REROUTE = "reroute"
_PARTIES_TO_VIOLENCE = frozenset({"victim", "suspect", "perpetrator"})


def disclosures(it: UnderDecision, targets: Iterable[Target]) -> Iterator[Decision]:
    """What each of these recipients gets of the record, or why it does not."""
    moved_from = _instead_of(it)
    for target in targets:
        rerouted = target.recipient != it.where.vt and target.kind == "referral"
        more: dict[str, Any] = {"kind": target.kind}
        if target.kind == "referral":
            more["instead_of"] = moved_from
        if rerouted:
            more["routing_rule"] = REROUTE
        yield _disclosure(it, target, more)


def _is_restricted(incident: Incident) -> bool:
    """Marked so, or somebody of the police is victim or suspect."""
    return incident.restricted is True or any(
        person.police_employee and person.role in _PARTIES_TO_VIOLENCE
        for person in incident.persons
    )


def _instead_of(it: UnderDecision) -> str | None:
    """The Veilig Thuis party from which the obligation moved to another, if it did."""
    if it.request is not None and it.request.reason == REROUTE:
        return it.request.instead_of
    last = last_region(it.deliveries)
    return None if last == it.where.vt else last


def _disclosure(it: UnderDecision, target: Target, more: dict[str, Any]) -> Decision:
    incident, recipient = it.incident, target.recipient
    restricted = _is_restricted(incident)
    standing = it.standing(recipient, "restricted" if restricted else "general")
    if restricted and standing.status == "no_agreement":
        return it.told(recipient, "held", reason="restricted_class", **more)
    hold = held_by(incident, it.overrides(recipient), it.at)
    if hold is not None:
        more |= {"hold_until": hold.until, "hold_by_role": hold.by_role}
        return it.told(recipient, "held", reason=hold.reason, **more)
    if target.unsafe:
        return it.told(recipient, "held", reason="hold_safety", **more)
    if standing.status != "in_force" or standing.agreement is None:
        more["agreement"] = standing.agreement
        return it.told(recipient, "refused", reason=standing.status, **more)
    return _released(it, recipient, standing.agreement, more)


def _released(
    it: UnderDecision, recipient: str, agreement: Agreement, more: dict[str, Any]
) -> Decision:
    incident, rules = it.incident, it.rules
    redacted = rules.redactor(agreement).redact(
        incident,
        recipient=recipient,
        at=it.at,
        masker=rules.masker,
        overrides=it.overrides(recipient),
    )
    key = rules.pseudonyms.digest_key(recipient)
    parts = Parts(incident, redacted, key)
    earlier = it.deliveries.get(recipient)
    changed: tuple[str, ...] = ()
    if earlier is not None and was_told(earlier):
        changed = changed_paths(earlier.digests, parts.digests, incident, redacted, key)
    unchanged = was_told(earlier) and not changed
    message = Correspondence(
        message_id=it.message_id(recipient),
        event=incident.event,
        replaces=earlier.message_id if earlier else None,
        changed=changed,
    )
    if unchanged:
        more |= {"instead_of": None}
    return it.told(
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
