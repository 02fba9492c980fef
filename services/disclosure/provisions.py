"""What is put on record of a message that leaves: to whom, on what ground, about whom."""

from __future__ import annotations

from functools import lru_cache

from ketensluis.model.processing import ProcessingAction
from ketensluis.model.record import Output
from ketensluis.processing_log.tracing import derived_ids, trace_of
from services.disclosure.decision import Decision

__all__ = ["provision"]

_PERSON = "persons["


def provision(decision: Decision, mail: Output) -> ProcessingAction:
    """The action of a decision's message; about the persons of whom anything was let through.

    Its trace context is the message's own, by which its recipient's log refers to it.
    """
    message, agreement = decision.message, decision.agreement
    message_id = message.message_id if message else ""
    header = mail.header("traceparent")
    traced = trace_of(header.decode("ascii", "replace") if header else None)
    trace_id, span_id = traced or derived_ids(message_id)
    return ProcessingAction(
        kind="provide",
        trace_id=trace_id,
        span_id=span_id,
        recipient=decision.recipient,
        message_id=message_id,
        agreement=agreement.id if agreement else None,
        agreement_version=agreement.version if agreement else None,
        legal_basis=decision.legal_basis,
        reason=message.event if message else None,
        subjects=_shown(decision),
    )


def _shown(decision: Decision) -> tuple[int, ...]:
    """The places of these persons in the incident."""
    let_through = {
        _place(said.path)
        for said in decision.verdicts
        if said.withheld is None and said.path.startswith(_PERSON)
    }
    return tuple(sorted(let_through))


@lru_cache(maxsize=4_096)  # of paths, which are few and no personal data
def _place(path: str) -> int:
    return int(path[len(_PERSON) : path.index("]")])
