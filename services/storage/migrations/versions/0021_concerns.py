"""Issues that citizens raise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "concerns",
        sa.Column("key", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("title", "question")),
        sa.Column("sketch", sa.Text, nullable=False),
        sa.Column("layer", sa.String, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("reach", "figures")),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("polity", sa.String, nullable=True),
        sa.Column("raised_at", sa.String, nullable=False),
        sa.Column("raised_by", sa.Integer, nullable=True),
        sa.CheckConstraint("state IN ('gathering', 'adopted', 'declined')", name=op.f("ck_concerns_state_known")),
        sa.ForeignKeyConstraint(["layer"], ["layers.digest"], name=op.f("fk_concerns_layer")),
        sa.ForeignKeyConstraint(["raised_by"], ["citizens.key"], name=op.f("fk_concerns_raised_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concerns")),
    )
    op.create_index(op.f("ix_concerns_state"), "concerns", ["state"], unique=False)
    op.create_table(
        "concern_steps",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("concern", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "at")),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["concern"], ["concerns.key"], name=op.f("fk_concern_steps_concern")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_concern_steps")),
    )
    op.create_index(op.f("ix_concern_steps_concern"), "concern_steps", ["concern"], unique=False)
    op.create_table(
        "concern_supports",
        sa.Column("concern", sa.Integer, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("is_near", sa.Boolean, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["concern"], ["concerns.key"], name=op.f("fk_concern_supports_concern")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_concern_supports_citizen")),
        sa.PrimaryKeyConstraint("concern", "citizen", name=op.f("pk_concern_supports")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("concern_supports", "concern_steps", "concerns"):
        op.drop_table(table)
