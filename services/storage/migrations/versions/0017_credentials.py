"""The public halves of people's keys, and what was signed at consent; acts of before have no key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the columns of acts of consent."""
    op.create_table(
        "credentials",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("public_key", sa.String, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("ended_at", sa.String, nullable=True),
        sa.Column("reason", sa.String, nullable=True),
        sa.CheckConstraint("made_by IN ('own', 'office')", name=op.f("ck_credentials_maker_known")),
        sa.CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name=op.f("ck_credentials_ended_for_a_reason")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_credentials_citizen")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_credentials")),
        sa.UniqueConstraint("public_key", name=op.f("uq_credentials_public_key")),
    )
    held = sa.text("ended_at IS NULL")
    op.create_index(
        "one_active_credential", "credentials", ["citizen"], unique=True, sqlite_where=held, postgresql_where=held
    )
    with op.batch_alter_table("consents") as table:
        table.add_column(sa.Column("credential", sa.Integer, nullable=True))
        table.add_column(sa.Column("statement", sa.String, nullable=True))
        table.add_column(sa.Column("signature", sa.String, nullable=True))
        table.add_column(sa.Column("withdrawal", sa.String, nullable=True))
        table.create_foreign_key(op.f("fk_consents_credential"), "credentials", ["credential"], ["key"])
        table.create_unique_constraint(op.f("uq_consents_signature"), ["signature"])


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("consents") as table:
        table.drop_constraint(op.f("uq_consents_signature"), type_="unique")
        table.drop_constraint(op.f("fk_consents_credential"), type_="foreignkey")
        for column in ("withdrawal", "signature", "statement", "credential"):
            table.drop_column(column)
    op.drop_index("one_active_credential", "credentials")
    op.drop_table("credentials")
