"""Which citizen filed a petition, so that they find it on their own page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "petition_authors",
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["matter"], ["matters.matter_id"], name=op.f("fk_petition_authors_matter")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_petition_authors_citizen")),
        sa.PrimaryKeyConstraint("matter", name=op.f("pk_petition_authors")),
    )
    op.create_index(op.f("ix_petition_authors_citizen"), "petition_authors", ["citizen"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("petition_authors")
