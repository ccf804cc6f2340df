"""Votes have a stated end, and what so few ballots tell is kept no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FORMAT = "%Y-%m-%dT%H:%M:%SZ"
DAYS = timedelta(days=3)
LEAST = 5


def upgrade() -> None:
    """Add the end: three days from the opening where a vote is open, its close where it is closed."""
    op.add_column("votes", sa.Column("ends_at", sa.String, nullable=False, server_default=""))
    connection = op.get_bind()
    for vote, opened_at, closed_at in connection.execute(sa.text("SELECT vote, opened_at, closed_at FROM votes")).all():
        began = datetime.strptime(opened_at, FORMAT).replace(tzinfo=UTC)
        told = {"vote": vote, "ends_at": closed_at or (began + DAYS).strftime(FORMAT)}
        connection.execute(sa.text("UPDATE votes SET ends_at = :ends_at WHERE vote = :vote"), told)
    few = (
        "UPDATE votes SET yes = NULL, no = NULL, abstain = NULL, published = '[]' WHERE closed_at IS NOT NULL "
        "AND yes IS NOT NULL AND (outcome = 'no quorum' OR yes + no + abstain < :least)"
    )
    connection.execute(sa.text(few), {"least": LEAST})


def downgrade() -> None:
    """Drop the end; what was forgotten stays so."""
    op.drop_column("votes", "ends_at")
