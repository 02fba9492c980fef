"""What is put on record of each processing of personal data: `processing.log`.

The fields follow the standard Logboek Dataverwerkingen (Logius), component Logboek; one message
holds what one cause led to, and is read out into one record per data subject
(`ketensluis.processing_log.lines`). A data subject's id is encrypted, and can be found only by
who has the key of the pseudonyms.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

__all__ = [
    "ForeignOperation",
    "ProcessingAction",
    "ProcessingActionKind",
    "ProcessingRecord",
    "SealedSubject",
    "SubjectIdType",
]

ProcessingActionKind = Literal["provide", "override", "consult", "erase"]
SubjectIdType = Literal["bsn", "incident_person"]


class _Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, by keyword, and closed."""


class SealedSubject(_Message, frozen=True, kw_only=True):
    """A person: an encrypted id, and keyed pseudonyms by which a request finds it.

    Attributes:
        id_type: `bsn`, or `incident_person` (incident id, a slash, the person's id in it).
        sealed: A256GCM under the record's `sealed_key`: nonce (12 bytes), ciphertext, tag.
        pseudonyms: in hexadecimal; none for a person of whom too little is known.
    """

    id_type: SubjectIdType
    sealed: bytes
    pseudonyms: tuple[str, ...] = ()


class ForeignOperation(_Message, frozen=True, kw_only=True):
    """The action of another organisation that led to this one, by its trace context."""

    trace_id: str
    span_id: str
    entity: str


class ProcessingAction(_Message, frozen=True, kw_only=True):
    """One action: a message that left, an override that counted, a look, an erasure.

    Attributes:
        trace_id: 32 hexadecimal digits; those in the `traceparent` of the message that left.
        span_id: 16 hexadecimal digits, idem.
        recipient: who got it, or for whom it was overruled.
        reason: an override's effect and reason, what was looked at, or why it was erased.
        by_role: the role that overruled or looked; `by_scope` the units or regions it is of.
        by_sealed: who looked, as the issuer of tokens names them; sealed as subjects' ids are.
        subjects: places in the record's `subjects`; of a consultation or an erasure they are
            not known: they are those of the incident's last record before it.
    """

    kind: ProcessingActionKind
    trace_id: str
    span_id: str
    recipient: str | None = None
    message_id: str | None = None
    agreement: str | None = None
    agreement_version: str | None = None
    legal_basis: tuple[str, ...] = ()
    reason: str | None = None
    by_role: str | None = None
    by_scope: str | None = None
    by_sealed: bytes | None = None
    subjects: tuple[int, ...] = ()


class ProcessingRecord(_Message, frozen=True, kw_only=True):
    """What was done with one incident's data because of one cause.

    Attributes:
        status: `error` where it failed after it had begun; as the standard's `status_code`.
        sealed_key: a JWE to the holder of the register; None where nothing is sealed.
        subjects: all persons of the incident's version; empty for a consultation.
    """

    record_id: str
    incident_id: str
    unit: str | None = None
    started_at: datetime
    ended_at: datetime
    status: Literal["unset", "ok", "error"]
    foreign: ForeignOperation | None = None
    sealed_key: bytes | None = None
    subjects: tuple[SealedSubject, ...] = ()
    actions: tuple[ProcessingAction, ...] = ()
