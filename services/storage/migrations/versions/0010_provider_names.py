"""Names that a provider gives people, and seats that are linked to whom it vouches for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "known_as",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("label", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_known_as")),
    )
    op.create_table(
        "linked_seats",
        sa.Column("subject_hash", sa.String, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("subject_hash", name=op.f("pk_linked_seats")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_linked_seats_pseudonym")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("linked_seats")
    op.drop_table("known_as")
