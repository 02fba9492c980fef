"""The key store's first tables. Times are microseconds since the epoch (UTC)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "dossier_keys", sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("key_id", sa.Text(), nullable=False, unique=True),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary()), sa.Column("kek_id", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger()), sa.Column("rule", sa.Text()),
    )  # fmt: skip
    op.create_table(
        "key_store",
        sa.Column("store_id", sa.Text(), primary_key=True),
        sa.Column("erasures", sa.Integer(), nullable=False),
    )
    live = sa.text("erased_at IS NULL")
    op.create_index(
        "ix_dossier_keys_live", "dossier_keys", ["incident_id"], unique=True,
        sqlite_where=live, postgresql_where=live,
    )  # fmt: skip
