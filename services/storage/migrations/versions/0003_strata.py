"""Names of the answers that an epoch keeps quotas for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; epochs from before kept no names."""
    with op.batch_alter_table("epochs") as table:
        table.add_column(sa.Column("strata", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("epochs") as table:
        table.drop_column("strata")
