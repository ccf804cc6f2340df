"""Requests of delegates to be excused, and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("decided_at IS NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "excuse_requests",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("excuse", sa.String, nullable=False),
        sa.Column("plea", sa.String, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
        sa.Column("is_granted", sa.Boolean, nullable=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("decided_at", sa.String, nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_granted IS NULL)", name=op.f("ck_excuse_requests_decided_one_way")
        ),
        sa.ForeignKeyConstraint(
            ["polity", "pseudonym"],
            ["summonses.polity", "summonses.pseudonym"],
            name=op.f("fk_excuse_requests_polity_pseudonym"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_excuse_requests")),
    )
    op.create_index(
        "one_open_request",
        "excuse_requests",
        ["polity", "pseudonym"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("excuse_requests")
