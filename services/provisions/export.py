"""Hands the register's lines over to a log elsewhere, by OTLP over HTTP.

A line is marked only once the receiver has confirmed it; what was not confirmed is sent again,
under the same ids, by which a repeat is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx
from sqlalchemy import Engine, RowMapping, false, select, tuple_, update

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.model.processing import ForeignOperation, ProcessingAction, SealedSubject
from ketensluis.processing_log.lines import Line, Subject
from ketensluis.processing_log.otlp import CONTENT_TYPE, encode, rejected
from services.provisions.tables import keys, lines

__all__ = ["Exporter"]

_AT_ONCE = 500
_TIMEOUT_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Exporter:
    """Sends to one OTLP endpoint, e.g. `https://log.example:4318`.

    Raises:
        KetensluisError: `bad_otlp_endpoint`: not https, other than on this machine.
    """

    def __init__(self, engine: Engine, endpoint: str) -> None:
        self.rejected = 0
        """How many lines the receiver confirmed but did not want, so far."""
        _must_be_secure(endpoint)
        self._writer = engine.execution_options(writes=True)
        self._url = f"{endpoint.rstrip('/')}/v1/traces"
        self._version = version("ketensluis")

    def export(self) -> int:
        """Send the next lines, the oldest first; how many were confirmed, 0 if none waits.

        Raises:
            Unavailable: `log_away`: the receiver does not answer, or not with a confirmation.
        """
        waiting = self._waiting()
        if not waiting:
            return 0
        body = encode([_line(row) for row in waiting], self._version)
        try:
            answer = httpx.post(
                self._url,
                content=body,
                headers={"Content-Type": CONTENT_TYPE},
                timeout=_TIMEOUT_SECONDS,
            )
            if answer.status_code != HTTPStatus.OK:
                raise _away(f"HTTP {answer.status_code}")
            # "The client MUST NOT retry" what was rejected (OTLP, Partial Success).
            self.rejected += rejected(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise _away(type(error).__name__) from error
        self._mark(waiting)
        return len(waiting)

    def _waiting(self) -> Sequence[RowMapping]:
        by = keys.alias("by_keys")
        asked = (
            select(lines, keys.c.sealed_key, by.c.sealed_key.label("by_key"))
            .join_from(lines, keys, lines.c.key_id == keys.c.key_id, isouter=True)
            .join(by, lines.c.by_key_id == by.c.key_id, isouter=True)
            .where(lines.c.exported.is_(false()))
            .order_by(lines.c.start_time, lines.c.trace_id, lines.c.span_id)
            .limit(_AT_ONCE)
        )
        with self._writer.connect() as connection:
            return connection.execute(asked).mappings().all()

    def _mark(self, rows: Sequence[RowMapping]) -> None:
        ids = [(row["trace_id"], row["span_id"]) for row in rows]
        these = tuple_(lines.c.trace_id, lines.c.span_id).in_(ids)
        traces = lines.c.trace_id.in_(sorted({trace for trace, _ in ids}))
        with self._writer.begin() as connection:
            connection.execute(update(lines).where(traces, these).values(exported=True))


def _must_be_secure(endpoint: str) -> None:
    """The standard's log enforces TLS (component Logboek); nothing goes out without it."""
    parts = urlsplit(endpoint)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise KetensluisError(
            "bad_otlp_endpoint",
            "KETENSLUIS_OTLP_ENDPOINT is not an https address",
            "give one, e.g. https://log.example:4318",
        )


def _away(why: str) -> Unavailable:
    return Unavailable(
        "log_away",
        f"the log at KETENSLUIS_OTLP_ENDPOINT did not confirm ({why})",
        "see whether it runs; what waits is sent when it answers",
    )


def _line(row: RowMapping) -> Line:
    names = ("recipient", "message_id", "agreement", "agreement_version", "reason", "by_role")
    action = ProcessingAction(
        kind=row["kind"],
        trace_id=row["trace_id"],
        span_id=row["span_id"],
        legal_basis=tuple(row["legal_basis"].splitlines()),
        by_scope=row["by_scope"],
        by_sealed=row["by_sealed"],
        **{name: row[name] for name in names},
    )
    foreign = subject = None
    if row["foreign_trace_id"] is not None:
        foreign = ForeignOperation(
            trace_id=row["foreign_trace_id"],
            span_id=row["foreign_span_id"],
            entity=row["foreign_entity"],
        )
    if row["sealed"] is not None:
        sealed = SealedSubject(id_type=row["subject_kind"], sealed=row["sealed"])
        subject = Subject(sealed, row["sealed_key"])
    same = ("trace_id", "span_id", "parent_span_id", "name", "kind", "status", "start_time",
            "end_time", "activity", "incident_id", "unit", "by_key",
            "id_type")  # fmt: skip
    return Line(
        action=action, foreign=foreign, subject=subject, **{name: row[name] for name in same}
    )
