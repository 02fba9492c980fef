"""Which topics are entered in the log."""

from __future__ import annotations

from typing import Final

from ketensluis.model.party import LEDGER_EVENTS, QUARANTINE, REQUESTS

__all__ = ["is_journalled"]

# Every signed message, the ledger, and what leads to or stands in for a message.
_TOPICS: Final = frozenset({LEDGER_EVENTS, REQUESTS, QUARANTINE})
_PREFIXES: Final = (
    "police.", "referrals.", "notices.", "disclosures.", "responses.", "feedback.",
)  # fmt: skip


def is_journalled(topic: str) -> bool:
    """Whether the records of that topic go into the log."""
    return topic in _TOPICS or topic.startswith(_PREFIXES)
