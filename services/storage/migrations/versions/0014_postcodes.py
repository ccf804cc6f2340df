"""Postcodes that an operator added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "postcodes",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("country", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("letters", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.Column("lon", sa.Double, nullable=False),
        sa.Column("lat", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_postcodes")),
    )
    for column in ("letters", "source"):
        op.create_index(op.f(f"ix_postcodes_{column}"), "postcodes", [column], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("postcodes")
