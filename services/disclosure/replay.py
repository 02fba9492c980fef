"""Replay: every decision made again from its record, and held against what the ledger says.

It is the stage's own function over the same records, at the same times, in the order in which
the ledger tells that they were decided. What came from outside that function is taken from
the ledger as a fact: that a recipient could not be reached. Of an incident that was erased
nothing can be decided again; see `erasures`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ketensluis.envelope.keyring import Erased
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.record import Record
from services.disclosure.anew import Anew
from services.disclosure.comparing import Difference, Erasure, Step
from services.disclosure.erasures import Erasures
from services.disclosure.fields import Unexplained
from services.disclosure.heard import Heard
from services.disclosure.masked_ahead import MaskedAhead
from services.disclosure.remaking import Remaking
from services.disclosure.replay_ledger import ReplayLedger
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
    _records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        self._told = ReplayLedger(self.heard)
        self._ahead = MaskedAhead(self.rules)
        self._made = Remaking(self._ahead.rules)
        self._erasures = Erasures(self._told.erased)

    @property
    def decided(self) -> int:
        """How many decisions were made again."""
        return self._made.decided

    @property
    def histories(self) -> dict[str, IncidentHistory]:
        """What is remembered of each incident by now."""
        return self._made.histories

    @property
    def unexplained(self) -> list[Unexplained]:
        """What was sent and is decided otherwise, for `fields` to explain."""
        return self._made.unexplained

    @property
    def erased(self) -> list[Erasure]:
        """The decisions that cannot be made again, and why."""
        return self._erasures.found

    @property
    def unfinished(self) -> set[str]:
        """The incidents of which the ledger tells more than was found again by now."""
        return self._told.unfinished

    def go_on(self, decided: int, erased: Iterable[Erasure]) -> None:
        """So much was counted before, whatever was decided since only to be remembered."""
        self._made.decided = decided
        self._erasures.found[:] = erased

    def ledger(self, events: Iterable[LedgerEvent]) -> None:
        """Take in the partition's ledger, in its order."""
        self._told.add(events)

    def incident(self, record: Record, *, compare: bool) -> Iterator[Difference]:
        """Decide a record again, and then what was asked about its incident before its next one.

        Without `compare` it only adds to what is remembered.
        """
        return self._incident(record, self._opened(record), compare=compare)

    def incidents(
        self, records: Sequence[Record], compares: Callable[[Record], bool]
    ) -> Iterator[Difference]:
        """Several records, as one after the other, but all opened before the first is decided.

        Each of the two is a tenth faster for being done hundreds of times in a row: what it needs
        stays in the processor's caches. Between them texts are masked, for the same reason.
        """
        found = self.open_all(records) if self.open_all else [*map(self._opened, records)]
        self._ahead.expect(
            (opened, decision_time(record, record))
            for record, opened in zip(records, found, strict=True)
            if not isinstance(opened, Refused)
        )
        for record, opened in zip(records, found, strict=True):
            yield from self._incident(record, opened, compare=compares(record))

    def left(self) -> Iterator[Difference]:
        """Decisions on the ledger for which there was no record."""
        return self._told.left()

    def fields(self, remembered: Mapping[str, IncidentHistory]) -> Iterator[Difference]:
        """The differences so far by field, as far as the hub remembers what it sent."""
        return self._made.fields(remembered)

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
            yield from self._refused(record, opened, compare=compare)
            return
        incident_id = opened.incident_id
        gone = self._erasures.met.get(incident_id)
        anew = None
        if gone is None and self._told.begins(place, incident_id):
            more = self._told.goes_on(place, incident_id)
            anew = self._made.alone(record, opened, more=more)
            if anew is not None and self._told.takes(place, incident_id, anew.events(self.rules)):
                self._made.take(anew)
                self._keep(record, incident_id, more=more)
                return
        steps = self._told.of(incident_id)
        if gone is not None:  # it came after what was erased, and was decided in its light
            yield from self._erasures.account(gone, place, steps, compare=compare)
            return
        if not steps or not steps[0].is_arrival_of(place):
            if compare and not self._made.refuses(record, opened):
                yield Difference(incident_id, None, place, "no_decision", None, "a decision is due")
            return
        yield from self._arrived(record, opened, anew, compare=compare)

    def _refused(self, record: Record, error: Refused, *, compare: bool) -> Iterator[Difference]:
        """It was erased; or refused then too, and lies in quarantine, where nothing was decided."""
        place = str(record.coordinates)
        if isinstance(error, Erased):
            steps = self._told.of(error.incident_id)
            yield from self._erasures.account(error, place, steps, compare=compare)
            return
        subject = (record.header("ce_subject") or b"").decode(errors="replace")
        steps = self._told.of(subject)
        if steps and steps[0].is_arrival_of(place):
            yield from self._made.refused(steps.popleft(), subject, error, compare=compare)

    def _arrived(
        self, record: Record, incident: Incident, anew: Anew | None, *, compare: bool
    ) -> Iterator[Difference]:
        """What was decided when the record came, and then what was asked before the next one."""
        incident_id = incident.incident_id
        steps = self._told.of(incident_id)
        arrival = steps.popleft()
        self._keep(record, incident_id, more=bool(steps))
        yield from self._made.step(
            arrival, record, record, incident, None, compare=compare, more=bool(steps), anew=anew
        )
        while steps and steps[0].trigger is not None:
            asked = steps.popleft()
            yield from self._asked(asked, incident_id, compare=compare, more=bool(steps))
        if not steps:
            del self._told.steps[incident_id]
            self._records.pop(incident_id, None)

    def _keep(self, record: Record, incident_id: str, *, more: bool) -> None:
        """The records of an incident, as long as it may be asked to decide on them again."""
        if more:
            self._records[incident_id][str(record.coordinates)] = record
        else:
            self._records.pop(incident_id, None)

    def _asked(
        self, step: Step, incident_id: str, *, compare: bool, more: bool
    ) -> Iterator[Difference]:
        found = self.requests.get(step.trigger or "")
        source = self._records[incident_id].get(step.record)
        if found is None or source is None:
            yield Difference(incident_id, None, step.record, "no_record", step.trigger, None)
            return
        trigger, request = found
        yield from self._made.step(
            step, source, trigger, self.open(source), request, compare=compare, more=more
        )
