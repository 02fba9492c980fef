"""The disclosure stage: an incident record in; referrals, notices and ledger events out.

Exactly once is the runtime's: outputs, memory and offset are one transaction. What an answer
needs of earlier records (versions seen, messages sent) is the stage's memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from ketensluis.avro.codec import Codec
from ketensluis.classification.dossiers import link_of
from ketensluis.envelope.mail import Opened, Opener, Sealer
from ketensluis.envelope.refusal import make_entry_keys
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake import check
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.override import Override
from ketensluis.model.party import HISTORY, HUB, INCIDENTS, OVERRIDES, REQUESTS, party
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.processing_log.recording import Recorder
from ketensluis.processing_log.sealing import SubjectSealer
from ketensluis.runtime.stage import Context
from services.disclosure.decide import decide
from services.disclosure.decision import is_news
from services.disclosure.history import fold
from services.disclosure.ledger_events import event_of, override_event, quarantine_event
from services.disclosure.posting import Posting
from services.disclosure.requests import asked_anew, check_request, decision_time, overriding
from services.disclosure.rules import RuleBook

__all__ = ["DisclosureStage", "open_incident", "open_incidents"]


@dataclass(frozen=True)
class DisclosureStage:
    """Incidents, overrides and requests in; mail, `ledger.events` and `dossier.links` out."""

    opener: Opener
    sealer: Sealer
    codec: Codec
    rules: RuleBook
    name: str = "disclosure"
    inputs: tuple[str, ...] = (INCIDENTS, OVERRIDES, REQUESTS)
    state_topic: str | None = HISTORY

    @cached_property
    def _posting(self) -> Posting:
        # The register of what was processed is the hub's own: whoever holds its keys reads it.
        register = partial(self.sealer.certificate_of, HUB)
        key = self.rules.pseudonyms.provisions_key
        return Posting(self.sealer, Recorder(SubjectSealer(register), key))

    def refers_to(self, record: Record) -> Coordinates | None:
        """The incident record that a request asks to decide again."""
        if record.coordinates.topic != REQUESTS:
            return None
        request = self.opener.plain(record, DisclosureRequest)
        return Coordinates(request.topic, request.partition, request.offset)

    def process(self, record: Record, context: Context) -> Iterable[Output]:
        """The outputs of one record; the decision time is the record's Kafka timestamp.

        Raises:
            Refused: the record is not sound, not the police's, or conflicts with an earlier one.
        """
        match record.coordinates.topic:
            case topic if topic == OVERRIDES:
                return [self._override(record, context)]
            case topic if topic == REQUESTS:
                return self._asked(record, context)
            case _:
                return self._decided(record, record, context, None)

    def refusing(self, records: Sequence[Record]) -> None:
        """The keys of their entries, at once."""
        make_entry_keys(records, self.sealer)

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """The quarantine entry, and the ledger's event of it where the incident is known."""
        entry = quarantined(record, error)
        yield self._posting.quarantine(entry)
        if entry.incident_id is not None:
            yield self._posting.event(quarantine_event(entry), entry.at)

    def _override(self, record: Record, context: Context) -> Output:
        """An override becomes a request, by which it is decided, and found again by replay."""
        opened = self.opener.open(record, Override)
        override = opened.message
        if record.key != override.incident_id.encode():
            raise Refused("wrong_key", "the record's key is not the incident's id")
        history = self._remembered(override.incident_id, context)
        at = decision_time(record, record)
        request = overriding(override, opened.signer, history, at, self.rules.knows)
        return self._posting.request(request, at)

    def _asked(self, record: Record, context: Context) -> Iterable[Output]:
        request = self.opener.plain(record, DisclosureRequest)
        if context.referred is None:
            raise Refused("no_record", "the request names no record to decide again")
        return self._decided(context.referred, record, context, request)

    def _decided(
        self, source: Record, trigger: Record, context: Context, request: DisclosureRequest | None
    ) -> Iterator[Output]:
        opened = open_incident(source, self.opener, self.rules)
        incident = opened.message
        history = self._remembered(incident.incident_id, context)
        at = decision_time(source, trigger)
        if request is not None:
            check_request(request, incident)
            if history is not None and request.request_id in history.requests:
                return
            anew = asked_anew(request, incident, history)
            if anew is not None:
                yield self._posting.request(anew, at)
                return
        decisions = decide(incident, at=at, history=history, rules=self.rules, request=request)
        posted = [self._posting.mail(decision, opened, source, at) for decision in decisions]
        after = fold(
            history,
            incident,
            [decision for decision, _ in posted],
            rules=self.rules,
            coordinates=source.coordinates,
            at=at,
            request=request,
        )
        if request is not None or is_news(decisions):
            yield self._posting.processing(opened, posted, request, source, trigger, at)
        if request is not None and request.override is not None:
            overruled = override_event(request.override, after, source, trigger, at)
            yield self._posting.event(overruled, at)
        for decision, mail in posted:
            if mail is not None:
                yield mail
            event = event_of(
                decision, incident, after, record=source, trigger=trigger, at=at, rules=self.rules
            )
            yield self._posting.event(event, at, causation=opened.attributes.id)
        context.state.put(incident.incident_id.encode(), self.codec.encode(after))
        if request is None and is_news(decisions):
            link = link_of(
                incident,
                self.rules.pseudonyms.dossier_key,
                coordinates=source.coordinates,
                heard=history.evidence if history else (),
            )
            if link.keys or history is not None:  # else it shares nothing, and never did
                yield self._posting.link(link, at)

    def _remembered(self, incident_id: str, context: Context) -> IncidentHistory | None:
        stored = context.state.get(incident_id.encode())
        return None if stored is None else self.codec.decode(stored, IncidentHistory)


def open_incident(record: Record, opener: Opener, rules: RuleBook) -> Opened[Incident]:
    """The incident in a record: signed by its own unit or the national police, and sound.

    Raises:
        Refused: with a code that names the defect.
    """
    return _checked(record, opener.open(record, Incident), rules)


def open_incidents(
    records: Sequence[Record], opener: Opener, rules: RuleBook
) -> list[Incident | Refused]:
    """The incident in each record, or why it is refused: as one by one, but faster."""
    found: list[Incident | Refused] = []
    for record, opened in zip(records, opener.open_all(records, Incident), strict=True):
        if isinstance(opened, Refused):
            found.append(opened)
            continue
        try:
            found.append(_checked(record, opened, rules).message)
        except Refused as error:
            found.append(error)
    return found


def _checked(record: Record, opened: Opened[Incident], rules: RuleBook) -> Opened[Incident]:
    incident = opened.message
    check(incident, rules.regions)
    if record.key != incident.incident_id.encode():
        raise Refused("wrong_key", "the record's key is not the incident's id")
    if opened.signer not in {"police", party("police", incident.unit)}:
        raise Refused(
            "signer_not_allowed", "the record is signed by another unit than the incident's"
        )
    return opened
