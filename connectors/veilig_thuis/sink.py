"""How the reference Veilig Thuis answers: a seeded script of what goes well and what does not.

Shares are an example, chosen so that a demo shows every kind of trouble; they are no
measurement of any Veilig Thuis.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from ketensluis.envelope.mail import Opened
from ketensluis.model.messages import (
    Acceptance,
    Feedback,
    Referral,
    Rejection,
    SafetyAssessment,
)
from ketensluis.partner.answers import Answer
from ketensluis.partner.chance import chance_of
from ketensluis.partner.desk import receipt

__all__ = ["VeiligThuisScript"]

Outcome = Literal["acutely_unsafe", "structurally_unsafe", "no_unsafety"]
_OUTCOMES: tuple[Outcome, ...] = ("acutely_unsafe", "structurally_unsafe", "no_unsafety")

_NO_RECEIPT = 0.01
_LATE_RECEIPT = 0.03
_WRONG_REGION = 0.02
_NO_ACCEPTANCE = 0.01
_NO_ASSESSMENT = 0.02
_NO_FEEDBACK = 0.05
_DISAGREEMENT = 0.02


@dataclass(frozen=True, slots=True)
class VeiligThuisScript:
    """Answers each referral by what it is about and the seed, so a rerun answers the same."""

    seed: int
    party: str
    regions: Sequence[str]

    def __call__(self, opened: Opened[Referral], now: datetime) -> Iterator[Answer]:
        """The answers to one referral, each with the time at which it is to go."""
        referral = opened.message
        chance = chance_of(self.seed, referral)
        named: dict[str, Any] = {
            "incident_id": referral.incident_id,
            "message_id": referral.message_id,
            "unit": referral.unit,
        }
        if chance.random() < _NO_RECEIPT:
            return
        late = chance.random() < _LATE_RECEIPT
        received = now + timedelta(minutes=chance.randint(120, 300) if late else 2)
        yield receipt(opened, received)
        if chance.random() < _WRONG_REGION and len(self.regions) > 1:
            at = received + timedelta(hours=chance.randint(1, 8))
            yield Rejection(**named, at=at, reason="wrong_region", region=self._other(chance))
            return
        if chance.random() < _NO_ACCEPTANCE:
            return
        accepted = received + timedelta(hours=chance.randint(1, 20))
        yield Acceptance(**named, at=accepted)
        if referral.event != "withdrawn":
            yield from self._inquiry(chance, named, accepted)

    def _other(self, chance: random.Random) -> str:
        own = self.party.removeprefix("vt:")
        return chance.choice([region for region in self.regions if region != own])

    @staticmethod
    def _inquiry(
        chance: random.Random, named: dict[str, Any], accepted: datetime
    ) -> Iterator[Answer]:
        """Safety assessment, then feedback, then closed."""
        if chance.random() < _NO_ASSESSMENT:
            return
        assessed = accepted + timedelta(days=chance.randint(1, 4))
        outcome = chance.choice(_OUTCOMES)
        yield SafetyAssessment(**named, at=assessed, outcome=outcome)
        if chance.random() < _NO_FEEDBACK:
            return
        told = assessed + timedelta(days=chance.randint(1, 14))
        if chance.random() < _DISAGREEMENT:
            yield Feedback(**named, at=told, kind="disagreement", code="no_concern")
        else:
            yield Feedback(**named, at=told, kind="substantive", code=outcome)
        closed = told + timedelta(days=chance.randint(7, 40))
        yield Feedback(**named, at=closed, kind="procedural", code="closed")
