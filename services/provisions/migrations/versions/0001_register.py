"""The register's first tables. Times are microseconds since the epoch (UTC)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NEEDED = ("name", "kind", "status", "activity", "incident_id", "legal_basis")
_TEXTS = (
    "parent_span_id", "unit", "recipient", "message_id", "agreement", "agreement_version",
    "reason", "by_role", "by_scope", "foreign_trace_id", "foreign_span_id", "foreign_entity",
    "id_type", "subject_kind", "key_id", "by_key_id",
)  # fmt: skip


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), primary_key=True) for name in names]


def _needed(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "lines", *_key("trace_id", "span_id"), *_needed(*_NEEDED),
        *[sa.Column(name, sa.Text()) for name in _TEXTS],
        sa.Column("start_time", sa.BigInteger(), nullable=False),
        sa.Column("end_time", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("by_sealed", sa.LargeBinary()),
        sa.Column("exported", sa.Boolean(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "keys", *_key("key_id"), sa.Column("sealed_key", sa.LargeBinary(), nullable=False)
    )
    op.create_table("found_by", *_key("pseudonym", "trace_id", "span_id"))
    op.create_table(
        "known", *_key("incident_id"), sa.Column("place", sa.Integer(), primary_key=True),
        *_needed("subject_kind", "key_id", "pseudonyms"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "positions", *_key("topic"), sa.Column("partition", sa.Integer(), primary_key=True),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "unreadable", *_key("topic"), sa.Column("partition", sa.Integer(), primary_key=True),
        sa.Column("offset", sa.BigInteger(), primary_key=True), *_needed("code"),
    )  # fmt: skip
    op.create_index("ix_lines_incident", "lines", ["incident_id", "start_time"])
    waiting = sa.text("exported IS false")
    op.create_index(
        "ix_lines_waiting", "lines", ["start_time", "trace_id", "span_id"],
        sqlite_where=waiting, postgresql_where=waiting,
    )  # fmt: skip
