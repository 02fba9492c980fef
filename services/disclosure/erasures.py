"""What replay makes of incidents that were erased: accounts for what cannot be decided again.

Their decisions are taken from the ledger as they stand, if their erasure is on it: a key that
went without a word hides nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ketensluis.envelope.keyring import Erased
from services.disclosure.comparing import Difference, Erasure, Step

__all__ = ["Erasures"]


@dataclass
class Erasures:
    """The erasures of one partition: those that the ledger tells, and those that were met."""

    told: set[str] = field(default_factory=set)
    met: dict[str, Erased] = field(default_factory=dict)
    found: list[Erasure] = field(default_factory=list)

    def account(
        self, error: Erased, place: str, steps: deque[Step] | None, *, compare: bool
    ) -> Iterator[Difference]:
        """Take what was decided of the record at `place` from the ledger, and say why."""
        self.met[error.incident_id] = error
        if compare and error.incident_id not in self.told:
            yield Difference(
                error.incident_id, None, place, "erased_unrecorded", None, "an erasure is due"
            )
        if not steps or not steps[0].is_arrival_of(place):
            return
        decisions = steps.popleft().decisions
        while steps and steps[0].trigger is not None:
            decisions += steps.popleft().decisions
        self.found.append(Erasure(error.incident_id, f"{error.at:%Y-%m-%d}", error.rule, decisions))
