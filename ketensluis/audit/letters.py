"""Whether what left is what was decided: one message for each decision, one decision for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, field

from ketensluis.audit.alarms import AlarmsAudit
from ketensluis.audit.findings import Findings
from ketensluis.audit.removals import Removals
from ketensluis.audit.rules import Rules
from ketensluis.audit.sources import Mail, Source
from ketensluis.envelope import jws
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import mail_topic
from ketensluis.model.record import Record

__all__ = ["LettersAudit"]


@dataclass
class LettersAudit:
    """Give it every message and every decision; then let it conclude."""

    findings: Findings
    rules: Rules
    alarms: AlarmsAudit
    counts: Counter[str] = field(default_factory=Counter)
    found: dict[str, Mail] = field(default_factory=dict)
    """The messages as they lie on their topics, by their ids."""
    _again: list[tuple[str, Mail]] = field(default_factory=list)
    _sent: dict[str, tuple[LedgerEvent, Source]] = field(default_factory=dict)
    _also_sent: dict[str, list[tuple[LedgerEvent, Source]]] = field(default_factory=dict)
    _replaced: set[tuple[str, str | None, str]] = field(default_factory=set)

    def letter(self, record: Record) -> None:
        """A message to a recipient.

        Raises:
            Refused: it bears no signature that can be read.
        """
        claims = jws.read(record.header("jws")).claims
        name, incident_id = (
            (record.header(each) or b"").decode(errors="replace")
            for each in ("ce_id", "ce_subject")
        )
        at = record.coordinates
        mail = Mail(at.topic, str(at), claims.digest, incident_id, record.timestamp_ms)
        if self.found.setdefault(name, mail) is not mail:
            self._again.append((name, mail))

    def decision(self, event: LedgerEvent, source: Source) -> None:
        """A decision, whatever came of it."""
        if event.replaces is not None:
            self._replaced.add((event.incident_id, event.recipient, event.replaces))
        if event.outcome != "released":
            return  # if a message left all the same, no decision sent it
        if event.message_id is None:
            said = f"{event.incident_id} was released to {event.recipient}, and no message is named"
            self.findings.contradicts(source.timestamp_ms, "no_message", source.place, said)
        elif self._sent.setdefault(event.message_id, (event, source))[0] != event:
            self._also_sent.setdefault(event.message_id, []).append((event, source))

    def sent(self, message_id: str) -> LedgerEvent | None:
        """The decision that sent a message."""
        told = self._sent.get(message_id)
        return told and told[0]

    def conclude(self, answered: Container[str], removals: Removals) -> None:
        """Hold messages and decisions against each other."""
        for message_id in self._sent:
            for number, (event, source) in enumerate(self._senders(message_id)):
                if number == 0:
                    self._left(message_id, event, source, removals)
                    self._answered(message_id, event, source, answered)
                else:
                    said = f"message {message_id} is that of another decision"
                    self.findings.contradicts(source.timestamp_ms, "no_message", source.place, said)
                for code, said in self.rules.faults(event):
                    self.findings.contradicts(source.timestamp_ms, code, source.place, said)
        for message_id, mail in self.found.items():
            if message_id not in self._sent:
                said = f"no decision sent message {message_id}"
                self.findings.lacking(mail.timestamp_ms, "unexplained_message", mail.place, said)
        for message_id, mail in self._again:
            said = f"message {message_id} lies on {self.found[message_id].place} too"
            self.findings.contradicts(mail.timestamp_ms, "repeated_message", mail.place, said)

    def _senders(self, message_id: str) -> list[tuple[LedgerEvent, Source]]:
        """The decisions that say that they sent it; first the one of the message's incident."""
        told = [self._sent[message_id], *self._also_sent.get(message_id, ())]
        mail = self.found.get(message_id)
        return sorted(
            told, key=lambda it: mail is not None and it[0].incident_id != mail.incident_id
        )

    def _left(
        self, message_id: str, event: LedgerEvent, source: Source, removals: Removals
    ) -> None:
        recipient, mail = event.recipient or "", self.found.get(message_id)
        if mail is None and removals.message(message_id):
            self.counts["messages removed by retention"] += 1
        elif mail is None:
            said = f"message {message_id} for {recipient} is on no topic"
            self.findings.lacking(source.timestamp_ms, "no_message", source.place, said)
        elif mail.incident_id != event.incident_id:
            said = f"message {message_id} is about {mail.incident_id}, not {event.incident_id}"
            self.findings.contradicts(source.timestamp_ms, "no_message", source.place, said)
        elif mail.topic != mail_topic(recipient):
            said = f"message {message_id} was for {recipient}"
            self.findings.contradicts(mail.timestamp_ms, "wrong_recipient", mail.place, said)

    def _answered(
        self, message_id: str, event: LedgerEvent, source: Source, answered: Container[str]
    ) -> None:
        recipient = event.recipient or ""
        if (
            message_id not in answered
            and (event.incident_id, event.recipient, message_id) not in self._replaced
            and self.rules.receipt_is_overdue(event, self.findings.window.at)
            and not self.alarms.excuses(event)
        ):
            said = f"{recipient} has not confirmed message {message_id}, and nobody was alarmed"
            self.findings.lacking(source.timestamp_ms, "no_receipt_no_alarm", source.place, said)
