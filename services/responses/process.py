"""Takes in what a party answers: the ledger's event of it, and what the police may hear.

Stateless: that an answer fits a message that was sent is the ledger's to judge, which knows
what was sent; here its signature, its sender and its form are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ketensluis.envelope.mail import Opened, Opener, Sealer
from ketensluis.errors import Refused
from ketensluis.model.ids import derived_id
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import (
    Acceptance,
    Decision,
    Feedback,
    FeedbackNotice,
    Receipt,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.party import LEDGER_EVENTS, QUARANTINE, feedback_topic, party
from ketensluis.model.quarantine import quarantined
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.stage import Context

__all__ = ["Answer", "Release", "ResponsesStage", "feedback_of", "ledger_event"]

Answer = Receipt | Acceptance | Rejection | SafetyAssessment | Feedback | Decision
Release = Callable[[FeedbackNotice, datetime], FeedbackNotice | None]

_ANSWERS = (Receipt, Acceptance, Rejection, SafetyAssessment, Feedback, Decision)
# (choice) How far a party's clock may run ahead of its own time of logging.
_AHEAD = timedelta(minutes=5)


def ledger_event(answer: Answer, sender: str, record: Record, answer_id: str) -> LedgerEvent:
    """What the ledger is told: which rung, when, by whom; codes only."""
    kind, code = _rung(answer)
    return LedgerEvent(
        event_id=derived_id("answer", sender, answer_id),
        kind=kind,  # type: ignore[arg-type]
        incident_id=answer.incident_id,
        sequence=0,
        recipient=sender,
        occurred_at=answer.at,
        record=str(record.coordinates),
        unit=answer.unit,
        region=answer.region if isinstance(answer, Rejection) else None,
        message_id=answer.message_id,
        code=code,
        digest=answer.digest if isinstance(answer, Receipt) else None,
    )


def feedback_of(answer: Answer, sender: str) -> FeedbackNotice | None:
    """What the reporting unit would hear: where it stands. A receipt is no feedback."""
    if isinstance(answer, Receipt) or answer.unit is None:
        return None
    status, code = _rung(answer)
    return FeedbackNotice(
        message_id=derived_id("feedback", sender, status, answer.message_id, str(answer.at)),
        incident_id=answer.incident_id,
        unit=answer.unit,
        sender=sender,
        status=status,
        code=code,
        at=answer.at,
    )


def _rung(answer: Answer) -> tuple[str, str | None]:
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
    units: frozenset[str]
    release: Release
    name: str = "responses"
    state_topic: str | None = None

    def refers_to(self, record: Record) -> Coordinates | None:  # noqa: ARG002 - a Stage
        """An answer stands by itself."""
        return None

    def process(self, record: Record, context: Context) -> Iterator[Output]:  # noqa: ARG002
        """The outputs of one answer."""
        opened: Opened[Answer] = self.opener.open(record, _ANSWERS)
        answer = opened.message
        self._check(opened)
        event = ledger_event(answer, opened.signer, record, opened.attributes.id)
        at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
        yield self.sealer.plain(
            event, topic=LEDGER_EVENTS, key=event.incident_id, subject=event.incident_id, at=at
        )
        notice = feedback_of(answer, opened.signer)
        released = self.release(notice, at) if notice else None
        if released:
            yield self._feedback(released, at, causation=opened.attributes.id)

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """The quarantine entry: the answer is kept, and a person looks."""
        entry = quarantined(record, error)
        yield self.sealer.plain(
            entry,
            topic=QUARANTINE,
            key=entry.quarantine_id,
            subject=entry.incident_id or entry.quarantine_id,
            at=entry.at,
        )

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

    def _check(self, opened: Opened[Answer]) -> None:
        answer = opened.message
        if answer.unit is not None and answer.unit not in self.units:
            raise Refused(
                "unknown_unit",
                "the field unit names no police unit",
                "copy it from the referral that is answered",
            )
        if answer.at > opened.attributes.at + _AHEAD:
            raise Refused(
                "answer_from_future",
                "the field at lies after the time of logging (ce_time)",
                "send an answer when it has happened; check the sender's clock",
            )
