"""Replay: every decision made again from its record, and held against what the ledger says.

It is the stage's own function over the same records, at the same times, in the order in which
the ledger tells that they were decided. What came from outside that function is taken from
the ledger as a fact: that a recipient could not be reached. Of an incident that was erased
nothing can be decided again; its decisions are accounted for by its erasure, if that is on the
ledger: a key that went without a word hides nothing.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from ketensluis.envelope.keyring import Erased
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.record import Record
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.fields import Unexplained, explained
from services.disclosure.history import fold
from services.disclosure.ledger_events import event_of, override_event
from services.disclosure.requests import decision_time
from services.disclosure.rules import RuleBook

__all__ = ["DECIDED", "Difference", "Erasure", "Open", "Replay"]

Open = Callable[[Record], Incident]
_MADE_AGAIN = frozenset({"decision", "duplicate", "override", "superseded"})
DECIDED = _MADE_AGAIN | {"erased"}
"""The kinds of ledger events that replay heeds: those that it makes again, and erasures."""

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
class _Step:
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


@dataclass
class Replay:
    """One partition's replay. Give it the ledger first, then the incidents in their order.

    `requests` are the records of `disclosure.requests` by their coordinates as text.
    """

    rules: RuleBook
    open: Open
    requests: Mapping[str, tuple[Record, DisclosureRequest]]
    steps: dict[str, deque[_Step]] = field(default_factory=lambda: defaultdict(deque))
    histories: dict[str, IncidentHistory] = field(default_factory=dict)
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    decided: int = 0
    unexplained: list[Unexplained] = field(default_factory=list)
    erased: list[Erasure] = field(default_factory=list)
    gone: dict[str, Erased] = field(default_factory=dict)
    told_erased: set[str] = field(default_factory=set)

    def ledger(self, events: Iterable[LedgerEvent]) -> None:
        """Take in the partition's ledger, in its order."""
        for event in events:
            if event.kind == "erased":
                self.told_erased.add(event.incident_id)
            if event.kind not in _MADE_AGAIN:
                continue
            steps = self.steps[event.incident_id]
            if steps and (steps[-1].record, steps[-1].trigger) == (event.record, event.trigger):
                steps[-1].events.append(event)
            else:
                steps.append(_Step(event.record, event.trigger, [event]))

    def incident(self, record: Record, *, compare: bool) -> Iterator[Difference]:
        """Decide a record again, and then what was asked about its incident before its next one.

        Without `compare` it only adds to what is remembered.
        """
        try:
            incident = self.open(record)
        except Erased as error:
            incident_id = (record.key or b"").decode(errors="replace")
            place = str(record.coordinates)
            self._account(incident_id, place, error)
            if compare and incident_id not in self.told_erased:
                yield Difference(
                    incident_id, None, place, "erased_unrecorded", None, "an erasure is due"
                )
            return
        except Refused:
            return  # it was refused then, and lies in quarantine
        gone = self.gone.get(incident.incident_id)
        if gone is not None:  # it came after what was erased, and was decided in its light
            self._account(incident.incident_id, str(record.coordinates), gone)
            return
        place, steps = str(record.coordinates), self.steps[incident.incident_id]
        if not steps or not steps[0].is_arrival_of(place):
            if compare and not self._refuses(record, incident):
                yield Difference(
                    incident.incident_id, None, place, "no_decision", None, "a decision is due"
                )
            return
        self.records[incident.incident_id][place] = record
        yield from self._again(steps.popleft(), record, record, incident, None, compare=compare)
        while steps and steps[0].trigger is not None:
            yield from self._asked(steps.popleft(), incident.incident_id, compare=compare)
        if not steps:  # nothing refers to its records any more; its history still counts
            del self.steps[incident.incident_id], self.records[incident.incident_id]

    def _account(self, incident_id: str, place: str, error: Erased) -> None:
        """Take what was decided of a record from the ledger as it stands, and say why."""
        self.gone[incident_id] = error
        steps = self.steps.get(incident_id)
        if not steps or not steps[0].is_arrival_of(place):
            return
        decisions = steps.popleft().decisions
        while steps and steps[0].trigger is not None:
            decisions += steps.popleft().decisions
        self.erased.append(Erasure(incident_id, f"{error.at:%Y-%m-%d}", error.rule, decisions))

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
        for incident_id, steps in self.steps.items():
            for step in steps:
                yield Difference(incident_id, None, step.record, "no_record", step.record, None)

    def _asked(self, step: _Step, incident_id: str, *, compare: bool) -> Iterator[Difference]:
        found = self.requests.get(step.trigger or "")
        source = self.records[incident_id].get(step.record)
        if found is None or source is None:
            yield Difference(incident_id, None, step.record, "no_record", step.trigger, None)
            return
        trigger, request = found
        yield from self._again(step, source, trigger, self.open(source), request, compare=compare)

    def _again(
        self,
        step: _Step,
        source: Record,
        trigger: Record,
        incident: Incident,
        request: DisclosureRequest | None,
        *,
        compare: bool,
    ) -> Iterator[Difference]:
        at = decision_time(source, trigger)
        history = self.histories.get(incident.incident_id)
        decisions = decide(incident, at=at, history=history, rules=self.rules, request=request)
        were = {event.recipient: event for event in step.events if event.kind == "decision"}
        reached = [_as_reached(each, were.get(each.recipient)) for each in decisions]
        after = fold(
            history,
            incident,
            reached,
            rules=self.rules,
            coordinates=source.coordinates,
            at=at,
            request=request,
        )
        self.histories[incident.incident_id] = after
        self.decided += len(reached)
        if compare:
            events = [
                event_of(
                    each, incident, after, record=source, trigger=trigger, at=at, rules=self.rules
                )
                for each in reached
            ]
            if request is not None and request.override is not None:
                events.append(override_event(request.override, after, source, trigger, at))
            found = list(_differences(step, events))
            yield from found
            self._note(step, incident, reached, {each.recipient for each in found})

    def _note(
        self, step: _Step, incident: Incident, again: Iterable[Decision], to: set[str | None]
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
        for found in self.unexplained:
            incident_id, recipient = found.again.incident_id, found.again.recipient
            history = remembered.get(incident_id)
            was = history.deliveries.get(recipient) if history else None
            for each in explained(found, was):
                yield Difference(
                    incident_id, recipient, found.record, "field",
                    each.was, each.now, each.path, each.rule,
                )  # fmt: skip


def _as_reached(decision: Decision, was: LedgerEvent | None) -> Decision:
    unreachable = was is not None and was.reason == _NO_ROUTE
    return decision.without_route() if unreachable and decision.message else decision


def _differences(step: _Step, events: Iterable[LedgerEvent]) -> Iterator[Difference]:
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
