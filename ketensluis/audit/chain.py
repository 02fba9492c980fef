"""The chain against its own books: whatever came in was decided, whatever left was decided on.

Give it every record, in any order; then let it conclude. It believes no service of the hub:
what it holds against each other are the records of the police, the mail, the answers of the
parties, the ledger, the quarantine and the alarms.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ketensluis.audit.alarms import AlarmsAudit
from ketensluis.audit.answers import AnswersAudit
from ketensluis.audit.findings import Findings
from ketensluis.audit.letters import LettersAudit
from ketensluis.audit.overruled import OverridesAudit
from ketensluis.audit.removals import Removals
from ketensluis.audit.rules import Rules
from ketensluis.audit.sources import ANSWERS, MAIL, Source, kind_of
from ketensluis.envelope.opening import Decode
from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import (
    INCIDENTS,
    LEDGER_ALARMS,
    LEDGER_EVENTS,
    OVERRIDES,
    QUARANTINE,
    REMOVALS,
)
from ketensluis.model.record import Coordinates, Record

__all__ = ["ChainAudit"]


@dataclass
class ChainAudit:
    """What was read so far, by the ids that hold it together; `excused` lies in quarantine."""

    findings: Findings
    decode: Decode
    rules: Rules
    counts: Counter[str] = field(default_factory=Counter)
    excused: set[str] = field(default_factory=set)
    removals: Removals = field(default_factory=Removals)
    erasures: list[tuple[LedgerEvent, Coordinates]] = field(default_factory=list)
    alarms: AlarmsAudit = field(init=False)
    letters: LettersAudit = field(init=False)
    answers: AnswersAudit = field(init=False)
    overrides: OverridesAudit = field(init=False)
    _records: dict[str, tuple[str, int]] = field(default_factory=dict)
    _incidents: list[str] = field(default_factory=list)
    _about: dict[str, Source] = field(default_factory=dict)
    _refused: dict[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alarms = AlarmsAudit(self.decode, self.rules, self.counts)
        self.letters = LettersAudit(self.findings, self.rules, self.alarms, self.counts)
        self.answers = AnswersAudit(self.findings, self.decode, self.counts)
        self.overrides = OverridesAudit(self.findings, self.decode)

    def take(self, record: Record) -> None:
        """One record of any topic."""
        topic = record.coordinates.topic
        self.counts[kind_of(topic)] += 1
        try:
            if topic == LEDGER_EVENTS:
                self._event(record)
            elif topic == QUARANTINE:
                self._quarantine(record)
            elif topic == LEDGER_ALARMS:
                self.alarms.take(record)
            elif topic == REMOVALS:
                self.removals.take(record, self.decode)
            elif topic.startswith(MAIL):
                self.letters.letter(record)
            else:
                self._source(record)
        except Refused as error:
            self.findings.add("unreadable", record.coordinates, error.sentence)

    def _event(self, record: Record) -> None:
        event = self.decode(record.value or b"", LedgerEvent)
        if event.kind == "erased":  # that a record is gone says nothing of what was decided on it
            self.counts["erasures"] += 1
            self.erasures.append((event, record.coordinates))
            return
        source = Source(str(record.coordinates), event.incident_id, record.timestamp_ms)
        if event.kind == "quarantined":  # whether it lies there, the quarantine tells
            self._refused.setdefault(event.record, source)
            return
        first = self._about.setdefault(event.record, source)
        if first.incident_id != event.incident_id:
            said = f"{event.record} is about {first.incident_id} as well as {event.incident_id}"
            self.findings.contradicts(
                record.timestamp_ms, "other_incident", record.coordinates, said
            )
        if event.kind == "decision":
            self.counts["decisions"] += 1
            self.letters.decision(event, source)
            for code, said in self.rules.reference_faults(event):
                self.findings.contradicts(record.timestamp_ms, code, record.coordinates, said)
        self.answers.event(event, source)
        self.overrides.event(event, source)

    def _quarantine(self, record: Record) -> None:
        if record.value is not None:  # without a value it marks an entry as requeued
            self.excused.add(self.decode(record.value, Quarantined).place)

    def _source(self, record: Record) -> None:
        place, topic = str(record.coordinates), record.coordinates.topic
        key = (record.key or b"").decode(errors="replace")
        self._records[place] = key, record.timestamp_ms
        if topic == INCIDENTS:
            self._incidents.append(place)
        elif topic == OVERRIDES:
            self.overrides.record(place, record)
        elif topic.startswith(ANSWERS):
            self.answers.record(place, record)

    def refused(self) -> set[str]:
        """The places of what lies in quarantine, and of which nothing came."""
        return self.excused - self._about.keys()

    def about(self, place: str) -> str | None:
        """The incident that the ledger tells of, because of a record that lies, or lay, there."""
        found = self._about.get(place)
        return found and found.incident_id

    def conclude(self) -> None:
        """Hold all of it against each other."""
        for place in self._incidents:
            if place not in self._about and place not in self.excused:
                incident_id, timestamp_ms = self._records[place]
                said = (
                    f"the ledger says that {incident_id} was refused, and it is not in quarantine"
                    if place in self._refused
                    else f"nothing was decided about {incident_id}"
                )
                self.findings.lacking(timestamp_ms, "no_decision", place, said)
        for place, told in self._about.items():
            self._caused(place, told)
        for place, told in self._refused.items():
            if place not in self._about:
                self._caused(place, told)
        self.answers.conclude(self.letters.found, self.removals, self._records.keys())
        self.letters.conclude(self.answers.answered, self.removals)
        self.overrides.conclude(self.refused())

    def _caused(self, place: str, told: Source) -> None:
        if not place.startswith((INCIDENTS, ANSWERS)) or self.removals.place(place):
            return
        found = self._records.get(place)
        if found is None:
            self.findings.lacking(
                told.timestamp_ms, "no_record", told.place, f"{place} is not there"
            )
        elif found[0] != told.incident_id and place not in self.excused:
            self.findings.contradicts(
                told.timestamp_ms,
                "other_incident",
                told.place,
                f"it tells of {told.incident_id}, {place} is about {found[0]}",
            )
