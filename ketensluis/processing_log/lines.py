"""A record read out into lines of the standard Logboek Dataverwerkingen, one per data subject.

Of each action there is a line without a data subject, and under it one child action for each
(component Applicatie, "Loggen van Dataverwerkingen met persoonsgegevens").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ketensluis.model.processing import (
    ForeignOperation,
    ProcessingAction,
    ProcessingActionKind,
    ProcessingRecord,
    SealedSubject,
)
from ketensluis.processing_log.activities import Activities
from ketensluis.processing_log.tracing import subject_action

__all__ = ["Line", "Subject", "lines_of"]

# Who does these does not know the persons: they are those of the incident's record before.
_OF_BEFORE = frozenset({"consult", "erase"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A data subject: the sealed id, the key that opens it, and the pseudonyms."""

    sealed: SealedSubject
    sealed_key: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log; names as the standard has them where it has one.

    `activity` is its `dpl.core.processing_activity_id`, `id_type` its
    `dpl.core.data_subject_id_type`, `by_key` the key of the action's `by_sealed`.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    kind: ProcessingActionKind
    status: str
    start_time: datetime
    end_time: datetime
    activity: str
    incident_id: str
    unit: str | None
    action: ProcessingAction
    foreign: ForeignOperation | None
    by_key: bytes | None = None
    subject: Subject | None = None
    id_type: str | None = None


def lines_of(
    record: ProcessingRecord, known: Sequence[Subject], activities: Activities
) -> Iterator[Line]:
    """The lines of the record; `known` are the incident's persons by what came before it.

    Raises:
        KetensluisError: `no_activity`.
    """
    own = [Subject(each, record.sealed_key or b"") for each in record.subjects]
    for action in record.actions:
        activity = activities.of(action.kind, action.recipient, record.started_at)
        line = Line(
            trace_id=action.trace_id,
            span_id=action.span_id,
            parent_span_id=None,
            name=activity.name,
            kind=action.kind,
            status=record.status,
            start_time=record.started_at,
            end_time=record.ended_at,
            activity=activity.id,
            incident_id=record.incident_id,
            unit=record.unit,
            action=action,
            foreign=record.foreign,
            by_key=record.sealed_key if action.by_sealed is not None else None,
        )
        yield line
        about = known if action.kind in _OF_BEFORE else [own[each] for each in action.subjects]
        for place, subject in enumerate(about):
            yield _about(line, place, subject, activities)


def _about(line: Line, place: int, subject: Subject, activities: Activities) -> Line:
    return replace(
        line,
        span_id=subject_action(line.trace_id, line.span_id, place),
        parent_span_id=line.span_id,
        subject=subject,
        id_type=activities.subject_id_types[subject.sealed.id_type],
    )
