"""Invitations by letter, and the questionnaire after service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "invitations",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("rows", sa.Text, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("guest_of", sa.String, nullable=True),
        sa.Column("asked_at", sa.String, nullable=False),
        *(sa.Column(name, sa.String, nullable=True) for name in ("confirmed_by", "done_at")),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_invitations_two_persons")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invitations")),
    )
    op.create_table(
        "service_replies",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_service_replies")),
    )
    op.create_index(
        op.f("ix_service_replies_polity_part_batch"), "service_replies", ["polity", "part", "batch"], unique=False
    )
    op.create_table(
        "service_replied",
        sa.Column("who_hash", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("who_hash", name=op.f("pk_service_replied")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("service_replied", "service_replies", "invitations"):
        op.drop_table(table)
