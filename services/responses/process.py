"""Takes in what a party answers: the ledger's event of it, and what the police may hear.

Stateless. What is checked: the signature and its sender (the envelope); that the hub sent that
message about that incident to this party, and for which unit (the postmark in its id); that
every code is a known one. What an answer counts for beside others is the ledger's to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ketensluis.envelope.mail import Opened, Opener, Sealer
from ketensluis.envelope.postmark import Postmarks
from ketensluis.envelope.refusal import entry_record, make_entry_keys
from ketensluis.errors import Refused
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import EventKind, LedgerEvent
from ketensluis.model.messages import (
    Acceptance,
    Decision,
    Feedback,
    FeedbackNotice,
    Receipt,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.party import LEDGER_EVENTS, feedback_topic, party
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.regions import RegionMap
from ketensluis.runtime.stage import Context

__all__ = ["Answer", "Release", "ResponsesStage", "feedback_of", "ledger_event"]

Answer = Receipt | Acceptance | Rejection | SafetyAssessment | Feedback | Decision
Release = Callable[[FeedbackNotice, datetime], FeedbackNotice | None]

_ANSWERS = (Receipt, Acceptance, Rejection, SafetyAssessment, Feedback, Decision)
# (choice) How far a party's clock may run ahead of its own time of logging.
_AHEAD = timedelta(minutes=5)
_DIGEST = re.compile("[0-9a-f]{64}")


def ledger_event(
    answer: Answer, *, sender: str, unit: str, record: Record, answer_id: str
) -> LedgerEvent:
    """What the ledger is told: which rung, when, by whom; ids and codes only."""
    kind, code = _rung(answer)
    return LedgerEvent(
        event_id=derived_id("answer", sender, answer_id),
        kind=kind,
        incident_id=answer.incident_id,
        sequence=0,
        recipient=sender,
        occurred_at=answer.at,
        record=str(record.coordinates),
        unit=unit,
        region=answer.region if isinstance(answer, Rejection) else None,
        message_id=answer.message_id,
        code=code,
        digest=answer.digest if isinstance(answer, Receipt) else None,
    )


def feedback_of(answer: Answer, *, sender: str, unit: str, answer_id: str) -> FeedbackNotice | None:
    """What the reporting unit would hear: where it stands.

    A receipt is no feedback, and what could not be read is the hub's own concern.
    """
    status, code = _rung(answer)
    if status == "received" or code == "unverifiable":
        return None
    return FeedbackNotice(
        message_id=derived_id("feedback", sender, answer_id),
        incident_id=answer.incident_id,
        unit=unit,
        sender=sender,
        status=status,
        code=code,
        at=answer.at,
    )


def _rung(answer: Answer) -> tuple[EventKind, str | None]:
    match answer:
        case Receipt():
            return "received", None
        case Acceptance():
            return "accepted", None
        case Rejection():
            return "rejected", answer.reason
        case SafetyAssessment():
            return "assessed", answer.outcome
        case Feedback():
            return "feedback", answer.code
        case Decision():
            return "om_decision", answer.decision


@dataclass(frozen=True)
class ResponsesStage:
    """`responses.<party>` in; `ledger.events` and `feedback.police.<unit>` out.

    `release` is the agreement from the sender to the police: it takes away what it does not
    let through, or everything.
    """

    inputs: tuple[str, ...]
    opener: Opener
    sealer: Sealer
    postmarks: Postmarks
    regions: RegionMap
    release: Release
    name: str = "responses"
    state_topic: str | None = None

    def refers_to(self, record: Record) -> Coordinates | None:  # noqa: ARG002 - a Stage
        """An answer stands by itself."""
        return None

    def process(self, record: Record, context: Context) -> Iterator[Output]:  # noqa: ARG002
        """The outputs of one answer.

        Raises:
            Refused: the envelope's codes; `unknown_message`, `wrong_unit`, `unknown_region`,
                `bad_digest`, `answer_from_future`.
        """
        opened: Opened[Answer] = self.opener.open(record, _ANSWERS)
        answer, about = opened.message, opened.attributes
        unit = self._unit(answer, opened.signer)
        self._check(answer, about.at)
        event = ledger_event(
            answer, sender=opened.signer, unit=unit, record=record, answer_id=about.id
        )
        at = record.sent_at
        yield self.sealer.plain(
            event,
            topic=LEDGER_EVENTS,
            key=event.incident_id,
            subject=event.incident_id,
            at=at,
            correlation=event.incident_id,
            causation=about.id,
        )
        notice = feedback_of(answer, sender=opened.signer, unit=unit, answer_id=about.id)
        released = self.release(notice, at) if notice else None
        if released:
            yield self._feedback(released, at, causation=about.id)

    def refusing(self, records: Sequence[Record]) -> None:
        """The keys of their entries, at once."""
        make_entry_keys(records, self.sealer)

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """The quarantine entry: the answer is kept, and a person looks."""
        yield entry_record(quarantined(record, error), self.sealer)

    def _feedback(self, notice: FeedbackNotice, at: datetime, causation: str) -> Output:
        return self.sealer.seal(
            notice,
            topic=feedback_topic(notice.unit),
            key=notice.incident_id,
            subject=notice.incident_id,
            at=at,
            recipient=party("police", notice.unit),
            correlation=notice.incident_id,
            causation=causation,
        )

    def _unit(self, answer: Answer, sender: str) -> str:
        """The unit that the answered message was about, and nothing that the answer claims."""
        unit = self.postmarks.unit_of(
            answer.message_id,
            incident_id=answer.incident_id,
            recipient=sender,
            units=self.regions.units,
        )
        if unit is None:
            raise Refused(
                "unknown_message",
                f"{sender} was sent no such message about this incident",
                "copy incident_id and message_id from the message that is answered",
            )
        if answer.unit not in {None, unit}:
            raise Refused(
                "wrong_unit",
                "the field unit names another unit than the message that is answered",
                "copy it from that message, or leave it out",
            )
        return unit

    def _check(self, answer: Answer, logged_at: datetime) -> None:
        if answer.at > logged_at + _AHEAD:
            raise Refused(
                "answer_from_future",
                "the field at lies after the time of logging (ce_time)",
                "send an answer when it has happened; check the sender's clock",
            )
        if isinstance(answer, Rejection) and answer.region not in {None, *self.regions.regions}:
            raise Refused(
                "unknown_region",
                "the field region names no Veilig Thuis region",
                "name it as in reference/gemeenten.csv, or leave it out",
            )
        if isinstance(answer, Receipt) and _DIGEST.fullmatch(answer.digest) is None:
            raise Refused(
                "bad_digest",
                "the field digest is not a SHA-256 in hexadecimal",
                "give the digest of the signed value that was received",
            )
