"""The question of a polity's issue, kept with each version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; versions from before have no question."""
    op.add_column("polity_versions", sa.Column("question", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("polity_versions", "question")
