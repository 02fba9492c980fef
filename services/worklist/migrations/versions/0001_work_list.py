"""The work list's first tables. Times are microseconds since the epoch (UTC)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = ("incident_id", "recipient")
_TABLES = (
    "cases", "ladders", "runs", "unreadable", "positions", "chases", "conferences",
    "conference_lines", "shown",
)  # fmt: skip


def _texts(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _instants(*names: str, null: bool = True) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=null) for name in names]


def _flags(*names: str, null: bool = False) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=null) for name in names]


def upgrade() -> None:
    """Make the tables and their indexes."""
    _projected()
    _own_record()
    for name, columns in (
        ("ix_open", ["registered_at", "incident_id", "recipient"]),
        ("ix_open_unit", ["unit", "registered_at", "incident_id"]),
        ("ix_open_region", ["region", "registered_at", "incident_id"]),
        ("ix_open_recipient", ["recipient", "registered_at", "incident_id"]),
        ("ix_open_count", ["state", "unit", "restricted"]),
        ("ix_open_count_unit", ["unit", "state", "restricted"]),
    ):
        _index(name, "cases", columns, "open")
    for name, columns in (
        ("ix_due", ["due_at", "incident_id"]),
        ("ix_due_unit", ["unit", "due_at"]),
        ("ix_due_recipient", ["recipient", "due_at"]),
        ("ix_due_role", ["role", "unit", "due_at"]),
        ("ix_due_count", ["unit", "level", "restricted"]),
    ):
        _index(name, "runs", columns, "open")
    _index("ix_fresh", "cases", ["recipient", "unit", "registered_at"], "fresh", "sent")
    op.create_index("ix_chases", "chases", ["incident_id"])
    op.create_index("ix_conferences", "conferences", ["partner"])


def _projected() -> None:
    op.create_table(
        "cases", *_texts(*_KEY, "kind"), *_instants("sequence", null=False), *_texts("state"),
        *_flags("open", "sent", "restricted"), *_texts("outcome"), *_texts("reason", null=True),
        *_texts("classification", "signals", "unit", "municipality"),
        *_texts("region", "children_present", null=True), *_instants("registered_at", null=False),
        *_instants(
            "labelled_at", "decided_at", "sent_at", "received_at", "accepted_at", "rejected_at",
            "assessed_at", "fed_back_at", "closed_at", "hold_until",
        ),
        *_texts(
            "hold_by_role", "message_id", "agreement", "agreement_version", "instead_of", null=True
        ),
        *_texts("overdue", "owner"), *_instants("changed_at"), *_texts("digest"), *_flags("fresh"),
        sa.PrimaryKeyConstraint(*_KEY),
    )  # fmt: skip
    op.create_table("ladders", *_texts(*_KEY, "rungs"), sa.PrimaryKeyConstraint(*_KEY))
    op.create_table(
        "runs", *_texts(*_KEY, "clock"), *_instants("due_at", null=False),
        *_instants("due_soon_at", "overdue_at", "escalated_at", "no_route_at", "cleared_at"),
        *_texts("first_addressed_to", "escalated_to", null=True),
        *_texts("level", "addressed_to", "role"), *_flags("theirs", "open"),
        *_texts("unit", "region", null=True), *_flags("sent", "restricted", null=True),
        sa.PrimaryKeyConstraint(*_KEY, "clock", "due_at"),
    )  # fmt: skip
    op.create_table(
        "unreadable", *_texts("topic"), sa.Column("partition", sa.Integer(), nullable=False),
        *_instants("offset", null=False), *_texts("code"),
        sa.PrimaryKeyConstraint("topic", "partition", "offset"),
    )  # fmt: skip
    op.create_table(
        "positions", *_texts("topic"), sa.Column("partition", sa.Integer(), nullable=False),
        *_instants("next_offset", null=False),
        sa.PrimaryKeyConstraint("topic", "partition"),
    )  # fmt: skip


def _own_record() -> None:
    op.create_table(
        "chases", sa.Column("number", sa.Integer(), primary_key=True),
        *_texts(*_KEY, "code", "by_role", "by_scope"), *_instants("at", null=False),
        sa.Column("follow_up_on", sa.Date()),
    )  # fmt: skip
    op.create_table(
        "conferences", sa.Column("number", sa.Integer(), primary_key=True),
        *_texts("partner", "by_role", "by_scope"), *_instants("at", null=False),
    )  # fmt: skip
    op.create_table(
        "conference_lines", sa.Column("number", sa.Integer(), nullable=False),
        *_texts(*_KEY, "line"), sa.PrimaryKeyConstraint("number", *_KEY),
    )  # fmt: skip
    op.create_table("shown", *_texts(*_KEY, "digest", "state"), sa.PrimaryKeyConstraint(*_KEY))


def _index(name: str, table: str, columns: list[str], *flags: str) -> None:
    """An index on the rows of which the flags are set."""
    op.create_index(
        name, table, columns,
        sqlite_where=sa.text(" AND ".join(f"{flag} IS 1" for flag in flags)),
        postgresql_where=sa.text(" AND ".join(f"{flag} IS true" for flag in flags)),
    )  # fmt: skip


def downgrade() -> None:
    """Drop the tables, with all that was put on record in them."""
    for table in _TABLES:
        op.drop_table(table)
