"""A register under test: fed with what disclosure and the work list put on record."""

from __future__ import annotations

from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from disclosure_world import CODEC, World
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from sqlalchemy import Engine

from ketensluis.model.party import PROCESSING_LOG
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.model.resources import resource
from ketensluis.processing_log.activities import load_activities
from services.provisions.projection import Register

ACTIVITIES = load_activities(resource("reference"))


class RegisterRig:
    """A register, and the one partition that is read into it."""

    def __init__(self, engine: Engine, world: World) -> None:
        self.engine = engine
        self.world = world
        self.register = Register(engine, CODEC, ACTIVITIES)
        self.log: list[Record] = []

    def tell(self, *outputs: Output) -> list[Record]:
        """Let what is for the log of these come in as one batch."""
        told = [
            Record(
                Coordinates(PROCESSING_LOG, 0, len(self.log) + place),
                each.key, each.value, each.headers, 0,
            )
            for place, each in enumerate(
                each for each in outputs if each.topic == PROCESSING_LOG
            )
        ]  # fmt: skip
        self.apply(told)
        self.log += told
        return told

    def apply(self, records: Sequence[Record]) -> None:
        self.register.apply(records, self.register.positions())

    def sealed(self, record: ProcessingRecord) -> Output:
        return self.world.sealer("hub").plain(
            record, topic=PROCESSING_LOG, key=record.incident_id, subject=record.incident_id,
            at=record.started_at,
        )  # fmt: skip


class Collector:
    """A receiver of OTLP over HTTP that reads with the protocol's own classes."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        self.status = 200
        self.rejects = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.status == 200:
                    assert self.path == "/v1/traces"
                    assert self.headers["Content-Type"] == "application/x-protobuf"
                    outer.requests.append(ExportTraceServiceRequest.FromString(body))
                partial = ExportTracePartialSuccess(rejected_spans=outer.rejects)
                answer = ExportTraceServiceResponse(partial_success=partial).SerializeToString()
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource_spans in request.resource_spans
            for scope in resource_spans.scope_spans
            for span in scope.spans
        ]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def attributes(span: Span) -> dict[str, str]:
    """Its attributes that are texts."""
    return {each.key: each.value.string_value for each in span.attributes}
