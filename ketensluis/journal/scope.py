"""Which topics are entered in the log."""

from __future__ import annotations

from typing import Final

from ketensluis.model.party import (
    LEDGER_ALARMS,
    LEDGER_EVENTS,
    PROCESSING_LOG,
    QUARANTINE,
    REMOVALS,
    REQUESTS,
)

__all__ = ["is_journalled"]

# Every signed message, the ledger, what leads to or stands in for a message, and the record
# of who was told or looked (Wpg art. 32a): what is not in the log could be taken out unseen.
# Also what retention removed, which explains why it is not there any more, and the alarms,
# which stand in for an answer.
_TOPICS: Final = frozenset(
    {LEDGER_EVENTS, LEDGER_ALARMS, REQUESTS, QUARANTINE, PROCESSING_LOG, REMOVALS}
)
_PREFIXES: Final = (
    "police.", "referrals.", "notices.", "disclosures.", "responses.", "feedback.",
)  # fmt: skip


def is_journalled(topic: str) -> bool:
    """Whether the records of that topic go into the log."""
    return topic in _TOPICS or topic.startswith(_PREFIXES)
