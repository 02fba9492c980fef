"""What a partition's ledger says was decided, by incident; what replay finds again is taken off."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ketensluis.model.ledger import LedgerEvent
from services.disclosure.comparing import ERASED, MADE_AGAIN, Difference, Step
from services.disclosure.heard import Heard

__all__ = ["ReplayLedger"]


@dataclass
class ReplayLedger:
    """The steps of each incident in their order; `heard` are events that were not yet decoded.

    `erased` are the incidents of which it says that they were.
    """

    heard: Heard | None = None
    steps: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    erased: set[str] = field(default_factory=set)

    def add(self, events: Iterable[LedgerEvent]) -> None:
        """Take in events, in their order."""
        for event in events:
            if event.kind == ERASED:
                self.erased.add(event.incident_id)
            if event.kind not in MADE_AGAIN:
                continue
            steps = self.steps[event.incident_id]
            if steps and (steps[-1].record, steps[-1].trigger) == (event.record, event.trigger):
                steps[-1].events.append(event)
            else:
                steps.append(Step(event.record, event.trigger, [event]))

    def of(self, incident_id: str) -> deque[Step]:
        """What is left of an incident's steps; what was heard of it is decoded now."""
        if self.heard is not None:
            self.add(self.heard.decoded(incident_id))
        return self.steps[incident_id]

    def begins(self, place: str, incident_id: str) -> bool:
        """Whether what it was heard to tell of an incident begins with that record."""
        heard = self.heard
        return (
            heard is not None and incident_id not in self.steps and heard.begins(incident_id, place)
        )

    def goes_on(self, place: str, incident_id: str) -> bool:
        """Whether it was heard to tell more of an incident than what is about that record."""
        return self.heard is not None and self.heard.goes_on(incident_id, place)

    def takes(self, place: str, incident_id: str, events: Sequence[LedgerEvent]) -> bool:
        """Whether what was heard of a record are these, to the byte; then it is done with."""
        return self.heard is not None and self.heard.takes(incident_id, place, events)

    @property
    def unfinished(self) -> set[str]:
        """The incidents of which it tells more than was found again by now."""
        heard = self.heard.incidents if self.heard else ()
        return {*heard, *(incident_id for incident_id, steps in self.steps.items() if steps)}

    def left(self) -> Iterator[Difference]:
        """Decisions for which there was no record, by incident."""
        for incident_id in sorted(self.unfinished):
            for step in self.of(incident_id):
                yield Difference(incident_id, None, step.record, "no_record", step.record, None)
