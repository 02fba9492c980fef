"""What an incident's deliveries say of who knows of it, and who had it last."""

from __future__ import annotations

from collections.abc import Mapping

from ketensluis.model.ledger import Delivery
from services.disclosure.recipients import REROUTED

__all__ = ["informed", "last_region", "owed_no_more", "waiting_again", "was_told"]


def was_told(delivery: Delivery | None) -> bool:
    """Whether the recipient holds a message that was not taken back."""
    return delivery is not None and delivery.message_id is not None and not delivery.withdrawn


def informed(deliveries: Mapping[str, Delivery]) -> list[str]:
    """Who holds a message and has not passed the incident on, in alphabetical order."""
    return sorted(
        recipient
        for recipient, delivery in deliveries.items()
        if was_told(delivery) and not _passed_on(delivery)
    )


def waiting_again(deliveries: Mapping[str, Delivery]) -> list[str]:
    """Who was told, had it taken back, and for whom a newer version waits now, by name."""
    return sorted(
        recipient
        for recipient, delivery in deliveries.items()
        if delivery.withdrawn and delivery.outcome in {"held", "refused", "suspected"}
    )


def last_region(deliveries: Mapping[str, Delivery]) -> str | None:
    """The Veilig Thuis party that the newest version before this one was for."""
    regions = (
        (each.sequence, not each.withdrawn, not _passed_on(each), recipient)
        for recipient, each in deliveries.items()
        if recipient.startswith("vt:")
    )
    newest = max(regions, default=None)
    return newest[-1] if newest else None


def owed_no_more(recipient: str, delivery: Delivery) -> str:
    """Why an earlier version was this recipient's and the version in force is not, as a code."""
    if _passed_on(delivery):
        return "rerouted"
    if delivery.withdrawn and delivery.reason in {"moved", "no_hg", "withdrawn"}:
        return delivery.reason
    return "moved" if recipient.startswith("vt:") else "lapsed"


def _passed_on(delivery: Delivery) -> bool:
    """Whether another region took over what this one said was not its own."""
    return (delivery.reason or "").startswith(REROUTED)
