"""Links that let somebody be a delegate or citizen are kept by who made them; sessions know how they began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; whoever has a link, a session or a linked account already has had the first link."""
    op.create_table(
        "personal_acts",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("asked_salt", sa.LargeBinary, nullable=False),
        sa.Column("guest_of", sa.String, nullable=True),
        sa.Column("asked_at", sa.String, nullable=False),
        sa.Column("confirmed_by", sa.String, nullable=True),
        sa.Column("confirmed_salt", sa.LargeBinary, nullable=True),
        sa.Column("done_at", sa.String, nullable=True),
        sa.CheckConstraint("kind IN ('link', 'unlink')", name=op.f("ck_personal_acts_kind_known")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_personal_acts_two_persons")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_personal_acts")),
    )
    op.create_index(op.f("ix_personal_acts_name"), "personal_acts", ["name"], unique=False)
    op.add_column("sign_ins", sa.Column("account", sa.String, nullable=True))
    op.add_column("sign_ins", sa.Column("guest_of", sa.String, nullable=True))
    connection = op.get_bind()
    signed_in = connection.execute(sa.text("SELECT name, roles, min(made_at) FROM sign_ins GROUP BY name, roles")).all()
    known = [
        (name, roles, made_at) for name, roles, made_at in signed_in if {"delegate", "citizen"} & {*roles.split(",")}
    ]
    linked = connection.execute(sa.text("SELECT pseudonym, made_at FROM linked_seats")).all()
    known += [(name, "delegate", made_at) for name, made_at in linked]
    insert = sa.text(
        "INSERT INTO personal_acts (kind, name, roles, asked_by, asked_salt, asked_at, done_at) "
        "VALUES ('link', :name, :roles, '', :salt, :at, :at)"
    )
    for name, roles, made_at in known:
        connection.execute(insert, {"name": name, "roles": roles, "salt": b"", "at": made_at})


def downgrade() -> None:
    """Drop them."""
    op.drop_column("sign_ins", "guest_of")
    op.drop_column("sign_ins", "account")
    op.drop_table("personal_acts")
