"""Witnesses of the public log, and what they signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; checkpoints of before can be cosigned like any other."""
    op.create_table(
        "log_witnesses",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("vkey", sa.String, nullable=False),
        sa.Column("url", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_log_witnesses")),
    )
    op.create_table(
        "log_cosignatures",
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("witness", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignatures")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("log_cosignatures")
    op.drop_table("log_witnesses")
