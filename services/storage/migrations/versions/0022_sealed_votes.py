"""Votes that no server reads: trustees, keys of votes, what trustees sent, encrypted ballots; and signed turnout."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; votes of before stay what they were."""
    op.create_table(
        "trustees",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("appointed_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trustees")),
        sa.UniqueConstraint("key", name=op.f("uq_trustees_key")),
    )
    op.create_table(
        "vote_keys",
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("trustees", sa.String, nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.String, nullable=False),
        sa.Column("head", sa.String, nullable=True),
        sa.Column("board_at", sa.String, nullable=True),
        sa.Column("board", sa.String, nullable=True),
        sa.ForeignKeyConstraint(["matter"], ["matters.matter_id"], name=op.f("fk_vote_keys_matter")),
        sa.PrimaryKeyConstraint("vote", name=op.f("pk_vote_keys")),
    )
    op.create_index(op.f("ix_vote_keys_matter"), "vote_keys", ["matter"], unique=False)
    op.create_table(
        "key_messages",
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("trustee", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.CheckConstraint("stage IN ('part', 'confirmed', 'opening')", name=op.f("ck_key_messages_stage_known")),
        sa.ForeignKeyConstraint(["vote"], ["vote_keys.vote"], name=op.f("fk_key_messages_vote")),
        sa.PrimaryKeyConstraint("vote", "stage", "trustee", name=op.f("pk_key_messages")),
    )
    op.create_table(
        "sealed_ballots",
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("ballot", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["vote"], ["vote_keys.vote"], name=op.f("fk_sealed_ballots_vote")),
        sa.PrimaryKeyConstraint("vote", "pseudonym", name=op.f("pk_sealed_ballots")),
    )
    op.add_column("voters", sa.Column("statement", sa.String, nullable=True))
    op.add_column("voters", sa.Column("signature", sa.String, nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("voters", "signature")
    op.drop_column("voters", "statement")
    for table in ("sealed_ballots", "key_messages"):
        op.drop_table(table)
    op.drop_index(op.f("ix_vote_keys_matter"), "vote_keys")
    for table in ("vote_keys", "trustees"):
        op.drop_table(table)
