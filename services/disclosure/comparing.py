"""What replay compares: what was decided at once, by the ledger, and what is decided again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from ketensluis.model.ledger import LedgerEvent
from services.disclosure.decision import Decision

__all__ = [
    "ERASED",
    "MADE_AGAIN",
    "Difference",
    "Erasure",
    "Step",
    "as_reached",
    "differences",
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


def differences(step: Step, events: Iterable[LedgerEvent]) -> Iterator[Difference]:
    """What the ledger says of a step otherwise than these events do, which were made again."""
    were, now = _by_line(step.events), _by_line(events)
    for line in sorted(were.keys() | now.keys(), key=str):
        was, again = were.get(line), now.get(line)
        if was == again:
            continue
        recipient = line[1]
        if was is None or again is None:
            found = was or again
            if found is not None:
                yield Difference(
                    found.incident_id,
                    recipient,
                    step.record,
                    "decision",
                    was.outcome if was else None,
                    again.outcome if again else None,
                )
            continue
        for name in LedgerEvent.__struct_fields__:
            before, after = getattr(was, name), getattr(again, name)
            if before != after:
                yield Difference(
                    was.incident_id, recipient, step.record, name, _text(before), _text(after)
                )


def _by_line(events: Iterable[LedgerEvent]) -> dict[tuple[str, str | None], LedgerEvent]:
    """A decision by its recipient, and likewise an override."""
    return {
        ("override" if event.kind == "override" else "decision", event.recipient): event
        for event in events
    }


def _text(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode().strip('"')
