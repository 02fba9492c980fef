"""Incidents by the keyed pseudonyms of persons and addresses, and who looked them up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables; the links are read from their topic's beginning then."""
    op.create_table(
        "links", *_texts("subject", "incident_id"),
        sa.PrimaryKeyConstraint("subject", "incident_id"), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "linked", *_texts("incident_id"), sa.Column("sequence", sa.BigInteger(), nullable=False),
        *_texts("subjects"), sa.PrimaryKeyConstraint("incident_id"), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "lookups", sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_texts("by_role", "by_scope", "purpose", "kind", "subjects", "incident_ids"),
    )  # fmt: skip
    op.create_index("ix_lookups", "lookups", ["by_scope"])


def downgrade() -> None:
    """Drop them, with the record of who looked up what."""
    for table in ("links", "linked", "lookups"):
        op.drop_table(table)
