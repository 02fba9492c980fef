"""What replay compares: what was decided at once, by the ledger, and what is decided again."""

from __future__ import annotations

from dataclasses import dataclass

from ketensluis.model.ledger import LedgerEvent
from services.disclosure.decision import Decision

__all__ = [
    "ERASED",
    "MADE_AGAIN",
    "Difference",
    "Erasure",
    "Step",
    "as_reached",
    "unreachable",
]

MADE_AGAIN = frozenset({"decision", "duplicate", "override", "superseded"})
"""The kinds of ledger events that replay makes again."""
ERASED = "erased"
"""The only other kind that it heeds."""

_NO_ROUTE = "no_route"


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that replay does not find again: codes and digests, no content.

    `path` and `rule` name the field of which `was` and `now` tell, and what decides of it now.
    """

    incident_id: str
    recipient: str | None
    record: str
    what: str
    was: str | None
    now: str | None
    path: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Decisions that cannot be made again: what they were about was erased on that day."""

    incident_id: str
    day: str
    rule: str
    decisions: int


@dataclass(slots=True)
class Step:
    """What was decided at once: of which record, because of which request, with which events."""

    record: str
    trigger: str | None
    events: list[LedgerEvent]

    def is_arrival_of(self, place: str) -> bool:
        """Whether it is what was decided when the record came in."""
        return self.record == place and self.trigger is None

    @property
    def decisions(self) -> int:
        """How many decisions it is, an override not among them."""
        return sum(event.kind != "override" for event in self.events)


def as_reached(decision: Decision, was: LedgerEvent | None) -> Decision:
    """The decision, as it stands if its recipient could not be reached then."""
    if was is None or not unreachable(was):
        return decision
    return decision.without_route() if decision.message else decision


def unreachable(was: LedgerEvent) -> bool:
    """Whether its recipient could not be reached then."""
    return was.reason == _NO_ROUTE
