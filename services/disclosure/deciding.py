"""What a record leads to: the outcomes and messages, recipient by recipient."""

from __future__ import annotations

from collections.abc import Iterator

from ketensluis.model.ledger import Delivery
from ketensluis.model.released import ReleasedIncident
from services.disclosure.decision import Correspondence, Decision
from services.disclosure.deliveries import informed, waiting_again, was_told
from services.disclosure.disclosing import disclosures
from services.disclosure.recipients import owed
from services.disclosure.under_decision import UnderDecision

__all__ = ["outcomes", "withdrawal"]


def outcomes(it: UnderDecision) -> Iterator[Decision]:
    """What a registered or amended record leads to."""
    found = tuple(_of_this_version(it))
    yield from found
    owed_still = {each.recipient for each in found}
    for recipient in waiting_again(it.deliveries):
        if recipient not in owed_still:  # or its hold would run out, and nothing come of it
            yield it.told(recipient, "not_required", reason="lapsed")


def withdrawal(it: UnderDecision) -> Iterator[Decision]:
    """What a withdrawn record leads to."""
    if not it.deliveries:
        yield it.told(it.where.vt, "not_required", reason="withdrawn")
    for recipient, delivery in sorted(it.deliveries.items(), key=_veilig_thuis_first):
        if was_told(delivery):
            yield _take_back(it, recipient, "withdrawn")
        else:
            yield it.told(recipient, "not_required", reason="withdrawn")


def _veilig_thuis_first(delivery: tuple[str, Delivery]) -> tuple[bool, str]:
    return not delivery[0].startswith("vt:"), delivery[0]


def _of_this_version(it: UnderDecision) -> Iterator[Decision]:
    if it.classified.classification == "hg":
        targets = owed(it.incident, it.where, it.rules, it.at)
        yield from disclosures(it, targets)
        yield from _no_longer_owed(it, {target.recipient for target in targets})
    elif it.classified.classification == "suspected":
        yield from _waiting_for_a_person(it)
    else:
        if not was_told(it.deliveries.get(it.where.vt)):
            yield it.told(it.where.vt, "not_required", reason="no_hg")
        yield from _no_longer_owed(it, set(), reason="no_hg")


def _waiting_for_a_person(it: UnderDecision) -> Iterator[Decision]:
    """Nothing is sent, and nothing taken back either from who knows of an earlier label."""
    yield it.told(it.where.vt, "suspected")
    for recipient in informed(it.deliveries):
        if recipient != it.where.vt:
            yield it.told(recipient, "suspected")


def _no_longer_owed(
    it: UnderDecision, targets: set[str], reason: str | None = None
) -> Iterator[Decision]:
    for recipient in informed(it.deliveries):
        if recipient not in targets:
            moved = "moved" if recipient.startswith("vt:") else "withdrawn"
            yield _take_back(it, recipient, reason or moved)


def _take_back(it: UnderDecision, recipient: str, reason: str) -> Decision:
    """Tells a recipient to disregard what it had (Wpg art. 28(5)): ids and no more.

    It rests on the law, so it goes whether or not an agreement is still in force.
    """
    return it.told(
        recipient,
        "released",
        reason=reason,
        agreement=it.standing(recipient, "general").agreement,
        released=ReleasedIncident(
            incident_id=it.incident.incident_id,
            sequence=it.incident.sequence,
            event="withdrawn",
        ),
        message=Correspondence(
            message_id=it.message_id(recipient),
            event="withdrawn",
            replaces=it.deliveries[recipient].message_id,
        ),
    )
