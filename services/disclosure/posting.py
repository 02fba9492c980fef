"""How what was decided becomes records: mail, ledger events, requests, links, quarantine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec.structs import replace

from ketensluis.envelope.mail import Opened, Sealer
from ketensluis.envelope.refusal import entry_record
from ketensluis.errors import Refused
from ketensluis.model.dossier import DossierLink
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import DisclosureRequest, Quarantined
from ketensluis.model.party import (
    DOSSIER_LINKS,
    LEDGER_EVENTS,
    PROCESSING_LOG,
    REQUESTS,
    mail_topic,
)
from ketensluis.model.record import Output, Record
from ketensluis.processing_log.recording import Recorder, overruled
from ketensluis.processing_log.tracing import foreign_operation
from services.disclosure.correspondence import message_of
from services.disclosure.decision import Decision
from services.disclosure.provisions import provision

__all__ = ["Posting"]

# The directory's answers that mean: there is no way to this recipient.
_NO_ROUTE = frozenset({"unknown_party", "no_certificate"})


@dataclass(frozen=True, slots=True)
class Posting:
    """Makes records in the hub's name; all but mail stay in the hub, and are not sealed."""

    sealer: Sealer
    recorder: Recorder

    def processing(
        self,
        opened: Opened[Incident],
        posted: Iterable[tuple[Decision, Output | None]],
        request: DisclosureRequest | None,
        source: Record,
        trigger: Record,
        at: datetime,
    ) -> Output:
        """What is put on record of all this; in the same transaction, so no record, no mail.

        Raises:
            Unavailable: `no_register`: it cannot be put on record, and nothing may leave.
        """
        incident = opened.message
        actions = [provision(decision, mail) for decision, mail in posted if mail is not None]
        if request is not None and request.override is not None:
            actions.append(overruled(request.override, len(incident.persons)))
        record = self.recorder.record(
            incident,
            actions,
            cause=str(trigger.coordinates),
            at=at,
            foreign=foreign_operation(
                _text(source.header("traceparent")), opened.attributes.source
            ),
        )
        return self._plain(record, PROCESSING_LOG, incident.incident_id, at, opened.attributes.id)

    def mail(
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

    def event(self, event: LedgerEvent, at: datetime, causation: str | None = None) -> Output:
        """A ledger event."""
        return self._plain(event, LEDGER_EVENTS, event.incident_id, at, causation)

    def request(self, request: DisclosureRequest, at: datetime) -> Output:
        """A request, put where the incident's own record lies: there its memory is."""
        asked = self._plain(request, REQUESTS, request.incident_id, at)
        return replace(asked, partition=request.partition)

    def link(self, link: DossierLink, at: datetime) -> Output:
        """What the dossiers are told of a version."""
        return self._plain(link, DOSSIER_LINKS, link.incident_id, at)

    def quarantine(self, entry: Quarantined) -> Output:
        """The entry of a refused record."""
        return entry_record(entry, self.sealer)

    def _plain(
        self,
        message: msgspec.Struct,
        topic: str,
        incident_id: str,
        at: datetime,
        causation: str | None = None,
    ) -> Output:
        return self.sealer.plain(
            message,
            topic=topic,
            key=incident_id,
            subject=incident_id,
            at=at,
            correlation=incident_id,
            causation=causation,
        )


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("ascii", "replace")
