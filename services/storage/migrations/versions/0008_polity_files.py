"""Files of the derivation that a version was drafted from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "polity_files",
        sa.Column("polity", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["polity"], ["polity_versions.key"], name=op.f("fk_polity_files_polity_polity_versions")
        ),
        sa.PrimaryKeyConstraint("polity", "name", name=op.f("pk_polity_files")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("polity_files")
