"""The disclosure stage: an incident record in; referrals, notices and ledger events out.

Exactly once is the runtime's: outputs, memory and offset are one transaction. What an answer
needs of earlier records (versions seen, messages sent) is the stage's memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ketensluis.avro.codec import Codec
from ketensluis.classification.dossiers import link_of
from ketensluis.envelope.mail import Opened, Opener, Sealer
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake import check
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import (
    DOSSIER_LINKS,
    HISTORY,
    INCIDENTS,
    LEDGER_EVENTS,
    QUARANTINE,
    REQUESTS,
    mail_topic,
    party,
)
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.stage import Context
from services.disclosure.correspondence import message_of
from services.disclosure.decide import decide
from services.disclosure.decision import Decision, is_news
from services.disclosure.history import fold
from services.disclosure.ledger_events import event_of, quarantine_event
from services.disclosure.requests import asked_anew, check_request, decision_time
from services.disclosure.rules import RuleBook

__all__ = ["DisclosureStage", "open_incident"]

# The directory's answers that mean: there is no way to this recipient.
_NO_ROUTE = frozenset({"unknown_party", "no_certificate"})


@dataclass(frozen=True)
class DisclosureStage:
    """`police.incidents` and `disclosure.requests` in; mail and `ledger.events` out."""

    opener: Opener
    sealer: Sealer
    codec: Codec
    rules: RuleBook
    name: str = "disclosure"
    inputs: tuple[str, ...] = (INCIDENTS, REQUESTS)
    state_topic: str | None = HISTORY

    def refers_to(self, record: Record) -> Coordinates | None:
        """The incident record that a request asks to decide again."""
        if record.coordinates.topic != REQUESTS:
            return None
        request = self.opener.plain(record, DisclosureRequest)
        return Coordinates(request.topic, request.partition, request.offset)

    def process(self, record: Record, context: Context) -> Iterator[Output]:
        """The outputs of one record; the decision time is the record's Kafka timestamp.

        Raises:
            Refused: the record is not sound, not the police's, or conflicts with an earlier one.
        """
        request, source = None, record
        if record.coordinates.topic == REQUESTS:
            request = self.opener.plain(record, DisclosureRequest)
            if context.referred is None:
                raise Refused("no_record", "the request names no record to decide again")
            source = context.referred
        opened = open_incident(source, self.opener, self.rules)
        incident = opened.message
        if request is not None:
            check_request(request, incident)
        key = incident.incident_id.encode()
        stored = context.state.get(key)
        history = None if stored is None else self.codec.decode(stored, IncidentHistory)
        if request is not None and history is not None and request.request_id in history.requests:
            return
        at = decision_time(source, record)
        anew = None if request is None else asked_anew(request, incident, history)
        if anew is not None:
            yield self._ask(anew, at)
            return
        decisions = decide(incident, at=at, history=history, rules=self.rules, request=request)
        posted = [self._posted(decision, opened, source, at) for decision in decisions]
        after = fold(
            history,
            incident,
            [decision for decision, _ in posted],
            coordinates=source.coordinates,
            at=at,
            request=request,
        )
        for decision, mail in posted:
            if mail is not None:
                yield mail
            event = event_of(
                decision,
                incident,
                after,
                record=source,
                trigger=record,
                at=at,
                rules=self.rules,
            )
            yield self.sealer.plain(
                event,
                topic=LEDGER_EVENTS,
                key=event.incident_id,
                subject=event.incident_id,
                at=at,
                correlation=event.incident_id,
                causation=opened.attributes.id,
            )
        context.state.put(key, self.codec.encode(after))
        if request is None and is_news(decisions):
            yield from self._link(incident, source, history, at)

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """The quarantine entry, and the ledger's event of it where the incident is known."""
        entry = quarantined(record, error)
        yield self.sealer.plain(
            entry,
            topic=QUARANTINE,
            key=entry.quarantine_id,
            subject=entry.incident_id or entry.quarantine_id,
            at=entry.at,
        )
        if entry.incident_id is not None:
            event = quarantine_event(entry)
            yield self.sealer.plain(
                event,
                topic=LEDGER_EVENTS,
                key=event.incident_id,
                subject=event.incident_id,
                at=entry.at,
            )

    def _ask(self, request: DisclosureRequest, at: datetime) -> Output:
        asked = self.sealer.plain(
            request,
            topic=REQUESTS,
            key=request.incident_id,
            subject=request.incident_id,
            at=at,
            correlation=request.incident_id,
        )
        return replace(asked, partition=request.partition)

    def _link(
        self, incident: Incident, source: Record, history: IncidentHistory | None, at: datetime
    ) -> Iterator[Output]:
        """What the dossiers need of the version, unless it has nothing to share and had not."""
        link = link_of(
            incident,
            self.rules.pseudonyms.dossier_key,
            coordinates=source.coordinates,
            heard=history.evidence if history else (),
        )
        if link.keys or history is not None:
            yield self.sealer.plain(
                link,
                topic=DOSSIER_LINKS,
                key=link.incident_id,
                subject=link.incident_id,
                at=at,
                correlation=link.incident_id,
            )

    def _posted(
        self, decision: Decision, opened: Opened[Incident], source: Record, at: datetime
    ) -> tuple[Decision, Output | None]:
        """The decision with its mail; without a way to the recipient, it is refused."""
        message = message_of(decision, opened.message, at)
        if message is None:
            return decision, None
        try:
            mail = self.sealer.seal(
                message,
                topic=mail_topic(decision.recipient),
                key=decision.incident_id,
                subject=decision.incident_id,
                at=at,
                recipient=decision.recipient,
                correlation=decision.incident_id,
                causation=opened.attributes.id,
                traceparent=_text(source.header("traceparent")),
            )
        except Refused as error:
            if error.code not in _NO_ROUTE:
                raise
            return decision.without_route(), None
        return decision, mail


def open_incident(record: Record, opener: Opener, rules: RuleBook) -> Opened[Incident]:
    """The incident in a record: signed by its own unit or the national police, and sound.

    Raises:
        Refused: with a code that names the defect.
    """
    opened = opener.open(record, Incident)
    incident = opened.message
    check(incident, rules.regions)
    if record.key != incident.incident_id.encode():
        raise Refused("wrong_key", "the record's key is not the incident's id")
    if opened.signer not in {"police", party("police", incident.unit)}:
        raise Refused(
            "signer_not_allowed", "the record is signed by another unit than the incident's"
        )
    return opened


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("ascii", "replace")
