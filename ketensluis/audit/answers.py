"""Whether what the ledger tells of a party's answer is what that party signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from ketensluis.audit.findings import Findings
from ketensluis.audit.removals import Removals
from ketensluis.audit.sources import Mail, Source
from ketensluis.envelope.message_types import type_of
from ketensluis.envelope.opening import Decode
from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import (
    Acceptance,
    Decision,
    Feedback,
    Receipt,
    Rejection,
    SafetyAssessment,
)
from ketensluis.model.party import responses_topic
from ketensluis.model.record import Record

__all__ = ["ANSWER_OF", "AnswersAudit"]

_TYPES: Final[Mapping[str, type[msgspec.Struct]]] = {
    "received": Receipt, "accepted": Acceptance, "rejected": Rejection,
    "assessed": SafetyAssessment, "feedback": Feedback, "om_decision": Decision,
}  # fmt: skip
_KINDS: Final = {type_of(each).ce_type.encode(): kind for kind, each in _TYPES.items()}
ANSWER_OF: Final = {kind: each.decode().split(".")[-2] for each, kind in _KINDS.items()}
"""Of each kind of ledger event that an answer leads to, the name of the answer's message type."""
_OPEN: Final[Mapping[str, type[Receipt | Acceptance | Rejection]]] = {
    "received": Receipt, "accepted": Acceptance, "rejected": Rejection,
}  # fmt: skip


class _Answer(NamedTuple):
    """An answer: of which party, of which kind, to which message; None where it is sealed."""

    topic: str
    kind: str
    message_id: str | None


class _Told(NamedTuple):
    """The same, as the ledger tells it, and where the record is said to lie."""

    answer: _Answer
    record: str
    digest: str | None
    source: Source


@dataclass
class AnswersAudit:
    """Give it every answer and every ledger event; then let it conclude."""

    findings: Findings
    decode: Decode
    counts: Counter[str] = field(default_factory=Counter)
    answered: set[str] = field(default_factory=set)
    """The messages that the ledger knows an answer to, whatever it is worth."""
    _signed: dict[str, _Answer] = field(default_factory=dict)
    _told: list[_Told] = field(default_factory=list)

    def record(self, place: str, record: Record) -> None:
        """What lies on a topic of answers."""
        kind = _KINDS.get(record.header("ce_type") or b"")
        if kind is not None:
            message_id = self._message(record, kind)
            self._signed[place] = _Answer(record.coordinates.topic, kind, message_id)

    def _message(self, record: Record, kind: str) -> str | None:
        """The message that is answered: a header may say so, the value must."""
        if cause := record.header("ce_causationid"):
            return cause.decode(errors="replace")
        with suppress(Refused):
            if kind in _OPEN:
                return self.decode(record.value or b"", _OPEN[kind]).message_id
        return None

    def event(self, event: LedgerEvent, source: Source) -> None:
        """What the ledger tells, if it is of an answer."""
        if event.kind not in _TYPES or event.message_id is None:
            return
        self.answered.add(event.message_id)
        self.counts["receipts"] += event.kind == "received"
        answer = _Answer(responses_topic(event.recipient or ""), event.kind, event.message_id)
        self._told.append(_Told(answer, event.record, event.digest, source))

    def conclude(
        self, letters: Mapping[str, Mail], removals: Removals, there: Container[str]
    ) -> None:
        """Hold what was told against what was signed, and a receipt against the message.

        `there` are the places of all records; what is not there at all is found as that.
        """
        for told in self._told:
            topic, kind, message_id = told.answer
            gone = told.record.startswith(f"{topic}[") and told.record not in there
            if not gone and not _same(self._signed.get(told.record), told.answer):
                said = f"{told.record} is no {ANSWER_OF[kind]} of message {message_id}"
                code = "no_signed_receipt" if kind == "received" else "no_signed_answer"
                self.findings.contradicts(told.source.timestamp_ms, code, told.source.place, said)
            elif kind == "received" and not removals.message(message_id):
                # Else its text is gone, and with it what could be compared.
                self._of_message(told, letters.get(message_id or ""))

    def _of_message(self, told: _Told, mail: Mail | None) -> None:
        if mail is not None and mail.digest == told.digest:
            return
        said = f"what was received is not message {told.answer.message_id} as it was sent"
        find = self.findings.lacking if mail is None else self.findings.contradicts
        find(told.source.timestamp_ms, "receipt_of_other", told.source.place, said)


def _same(found: _Answer | None, told: _Answer) -> bool:
    return found is not None and (
        found == told or (found.message_id is None and found[:2] == told[:2])
    )
