"""One decision made again from its record, as the stage made it: what it led to, and its events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.record import Record
from services.disclosure.comparing import as_reached
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.history import fold
from services.disclosure.ledger_events import event_of, override_event
from services.disclosure.requests import decision_time
from services.disclosure.rules import RuleBook

__all__ = ["Anew", "decided_anew"]


class Anew(msgspec.Struct, frozen=True):
    """What was decided again, because of `trigger`.

    `before` is what was remembered until then, and `after` what is from then on.
    """

    source: Record
    trigger: Record
    incident: Incident
    request: DisclosureRequest | None
    at: datetime
    decisions: tuple[Decision, ...]
    before: IncidentHistory | None
    after: IncidentHistory

    def events(self, rules: RuleBook) -> list[LedgerEvent]:
        """What the ledger is told of it, as the stage tells it."""
        made = [
            event_of(
                each, self.incident, self.after,
                record=self.source, trigger=self.trigger, at=self.at, rules=rules,
            )
            for each in self.decisions
        ]  # fmt: skip
        if self.request is not None and self.request.override is not None:
            override = self.request.override
            made.append(override_event(override, self.after, self.source, self.trigger, self.at))
        return made

    def reaching(
        self, were: Mapping[str | None, LedgerEvent], rules: RuleBook, *, with_parts: bool
    ) -> Anew:
        """The same, where `were` tells which recipients could not be reached then.

        `with_parts` says that a later decision rests on what was released, part by part.
        """
        decisions = tuple(as_reached(each, were.get(each.recipient)) for each in self.decisions)
        after = fold(
            self.before,
            self.incident,
            decisions,
            rules=rules,
            coordinates=self.source.coordinates,
            at=self.at,
            request=self.request,
            with_parts=with_parts,
        )
        return msgspec.structs.replace(self, decisions=decisions, after=after)


def decided_anew(
    incident: Incident,
    history: IncidentHistory | None,
    rules: RuleBook,
    *,
    source: Record,
    trigger: Record,
    request: DisclosureRequest | None = None,
    with_parts: bool,
) -> Anew:
    """Decide the record at its own time, as if every recipient had been reached.

    Raises:
        Refused: as `decide`.
    """
    at = decision_time(source, trigger)
    decisions = decide(incident, at=at, history=history, rules=rules, request=request)
    after = fold(
        history,
        incident,
        decisions,
        rules=rules,
        coordinates=source.coordinates,
        at=at,
        request=request,
        with_parts=with_parts,
    )
    return Anew(source, trigger, incident, request, at, decisions, history, after)
