"""Ids of traces and actions: those of the trace context, or such as derive from what was done."""

from __future__ import annotations

import hashlib
import re

from ketensluis.model.processing import ForeignOperation

__all__ = ["derived_ids", "foreign_operation", "subject_action", "trace_of"]

# W3C Trace Context, section 3.2.2, version 00.
_TRACEPARENT = re.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")


def trace_of(traceparent: str | None) -> tuple[str, str] | None:
    """The trace and the action that a `traceparent` names; None if it is not one."""
    found = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    return (found[1], found[2]) if found else None


def foreign_operation(traceparent: str | None, entity: str) -> ForeignOperation | None:
    """The action of the organisation from whose system, a URI, a message came."""
    found = trace_of(traceparent)
    if found is None:
        return None
    return ForeignOperation(trace_id=found[0], span_id=found[1], entity=entity)


def derived_ids(*derived_from: str) -> tuple[str, str]:
    """A trace and an action, the same for the same derivation."""
    digest = hashlib.sha256("\n".join(derived_from).encode()).hexdigest()
    return digest[:32], digest[32:48]


def subject_action(trace_id: str, span_id: str, place: int) -> str:
    """The child action about the data subject at that place of the action."""
    return derived_ids("subject", trace_id, span_id, str(place))[1]
