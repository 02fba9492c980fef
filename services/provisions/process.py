"""What a record of `processing.log` adds to the register: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from ketensluis.avro.codec import Codec
from ketensluis.errors import Refused
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.record import Record
from ketensluis.processing_log.lines import Line, Subject

__all__ = ["Row", "key_id", "known_rows", "line_row", "process"]

Row = dict[str, Any]


def process(record: Record, codec: Codec) -> ProcessingRecord:
    """What was put on record.

    Raises:
        Refused: it is no such message, or lies under another incident's key.
    """
    found = codec.decode(record.value or b"", ProcessingRecord)
    if record.key != found.incident_id.encode():
        raise Refused("wrong_key", "the record's key is not the incident's id")
    if any(each >= len(found.subjects) for action in found.actions for each in action.subjects):
        raise Refused("bad_subjects", "an action is about a person who is not in the record")
    return found


def key_id(sealed_key: bytes) -> str:
    """How the register names a key."""
    return hashlib.sha256(sealed_key).hexdigest()


def known_rows(incident_id: str, subjects: Sequence[Subject]) -> list[Row]:
    """The persons of an incident, as they are kept for the consultations that follow."""
    return [
        {
            "incident_id": incident_id,
            "place": place,
            "subject_kind": each.sealed.id_type,
            "sealed": each.sealed.sealed,
            "key_id": key_id(each.sealed_key),
            "pseudonyms": " ".join(each.sealed.pseudonyms),
        }
        for place, each in enumerate(subjects)
    ]


def line_row(line: Line) -> Row:
    """A line as it is stored."""
    action, foreign, subject = line.action, line.foreign, line.subject
    return {
        "trace_id": line.trace_id,
        "span_id": line.span_id,
        "parent_span_id": line.parent_span_id,
        "name": line.name,
        "kind": line.kind,
        "status": line.status,
        "start_time": line.start_time,
        "end_time": line.end_time,
        "activity": line.activity,
        "incident_id": line.incident_id,
        "unit": line.unit,
        "recipient": action.recipient,
        "message_id": action.message_id,
        "agreement": action.agreement,
        "agreement_version": action.agreement_version,
        "legal_basis": "\n".join(action.legal_basis),
        "reason": action.reason,
        "by_role": action.by_role,
        "by_scope": action.by_scope,
        "foreign_trace_id": foreign.trace_id if foreign else None,
        "foreign_span_id": foreign.span_id if foreign else None,
        "foreign_entity": foreign.entity if foreign else None,
        "id_type": line.id_type,
        "subject_kind": subject.sealed.id_type if subject else None,
        "sealed": subject.sealed.sealed if subject else None,
        "key_id": key_id(subject.sealed_key) if subject else None,
        "by_sealed": action.by_sealed,
        "by_key_id": key_id(line.by_key) if line.by_key else None,
        "exported": False,
    }
