"""Mail addresses, what they follow, and what people were told by mail and letter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mail_addresses",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("language", "secret", "made_at")),
        *(sa.Column(name, sa.String, nullable=True) for name in ("confirmed_at", "stopped_at")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_mail_addresses_citizen")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mail_addresses")),
        sa.UniqueConstraint("secret", name=op.f("uq_mail_addresses_secret")),
    )
    op.create_table(
        "followings",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("address", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("subject", "every")),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("next_at", sa.String, nullable=False),
        sa.CheckConstraint("every IN ('day', 'week')", name=op.f("ck_followings_rhythm_known")),
        sa.ForeignKeyConstraint(["address"], ["mail_addresses.key"], name=op.f("fk_followings_address")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_followings")),
    )
    op.create_table(
        "notices",
        sa.Column("key", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("about", "kind", "channel")),
        sa.Column("citizen", sa.Integer, nullable=True),
        sa.Column("address", sa.Integer, nullable=True),
        sa.Column("facts", sa.Text, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("made_at", "due_at")),
        sa.Column("attempts", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=True) for name in ("sent_at", "given_up_at", "problem")),
        sa.CheckConstraint("channel IN ('mail', 'letter')", name=op.f("ck_notices_channel_known")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_notices_citizen")),
        sa.ForeignKeyConstraint(["address"], ["mail_addresses.key"], name=op.f("fk_notices_address")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notices")),
        sa.UniqueConstraint("about", name=op.f("uq_notices_about")),
    )
    for table, columns in (
        ("mail_addresses", ["address"]),
        ("mail_addresses", ["citizen"]),
        ("followings", ["address"]),
        ("notices", ["channel", "sent_at", "due_at"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def downgrade() -> None:
    """Drop them."""
    for table in ("notices", "followings", "mail_addresses"):
        op.drop_table(table)
