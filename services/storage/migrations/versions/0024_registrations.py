"""People who register themselves: with proof for a clerk, or vouched for by a provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "registrations",
        sa.Column("key", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("code", "secret_hash", "unit_id")),
        sa.Column("is_of_age", sa.Boolean, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=True)
            for name in ("checked_by", "checked_hand", "confirmed_by", "done_at")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> checked_by", name=op.f("ck_registrations_two_persons")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_registrations")),
        sa.UniqueConstraint("code", name=op.f("uq_registrations_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_registrations_secret_hash")),
    )
    op.create_table(
        "linked_citizens",
        sa.Column("subject_hash", sa.String, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_linked_citizens_citizen")),
        sa.PrimaryKeyConstraint("subject_hash", name=op.f("pk_linked_citizens")),
        sa.UniqueConstraint("citizen", name=op.f("uq_linked_citizens_citizen")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("linked_citizens")
    op.drop_table("registrations")
