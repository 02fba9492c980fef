"""Lines as OTLP: an ExportTraceServiceRequest in protobuf, and what a receiver answers.

The standard recommends OTLP between application and log. A line is a span; its status has the
same three values. `foreign_operation` is a link of the span, with `entity` as its attribute
(choice: the standard does not say how OTLP carries it).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from ketensluis.processing_log.lines import Line

__all__ = ["CONTENT_TYPE", "encode", "rejected"]

CONTENT_TYPE: Final = "application/x-protobuf"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATUS: Final[dict[str, Status.StatusCode.ValueType]] = {
    "unset": Status.STATUS_CODE_UNSET,
    "ok": Status.STATUS_CODE_OK,
    "error": Status.STATUS_CODE_ERROR,
}


def encode(lines: Iterable[Line], version: str) -> bytes:
    """The request that hands these lines over; `version` is that of this software."""
    resource = Resource(
        attributes=[_text("service.name", "ketensluis"), _text("service.version", version)]
    )
    spans = ScopeSpans(spans=[_span(each) for each in lines])
    request = ExportTraceServiceRequest(
        resource_spans=[ResourceSpans(resource=resource, scope_spans=[spans])]
    )
    return bytes(request.SerializeToString())


def rejected(answer: bytes) -> int:
    """How many spans the receiver did not take (OTLP, "Partial Success").

    Raises:
        ValueError: the answer is not one.
    """
    try:
        read = ExportTraceServiceResponse.FromString(answer)
    except Exception as error:  # protobuf's own, of which the pure and the C build differ
        raise ValueError("not an ExportTraceServiceResponse") from error
    return int(read.partial_success.rejected_spans)


def _span(line: Line) -> Span:
    action = line.action
    attributes = [_text("dpl.core.processing_activity_id", line.activity)]
    if line.subject is not None:
        sealed = base64.urlsafe_b64encode(line.subject.sealed.sealed).decode()
        attributes += [
            _text("dpl.core.data_subject_id", sealed),
            _text("dpl.core.data_subject_id_type", line.id_type or ""),
            _text("ketensluis.data_subject_key", line.subject.sealed_key.decode("ascii")),
        ]
    own = {
        "ketensluis.incident_id": line.incident_id,
        "ketensluis.unit": line.unit,
        "ketensluis.recipient": action.recipient,
        "ketensluis.message_id": action.message_id,
        "ketensluis.agreement": action.agreement,
        "ketensluis.agreement_version": action.agreement_version,
        "ketensluis.reason": action.reason,
        "ketensluis.by_role": action.by_role,
        "ketensluis.by_scope": action.by_scope,
    }
    attributes += [_text(name, value) for name, value in own.items() if value]
    if action.by_sealed is not None and line.by_key is not None:
        attributes += [
            _text("ketensluis.by", base64.urlsafe_b64encode(action.by_sealed).decode()),
            _text("ketensluis.by_key", line.by_key.decode("ascii")),
        ]
    if action.legal_basis:
        attributes.append(_texts("ketensluis.legal_basis", action.legal_basis))
    foreign = line.foreign
    return Span(
        trace_id=bytes.fromhex(line.trace_id),
        span_id=bytes.fromhex(line.span_id),
        parent_span_id=bytes.fromhex(line.parent_span_id or ""),
        name=line.name,
        kind=Span.SPAN_KIND_INTERNAL,
        start_time_unix_nano=_nanoseconds(line.start_time),
        end_time_unix_nano=_nanoseconds(line.end_time),
        attributes=attributes,
        links=[
            Span.Link(
                trace_id=bytes.fromhex(foreign.trace_id),
                span_id=bytes.fromhex(foreign.span_id),
                attributes=[_text("entity", foreign.entity)],
            )
        ]
        if foreign
        else [],
        status=Status(code=_STATUS[line.status]),
    )


def _text(name: str, value: str) -> KeyValue:
    return KeyValue(key=name, value=AnyValue(string_value=value))


def _texts(name: str, values: Iterable[str]) -> KeyValue:
    several = ArrayValue(values=[AnyValue(string_value=each) for each in values])
    return KeyValue(key=name, value=AnyValue(array_value=several))


def _nanoseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000
