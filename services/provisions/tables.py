"""The register's tables. Ids of data subjects are encrypted, and found by keyed pseudonyms.

All of it follows from the topic `processing.log`, but for what was exported already.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
)

from ketensluis.runtime.database import Instant

__all__ = ["found_by", "keys", "known", "lines", "metadata", "positions", "unreadable"]

metadata = MetaData()


def _text(name: str, *, null: bool = True) -> Column[str]:
    return Column(name, Text, nullable=null)


def _instant(name: str) -> Column[datetime]:
    return Column(name, Instant, nullable=False)


def _line_key() -> tuple[Column[Any], ...]:
    return (
        Column("trace_id", Text, primary_key=True),
        Column("span_id", Text, primary_key=True),
    )


lines = Table(
    "lines", metadata,
    *_line_key(), _text("parent_span_id"), _text("name", null=False), _text("kind", null=False),
    _text("status", null=False), _instant("start_time"), _instant("end_time"),
    _text("activity", null=False), _text("incident_id", null=False), _text("unit"),
    _text("recipient"), _text("message_id"), _text("agreement"), _text("agreement_version"),
    _text("legal_basis", null=False), _text("reason"), _text("by_role"), _text("by_scope"),
    _text("foreign_trace_id"), _text("foreign_span_id"), _text("foreign_entity"),
    _text("id_type"), _text("subject_kind"), Column("sealed", LargeBinary), _text("key_id"),
    Column("by_sealed", LargeBinary), _text("by_key_id"),
    Column("exported", Boolean, nullable=False),
)  # fmt: skip
"""The lines of the standard; with `sealed` those about a data subject. `legal_basis` is a line
of text per article."""

keys = Table(
    "keys", metadata, Column("key_id", Text, primary_key=True),
    Column("sealed_key", LargeBinary, nullable=False),
)  # fmt: skip
"""The keys of the sealed ids, as JWEs to the register; `key_id` is the SHA-256 of the JWE."""

found_by = Table("found_by", metadata, Column("pseudonym", Text, primary_key=True), *_line_key())
"""By which pseudonyms the lines about a data subject are found."""

known = Table(
    "known", metadata, Column("incident_id", Text, primary_key=True),
    Column("place", Integer, primary_key=True), _text("subject_kind", null=False),
    Column("sealed", LargeBinary, nullable=False), _text("key_id", null=False),
    _text("pseudonyms", null=False),
)  # fmt: skip
"""The persons of each incident by its last record, for the consultations that follow it."""

positions = Table(
    "positions", metadata, Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)  # fmt: skip

unreadable = Table(
    "unreadable", metadata, Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True), Column("offset", BigInteger, primary_key=True),
    _text("code", null=False),
)  # fmt: skip

Index("ix_lines_incident", lines.c.incident_id, lines.c.start_time)
_waiting = lines.c.exported.is_(false())
Index(
    "ix_lines_waiting", lines.c.start_time, lines.c.trace_id, lines.c.span_id,
    sqlite_where=_waiting, postgresql_where=_waiting,
)  # fmt: skip
