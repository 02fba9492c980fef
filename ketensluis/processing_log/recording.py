"""Puts together what goes on record: of decisions by the hub, of looks at the work list."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ketensluis.errors import Refused, Unavailable
from ketensluis.model.ids import derived_id
from ketensluis.model.incident import Incident
from ketensluis.model.override import Override
from ketensluis.model.processing import (
    ForeignOperation,
    ProcessingAction,
    ProcessingRecord,
    SealedSubject,
)
from ketensluis.processing_log.sealing import SubjectSealer
from ketensluis.processing_log.subjects import identified, pseudonyms_of
from ketensluis.processing_log.tracing import derived_ids

__all__ = ["Recorder", "consultations", "overruled"]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Makes the record of what one cause led to, with the incident's persons in it.

    `key` is that of the pseudonyms by which a person's request finds them.
    """

    sealer: SubjectSealer
    key: bytes = field(repr=False)

    def record(
        self,
        incident: Incident,
        actions: Iterable[ProcessingAction],
        *,
        cause: str,
        at: datetime,
        foreign: ForeignOperation | None,
    ) -> ProcessingRecord:
        """The record; `cause` is where the record lies that led to it.

        Raises:
            Unavailable: `no_register`: the ids cannot be encrypted, so nothing may be done.
        """
        persons = incident.persons
        named = [identified(each, incident) for each in persons]
        sealed_key: bytes | None = None
        sealed: list[bytes] = []
        if named:
            ids = (each for _, each in named)
            sealed_key, sealed = _sealed(self.sealer, ids, incident.incident_id, at)
        return ProcessingRecord(
            record_id=derived_id("processing", cause),
            incident_id=incident.incident_id,
            unit=incident.unit,
            started_at=at,
            ended_at=at,
            status="ok",
            foreign=foreign,
            sealed_key=sealed_key,
            subjects=tuple(
                [
                    SealedSubject(
                        id_type=id_type, sealed=each, pseudonyms=pseudonyms_of(person, self.key)
                    )
                    for (id_type, _), each, person in zip(named, sealed, persons, strict=True)
                ]
            ),
            actions=tuple(actions),
        )


def overruled(override: Override, subjects: int) -> ProcessingAction:
    """The action of an override that counted; it is about all persons of the incident."""
    trace_id, span_id = derived_ids("override", override.override_id)
    return ProcessingAction(
        kind="override",
        trace_id=trace_id,
        span_id=span_id,
        recipient=override.recipient,
        reason=f"{override.effect}: {override.reason}",
        by_role=override.by_role,
        subjects=tuple(range(subjects)),
    )


def consultations(
    what: str,
    incident_ids: Iterable[str],
    *,
    by_role: str,
    by_scope: str,
    at: datetime,
    by: str | None = None,
    sealer: SubjectSealer | None = None,
) -> list[ProcessingRecord]:
    """A record for each incident that somebody was shown; `what` names the page or answer.

    `by` is who it was, where that is known; it is sealed for the register.

    Raises:
        Unavailable: `no_register`: it cannot be sealed, so nothing may be shown.
    """
    trace_id = secrets.token_hex(16)
    found = []
    for incident_id in sorted(set(incident_ids)):
        span_id = secrets.token_hex(8)
        sealed_key, by_sealed = None, None
        if by is not None and sealer is not None:
            sealed_key, (by_sealed,) = _sealed(sealer, [by], incident_id, at)
        action = ProcessingAction(
            kind="consult",
            trace_id=trace_id,
            span_id=span_id,
            reason=what,
            by_role=by_role,
            by_scope=by_scope,
            by_sealed=by_sealed,
        )
        found.append(
            ProcessingRecord(
                record_id=derived_id("processing", trace_id, span_id),
                incident_id=incident_id,
                started_at=at,
                ended_at=at,
                status="ok",
                sealed_key=sealed_key,
                actions=(action,),
            )
        )
    return found


def _sealed(
    sealer: SubjectSealer, ids: Iterable[str], incident_id: str, at: datetime
) -> tuple[bytes, list[bytes]]:
    try:
        return sealer.seal(ids, incident_id, at)
    except Refused as error:
        raise Unavailable(
            "no_register",
            "nobody can be put on record: the register has no valid certificate",
            "put its current certificate in the directory; until then nothing is provided",
        ) from error
