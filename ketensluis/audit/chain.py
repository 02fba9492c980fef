"""The chain against its own books: whatever came in was decided, whatever left was decided on.

Give it every record, in any order; then let it conclude. It believes no service of the hub:
what it holds against each other are the records of the police, the mail, the answers of the
parties, the ledger, the quarantine and the alarms.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from ketensluis.audit.findings import Findings
from ketensluis.audit.removals import Removals
from ketensluis.audit.rules import Rules
from ketensluis.audit.sources import ANSWERS, MAIL, Mail, Receipt, Source, kind_of
from ketensluis.envelope import jws
from ketensluis.envelope.opening import Decode
from ketensluis.errors import Refused
from ketensluis.model.ledger import Alarm, LedgerEvent
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import (
    INCIDENTS,
    LEDGER_ALARMS,
    LEDGER_EVENTS,
    QUARANTINE,
    REMOVALS,
    mail_topic,
    responses_topic,
)
from ketensluis.model.record import Coordinates, Record

__all__ = ["ChainAudit"]

_RECEIPT: Final = b"nl.ketensluis.receipt.v1"
_RUNGS: Final = frozenset(
    {"received", "accepted", "rejected", "assessed", "feedback", "om_decision"}
)


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
    _records: dict[str, tuple[str, int]] = field(default_factory=dict)
    _incidents: list[str] = field(default_factory=list)
    _about: dict[str, Source] = field(default_factory=dict)
    _sent: dict[str, tuple[LedgerEvent, Source]] = field(default_factory=dict)
    _replaced: set[str] = field(default_factory=set)
    _received: list[tuple[LedgerEvent, Source]] = field(default_factory=list)
    _answered: set[str] = field(default_factory=set)
    _mail: dict[str, Mail] = field(default_factory=dict)
    _receipts: dict[str, Receipt] = field(default_factory=dict)
    _alarmed: set[tuple[str, str]] = field(default_factory=set)

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
                self._alarm(record)
            elif topic == REMOVALS:
                self.removals.take(record, self.decode)
            elif topic.startswith(MAIL):
                self._letter(record)
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
        first = self._about.setdefault(event.record, source)
        if first.incident_id != event.incident_id and event.kind != "quarantined":
            said = f"{event.record} is about {first.incident_id} as well as {event.incident_id}"
            self.findings.contradicts(
                record.timestamp_ms, "other_incident", record.coordinates, said
            )
        if event.kind == "decision":
            self.counts["decisions"] += 1
            if event.message_id is not None:
                self._sent[event.message_id] = event, source
            if event.replaces is not None:
                self._replaced.add(event.replaces)
        elif event.kind in _RUNGS and event.message_id is not None:
            self._answered.add(event.message_id)
            if event.kind == "received":
                self.counts["receipts"] += 1
                self._received.append((event, source))

    def _quarantine(self, record: Record) -> None:
        if record.value is not None:  # without a value it marks an entry as requeued
            self.excused.add(self.decode(record.value, Quarantined).place)

    def _alarm(self, record: Record) -> None:
        alarm = self.decode(record.value or b"", Alarm)
        if alarm.clock == "receipt" and alarm.kind in {"overdue", "escalated"}:
            self._alarmed.add((alarm.incident_id, alarm.recipient))

    def _letter(self, record: Record) -> None:
        claims = jws.read(record.header("jws")).claims
        name = (record.header("ce_id") or b"").decode(errors="replace")
        at = record.coordinates
        self._mail[name] = Mail(at.topic, str(at), claims.digest, record.timestamp_ms)

    def _source(self, record: Record) -> None:
        place, topic = str(record.coordinates), record.coordinates.topic
        key = (record.key or b"").decode(errors="replace")
        self._records[place] = key, record.timestamp_ms
        if topic == INCIDENTS:
            self._incidents.append(place)
        elif topic.startswith(ANSWERS) and record.header("ce_type") == _RECEIPT:
            cause = (record.header("ce_causationid") or b"").decode(errors="replace")
            self._receipts[place] = Receipt(topic, cause)

    def sent(self, message_id: str) -> LedgerEvent | None:
        """The decision that sent a message."""
        found = self._sent.get(message_id)
        return found and found[0]

    def about(self, place: str) -> str | None:
        """The incident that the ledger tells of, because of a record that lies, or lay, there."""
        found = self._about.get(place)
        return found and found.incident_id

    def conclude(self) -> None:
        """Hold all of it against each other."""
        for place in self._incidents:
            if place not in self._about and place not in self.excused:
                incident_id, timestamp_ms = self._records[place]
                self.findings.lacking(
                    timestamp_ms, "no_decision", place, f"nothing was decided about {incident_id}"
                )
        for place, told in self._about.items():
            self._caused(place, told)
        for message_id, (event, source) in self._sent.items():
            self._left(message_id, event, source)
        for message_id, mail in self._mail.items():
            if message_id not in self._sent:
                self.findings.lacking(
                    mail.timestamp_ms,
                    "unexplained_message",
                    mail.place,
                    f"no decision sent message {message_id}",
                )
        for event, source in self._received:
            self._arrived(event, source)

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

    def _left(self, message_id: str, event: LedgerEvent, source: Source) -> None:
        findings, recipient = self.findings, event.recipient or ""
        mail = self._mail.get(message_id)
        if mail is None and self.removals.message(message_id):
            self.counts["messages removed by retention"] += 1
        elif mail is None:
            said = f"message {message_id} for {recipient} is on no topic"
            findings.lacking(source.timestamp_ms, "no_message", source.place, said)
        elif mail.topic != mail_topic(recipient):
            said = f"message {message_id} was for {recipient}"
            findings.contradicts(mail.timestamp_ms, "wrong_recipient", mail.place, said)
        for code, said in self.rules.faults(event):
            findings.contradicts(source.timestamp_ms, code, source.place, said)
        if (
            message_id not in self._answered
            and message_id not in self._replaced
            and (event.incident_id, recipient) not in self._alarmed
            and self.rules.receipt_is_overdue(event, findings.window.at)
        ):
            said = f"{recipient} has not confirmed message {message_id}, and nobody was alarmed"
            findings.lacking(source.timestamp_ms, "no_receipt_no_alarm", source.place, said)

    def _arrived(self, event: LedgerEvent, source: Source) -> None:
        receipt = self._receipts.get(event.record)
        named = receipt is not None and receipt == Receipt(
            responses_topic(event.recipient or ""), event.message_id or ""
        )
        if not named and event.record in self._records:
            said = f"{event.record} is no receipt of message {event.message_id}"
            self.findings.contradicts(source.timestamp_ms, "no_signed_receipt", source.place, said)
            return
        if self.removals.message(event.message_id):
            return  # its text is gone, and with it what could be compared
        mail = self._mail.get(event.message_id or "")
        if mail is None or mail.digest != event.digest:
            said = f"what was received is not message {event.message_id} as it was sent"
            told = self.findings.lacking if mail is None else self.findings.contradicts
            told(source.timestamp_ms, "receipt_of_other", source.place, said)
