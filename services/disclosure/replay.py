"""Replay: every decision made again from its record, and held against what the ledger says.

It is the stage's own function over the same records, at the same times, in the order in which
the ledger tells that they were decided. What came from outside that function is taken from
the ledger as a fact: that a recipient could not be reached. Of an incident that was erased
nothing can be decided again; see `erasures`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ketensluis.envelope.keyring import Erased
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.record import Record
from services.disclosure.anew import Anew, decided_anew
from services.disclosure.comparing import (
    ERASED,
    MADE_AGAIN,
    Difference,
    Erasure,
    Step,
    differences,
    unreachable,
)
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.erasures import Erasures
from services.disclosure.fields import Unexplained, explained
from services.disclosure.heard import Heard
from services.disclosure.requests import decision_time
from services.disclosure.rules import RuleBook

__all__ = ["Difference", "Erasure", "Open", "OpenAll", "Replay"]

Open = Callable[[Record], Incident]
OpenAll = Callable[[Sequence[Record]], list[Incident | Refused]]


@dataclass
class Replay:
    """One partition's replay. Give it the ledger first, then the incidents in their order.

    `requests` are the records of `disclosure.requests` by their coordinates as text;
    `open_all` opens several records as `open` does one by one, if there is a faster way; `heard`
    are events of its ledger that were not decoded, beside those that are given as they are.
    """

    rules: RuleBook
    open: Open
    requests: Mapping[str, tuple[Record, DisclosureRequest]]
    open_all: OpenAll | None = None
    heard: Heard | None = None
    steps: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    histories: dict[str, IncidentHistory] = field(default_factory=dict)
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    decided: int = 0
    unexplained: list[Unexplained] = field(default_factory=list)
    erasures: Erasures = field(default_factory=Erasures)

    @property
    def erased(self) -> list[Erasure]:
        """The decisions that cannot be made again, and why."""
        return self.erasures.found

    def ledger(self, events: Iterable[LedgerEvent]) -> None:
        """Take in the partition's ledger, in its order."""
        for event in events:
            if event.kind == ERASED:
                self.erasures.told.add(event.incident_id)
            if event.kind not in MADE_AGAIN:
                continue
            steps = self.steps[event.incident_id]
            if steps and (steps[-1].record, steps[-1].trigger) == (event.record, event.trigger):
                steps[-1].events.append(event)
            else:
                steps.append(Step(event.record, event.trigger, [event]))

    def incident(self, record: Record, *, compare: bool) -> Iterator[Difference]:
        """Decide a record again, and then what was asked about its incident before its next one.

        Without `compare` it only adds to what is remembered.
        """
        return self._incident(record, self._opened(record), compare=compare)

    def incidents(
        self, records: Sequence[Record], compares: Callable[[Record], bool]
    ) -> Iterator[Difference]:
        """Several records, as one after the other, but all opened before the first is decided.

        Each of the two is a tenth faster for being done a hundred times in a row: what it needs
        stays in the processor's caches.
        """
        found = self.open_all(records) if self.open_all else [*map(self._opened, records)]
        for record, opened in zip(records, found, strict=True):
            yield from self._incident(record, opened, compare=compares(record))

    def _opened(self, record: Record) -> Incident | Refused:
        try:
            return self.open(record)
        except Refused as error:
            return error

    def _incident(
        self, record: Record, opened: Incident | Refused, *, compare: bool
    ) -> Iterator[Difference]:
        place = str(record.coordinates)
        if isinstance(opened, Refused):
            if isinstance(opened, Erased):
                self._decode(opened.incident_id)
                steps = self.steps.get(opened.incident_id)
                yield from self.erasures.account(opened, place, steps, compare=compare)
            return  # it was refused then, and lies in quarantine
        incident = opened
        anew = self._only_once(record, incident, place)
        if anew is not None and self._as_heard(anew):
            return
        self._decode(incident.incident_id)
        steps = self.steps[incident.incident_id]
        gone = self.erasures.met.get(incident.incident_id)
        if gone is not None:  # it came after what was erased, and was decided in its light
            yield from self.erasures.account(gone, place, steps, compare=compare)
            return
        if not steps or not steps[0].is_arrival_of(place):
            if compare and not self._refuses(record, incident):
                yield Difference(
                    incident.incident_id, None, place, "no_decision", None, "a decision is due"
                )
            return
        self.records[incident.incident_id][place] = record
        yield from self._again(
            steps.popleft(), record, record, incident, None, compare=compare, anew=anew
        )
        while steps and steps[0].trigger is not None:
            yield from self._asked(steps.popleft(), incident.incident_id, compare=compare)
        if not steps:  # nothing refers to its records any more; its history still counts
            del self.steps[incident.incident_id], self.records[incident.incident_id]

    def _decode(self, incident_id: str) -> None:
        """Look into what was heard of an incident, and was not found at once."""
        if self.heard is not None:
            self.ledger(self.heard.decoded(incident_id))

    def _only_once(self, record: Record, incident: Incident, place: str) -> Anew | None:
        """The decision on an incident of which the ledger tells no more than of this record."""
        heard, incident_id = self.heard, incident.incident_id
        if heard is None or incident_id in self.steps or incident_id in self.erasures.met:
            return None
        if not heard.all_about(incident_id, place):
            return None
        history = self.histories.get(incident_id)
        try:
            return decided_anew(
                incident, history, self.rules,
                source=record, trigger=record, were={}, with_parts=False,
            )  # fmt: skip
        except Refused:
            return None

    def _as_heard(self, anew: Anew) -> bool:
        """Whether it is decided as the ledger says, to the byte; if not, nothing has happened."""
        incident_id = anew.incident.incident_id
        if self.heard is None or not self.heard.takes(incident_id, anew.events(self.rules)):
            return False
        self.histories[incident_id] = anew.after
        self.decided += len(anew.decisions)
        return True

    def _refuses(self, record: Record, incident: Incident) -> bool:
        """Whether a sound record was refused for what the hub remembered of its incident."""
        at, history = decision_time(record, record), self.histories.get(incident.incident_id)
        try:
            decide(incident, at=at, history=history, rules=self.rules)
        except Refused:
            return True
        return False

    def left(self) -> Iterator[Difference]:
        """Decisions on the ledger for which there was no record."""
        for incident_id in self.heard.incidents if self.heard else ():
            self._decode(incident_id)
        for incident_id, steps in self.steps.items():
            for step in steps:
                yield Difference(incident_id, None, step.record, "no_record", step.record, None)

    def _asked(self, step: Step, incident_id: str, *, compare: bool) -> Iterator[Difference]:
        found = self.requests.get(step.trigger or "")
        source = self.records[incident_id].get(step.record)
        if found is None or source is None:
            yield Difference(incident_id, None, step.record, "no_record", step.trigger, None)
            return
        trigger, request = found
        yield from self._again(step, source, trigger, self.open(source), request, compare=compare)

    def _again(
        self,
        step: Step,
        source: Record,
        trigger: Record,
        incident: Incident,
        request: DisclosureRequest | None,
        *,
        compare: bool,
        anew: Anew | None = None,
    ) -> Iterator[Difference]:
        """`anew` is what was decided already, as if all were reached and nothing more had come."""
        were = {event.recipient: event for event in step.events if event.kind == "decision"}
        more = bool(self.steps[incident.incident_id])
        if anew is None or more or any(map(unreachable, were.values())):
            anew = decided_anew(
                incident,
                self.histories.get(incident.incident_id),
                self.rules,
                source=source,
                trigger=trigger,
                request=request,
                were=were,
                with_parts=more,
            )
        self.histories[incident.incident_id] = anew.after
        self.decided += len(anew.decisions)
        if compare:
            found = list(differences(step, anew.events(self.rules)))
            yield from found
            self._note(step, incident, anew.decisions, {each.recipient for each in found})

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
