"""Who had which role in an incident, by keyed pseudonym; and incidents found without their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; links that were read before hold no roles, so `parts` is empty there."""
    op.add_column("linked", sa.Column("occurred_at", sa.BigInteger(), nullable=True))
    op.add_column("linked", sa.Column("parts", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take them away again; a rebuild would bring them back."""
    for name in ("parts", "occurred_at"):
        op.drop_column("linked", name)
