"""How the reference OM office answers a notice: receipt, acceptance, and later a decision.

Shares and times are an example, not a measurement of any office.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from ketensluis.envelope.mail import Opened
from ketensluis.model.messages import Acceptance, Decision, Referral
from ketensluis.partner.answers import Answer
from ketensluis.partner.chance import chance_of
from ketensluis.partner.desk import receipt

__all__ = ["OmScript", "acceptance"]

OmDecision = Literal["summons", "conditional_dismissal", "dismissal", "behavioural_order"]
_DECISIONS: tuple[OmDecision, ...] = (
    "summons",
    "conditional_dismissal",
    "dismissal",
    "behavioural_order",
)
_NO_DECISION = 0.1


def acceptance(opened: Opened[Referral], now: datetime) -> Iterator[Answer]:
    """The answers of a recipient that reads and takes note: receipt and acceptance."""
    received = receipt(opened, now + timedelta(minutes=1))
    yield received
    yield Acceptance(
        incident_id=received.incident_id,
        message_id=received.message_id,
        unit=received.unit,
        at=received.at + timedelta(hours=1),
    )


@dataclass(frozen=True, slots=True)
class OmScript:
    """Answers each notice by what it is about and the seed, so a rerun answers the same."""

    seed: int

    def __call__(self, opened: Opened[Referral], now: datetime) -> Iterator[Answer]:
        """The answers to one notice, each with the time at which it is to go."""
        notice = opened.message
        chance = chance_of(self.seed, notice)
        named: dict[str, Any] = {
            "incident_id": notice.incident_id,
            "message_id": notice.message_id,
            "unit": notice.unit,
        }
        received = now + timedelta(minutes=1)
        yield receipt(opened, received)
        accepted = received + timedelta(hours=chance.randint(1, 6))
        yield Acceptance(**named, at=accepted)
        if notice.event != "withdrawn" and chance.random() >= _NO_DECISION:
            decided = accepted + timedelta(days=chance.randint(1, 30))
            yield Decision(**named, at=decided, decision=chance.choice(_DECISIONS))
