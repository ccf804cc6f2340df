"""Jobs that propose what they derived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add for how many days a result is to be open to objections, and what was proposed."""
    op.add_column("jobs", sa.Column("propose_days", sa.Integer, nullable=True))
    op.add_column("jobs", sa.Column("proposed", sa.String, nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("jobs", "proposed")
    op.drop_column("jobs", "propose_days")
