"""Epochs, rolls, seats, alternates and deferrals of the lot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "epochs",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("epoch", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("fills_all", sa.Boolean, nullable=False),
        sa.Column("frozen_at", sa.String, nullable=False),
        sa.Column("drawn_at", sa.String, nullable=True),
        sa.Column("round", sa.BigInteger, nullable=False),
        sa.Column("roll_root", sa.String, nullable=False),
        sa.Column("commitment", sa.String, nullable=False),
        sa.Column("basis", sa.String, nullable=False),
        sa.CheckConstraint("kind IN ('binding', 'rehearsal')", name=op.f("ck_epochs_kind_known")),
        sa.CheckConstraint("status IN ('frozen', 'drawn', 'lapsed')", name=op.f("ck_epochs_status_known")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_epochs")),
        sa.UniqueConstraint("epoch", name=op.f("uq_epochs_epoch")),
    )
    frozen = sa.text("status = 'frozen'")
    op.create_index("one_frozen_epoch", "epochs", ["kind"], unique=True, sqlite_where=frozen, postgresql_where=frozen)
    op.create_table(
        "epoch_tables",
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["epoch"], ["epochs.key"], name=op.f("fk_epoch_tables_epoch")),
        sa.PrimaryKeyConstraint("epoch", "name", name=op.f("pk_epoch_tables")),
    )
    op.create_table(
        "epoch_rolls",
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("pool", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["epoch"], ["epochs.key"], name=op.f("fk_epoch_rolls_epoch")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_epoch_rolls_citizen")),
        sa.PrimaryKeyConstraint("epoch", "pseudonym", name=op.f("pk_epoch_rolls")),
        sa.UniqueConstraint("epoch", "citizen", name=op.f("uq_epoch_rolls_epoch_citizen")),
    )
    op.create_table(
        "seats",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("chamber", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("term_class", sa.Integer, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("pool", sa.String, nullable=False),
        sa.Column("starts", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.Column("ended_at", sa.String, nullable=True),
        sa.Column("reason", sa.String, nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 150", name=op.f("ck_seats_number_in_assembly")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_seats_ends_after_it_starts")),
        sa.CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name=op.f("ck_seats_ended_for_a_reason")),
        sa.ForeignKeyConstraint(["epoch"], ["epochs.key"], name=op.f("fk_seats_epoch")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_seats_citizen")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_seats")),
    )
    op.create_index("one_active_seat", "seats", ["citizen"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
    op.create_index(
        "one_holder",
        "seats",
        ["polity", "chamber", "number"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_table(
        "alternates",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("chamber", sa.Integer, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("pool", sa.String, nullable=False),
        sa.Column("left_at", sa.String, nullable=True),
        sa.ForeignKeyConstraint(["epoch"], ["epochs.key"], name=op.f("fk_alternates_epoch")),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_alternates_citizen")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_alternates")),
        sa.UniqueConstraint("epoch", "polity", "rank", name=op.f("uq_alternates_epoch_polity_rank")),
    )
    op.create_table(
        "deferrals",
        sa.Column("citizen", sa.Integer, nullable=False),
        sa.Column("granted_at", sa.String, nullable=False),
        sa.Column("until", sa.String, nullable=False),
        sa.Column("ground", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["citizens.key"], name=op.f("fk_deferrals_citizen")),
        sa.PrimaryKeyConstraint("citizen", name=op.f("pk_deferrals")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("deferrals", "alternates", "seats", "epoch_rolls", "epoch_tables", "epochs"):
        op.drop_table(table)
