"""One-time links, sessions and keys of programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sign_ins",
        sa.Column("secret_hash", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("ends_at", sa.String, nullable=False),
        sa.CheckConstraint("kind IN ('link', 'session')", name=op.f("ck_sign_ins_kind_known")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sign_ins")),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("secret_hash", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("ends_at", sa.String, nullable=True),
        sa.Column("revoked_at", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("api_keys")
    op.drop_table("sign_ins")
