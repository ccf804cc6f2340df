"""Laws, matters, hearings, votes, ballots, sessions and summonses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "laws",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("law", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("text_hash", sa.String, nullable=False),
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("matter", sa.String, nullable=True),
        sa.Column("binds_from", sa.String, nullable=True),
        sa.Column("ends_at", sa.String, nullable=True),
        sa.CheckConstraint("ends_at IS NULL OR binds_from IS NOT NULL", name=op.f("ck_laws_ends_only_what_bound")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_laws")),
        sa.UniqueConstraint("law", "version", name=op.f("uq_laws_law_version")),
    )
    op.create_table(
        "leaving_seats",
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("chamber", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("polity", "chamber", "number", name=op.f("pk_leaving_seats")),
    )
    op.create_table(
        "matters",
        sa.Column("matter_id", sa.String, nullable=False),
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("polity_version", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("law", sa.String, nullable=False),
        sa.Column("law_hash", sa.String, nullable=False),
        sa.Column("petitioner", sa.String, nullable=False),
        sa.Column("harm", sa.String, nullable=False),
        sa.Column("harm_salt", sa.LargeBinary, nullable=False),
        sa.Column("filed_at", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("hearing_until", sa.String, nullable=True),
        sa.Column("brief", sa.String, nullable=False),
        sa.Column("electorate", sa.String, nullable=True),
        sa.Column("remedy", sa.String, nullable=True),
        sa.Column("votes", sa.Integer, nullable=False),
        sa.Column("returns", sa.Integer, nullable=False),
        sa.Column("harm_declared", sa.Boolean, nullable=False),
        sa.Column("review_at", sa.String, nullable=True),
        sa.Column("sunset_at", sa.String, nullable=True),
        sa.Column("left_state", sa.String, nullable=True),
        sa.CheckConstraint(
            "(state = 'stayed') = (left_state IS NOT NULL)", name=op.f("ck_matters_stayed_knows_what_it_left")
        ),
        sa.CheckConstraint(
            "state NOT IN ('closed', 'in force') OR review_at IS NOT NULL", name=op.f("ck_matters_decided_is_reviewed")
        ),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_matters")),
    )
    op.create_index(op.f("ix_matters_polity_state"), "matters", ["polity", "state"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("polity", "day", name=op.f("pk_sessions")),
    )
    op.create_table(
        "summonses",
        sa.Column("polity", sa.String, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("sent", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("excuse", sa.String, nullable=True),
        sa.Column("is_final", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("polity", "pseudonym", name=op.f("pk_summonses")),
    )
    op.create_table(
        "heard",
        sa.Column("key", sa.Integer, nullable=False),
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("link", sa.String, nullable=True),
        sa.Column("file_name", sa.String, nullable=True),
        sa.Column("sha256", sa.String, nullable=True),
        sa.Column("content", sa.LargeBinary, nullable=True),
        sa.CheckConstraint("kind IN ('evidence', 'testimony')", name=op.f("ck_heard_kind_known")),
        sa.ForeignKeyConstraint(["matter"], ["matters.matter_id"], name=op.f("fk_heard_matter")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_heard")),
    )
    op.create_index(op.f("ix_heard_matter"), "heard", ["matter"], unique=False)
    op.create_table(
        "recusals",
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["matter"], ["matters.matter_id"], name=op.f("fk_recusals_matter")),
        sa.PrimaryKeyConstraint("matter", "pseudonym", name=op.f("pk_recusals")),
    )
    op.create_table(
        "votes",
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("opened_at", sa.String, nullable=False),
        sa.Column("closed_at", sa.String, nullable=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("law_hash", sa.String, nullable=False),
        sa.Column("question_hash", sa.String, nullable=False),
        sa.Column("electorate", sa.Integer, nullable=False),
        sa.Column("yes", sa.Integer, nullable=True),
        sa.Column("no", sa.Integer, nullable=True),
        sa.Column("abstain", sa.Integer, nullable=True),
        sa.Column("outcome", sa.String, nullable=True),
        sa.Column("published", sa.String, nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_votes_decided_when_closed")),
        sa.ForeignKeyConstraint(["matter"], ["matters.matter_id"], name=op.f("fk_votes_matter")),
        sa.PrimaryKeyConstraint("vote", name=op.f("pk_votes")),
    )
    op.create_index(op.f("ix_votes_matter"), "votes", ["matter"], unique=False)
    op.create_table(
        "ballots",
        sa.Column("tracker", sa.String, nullable=False),
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("choice", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["vote"], ["votes.vote"], name=op.f("fk_ballots_vote")),
        sa.PrimaryKeyConstraint("tracker", name=op.f("pk_ballots")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voters",
        sa.Column("token", sa.String, nullable=False),
        sa.Column("vote", sa.String, nullable=False),
        sa.Column("pseudonym", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["vote"], ["votes.vote"], name=op.f("fk_voters_vote")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_voters")),
    )
    op.create_index("one_ballot_a_delegate", "voters", ["vote", "pseudonym"], unique=True)


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "ballots",
        "voters",
        "votes",
        "recusals",
        "heard",
        "matters",
        "laws",
        "leaving_seats",
        "sessions",
        "summonses",
    ):
        op.drop_table(table)
