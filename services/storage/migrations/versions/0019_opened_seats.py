"""Rolls commit to who stands behind each line, seats are opened by a key, and acts of two persons are of any kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; lines of before commit to nobody, and their seats are opened by nothing."""
    op.add_column("epoch_rolls", sa.Column("holder", sa.String, nullable=False, server_default=""))
    op.add_column("epoch_rolls", sa.Column("salt", sa.String, nullable=False, server_default=""))
    op.add_column("epochs", sa.Column("keys", sa.String, nullable=False, server_default="{}"))
    op.add_column("seats", sa.Column("opened_by", sa.String, nullable=True))
    op.add_column("seats", sa.Column("opened_at", sa.String, nullable=True))
    with op.batch_alter_table("personal_acts") as table:
        table.drop_constraint(op.f("ck_personal_acts_kind_known"), type_="check")
        table.add_column(sa.Column("details", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    op.execute(sa.text("DELETE FROM personal_acts WHERE kind NOT IN ('link', 'unlink')"))
    with op.batch_alter_table("personal_acts") as table:
        table.drop_column("details")
        table.create_check_constraint(op.f("ck_personal_acts_kind_known"), "kind IN ('link', 'unlink')")
    for column in ("opened_at", "opened_by"):
        op.drop_column("seats", column)
    op.drop_column("epochs", "keys")
    for column in ("salt", "holder"):
        op.drop_column("epoch_rolls", column)
