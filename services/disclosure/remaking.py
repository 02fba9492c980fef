"""Makes one partition's decisions again, and remembers of each incident what the stage did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.record import Record
from services.disclosure.anew import Anew, decided_anew
from services.disclosure.comparing import Difference, Step, unreachable
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.differences import differences, refused
from services.disclosure.fields import Unexplained, explained
from services.disclosure.requests import decision_time
from services.disclosure.rules import RuleBook

__all__ = ["Remaking"]


@dataclass
class Remaking:
    """Give it each record in its order. `unexplained` were sent, and are decided otherwise."""

    rules: RuleBook
    histories: dict[str, IncidentHistory] = field(default_factory=dict)
    decided: int = 0
    unexplained: list[Unexplained] = field(default_factory=list)

    def alone(self, record: Record, incident: Incident, *, more: bool) -> Anew | None:
        """What is decided of a record if all were reached; nothing has happened yet.

        `more` says that the ledger tells of later decisions, which may rest on this one.
        """
        try:
            return decided_anew(
                incident, self.histories.get(incident.incident_id), self.rules,
                source=record, trigger=record, with_parts=more,
            )  # fmt: skip
        except Refused:
            return None

    def take(self, anew: Anew) -> None:
        """It was decided so."""
        self.histories[anew.incident.incident_id] = anew.after
        self.decided += len(anew.decisions)

    def refuses(self, record: Record, incident: Incident) -> bool:
        """Whether a sound record was refused for what the hub remembered of its incident."""
        at, history = decision_time(record, record), self.histories.get(incident.incident_id)
        try:
            decide(incident, at=at, history=history, rules=self.rules)
        except Refused:
            return True
        return False

    def step(
        self,
        step: Step,
        source: Record,
        trigger: Record,
        incident: Incident,
        request: DisclosureRequest | None,
        *,
        compare: bool,
        more: bool,
        anew: Anew | None = None,
    ) -> Iterator[Difference]:
        """Decide what the ledger says of one step again; `more` says that others follow.

        `anew` is what was decided already, as if all were reached and nothing more had come.
        """
        were = {event.recipient: event for event in step.events if event.kind == "decision"}
        otherwise = any(map(unreachable, were.values())) or (anew is not None and more)
        try:
            anew = anew or decided_anew(
                incident, self.histories.get(incident.incident_id), self.rules,
                source=source, trigger=trigger, request=request, with_parts=more,
            )  # fmt: skip
        except Refused as error:
            yield from self.refused(step, incident.incident_id, error, compare=compare)
            return
        if otherwise:
            anew = anew.reaching(were, self.rules, with_parts=more)
        self.take(anew)
        if compare:
            found = list(differences(step, anew.events(self.rules)))
            yield from found
            self._note(step, incident, anew.decisions, {each.recipient for each in found})

    def refused(
        self, step: Step, incident_id: str, error: Refused, *, compare: bool
    ) -> Iterator[Difference]:
        """What was decided there is refused now."""
        if compare:
            yield from refused(step, incident_id, error, self.rules)

    def _note(
        self, step: Step, incident: Incident, again: Iterable[Decision], to: set[str | None]
    ) -> None:
        """Remember what was sent and is decided otherwise, to be explained by field."""
        sent = {event.recipient: event.message_id for event in step.events}
        for each in again:
            message_id = sent.get(each.recipient)
            if each.recipient in to and message_id is not None:
                key = self.rules.pseudonyms.digest_key(each.recipient)
                self.unexplained.append(Unexplained(step.record, message_id, incident, each, key))

    def fields(self, remembered: Mapping[str, IncidentHistory]) -> Iterator[Difference]:
        """The differences so far by field, as far as the hub remembers what it sent."""
        return explained(self.unexplained, remembered)
