"""Ordered derivations, and writes that are not done twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("analyst", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("request", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("is_cancelled", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("started_at", sa.String, nullable=True),
        sa.Column("finished_at", sa.String, nullable=True),
        sa.Column("beat_at", sa.Double, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("progress", sa.String, nullable=True),
        sa.Column("figures", sa.String, nullable=True),
        sa.Column("problem", sa.String, nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_jobs_status_known")
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_status_analyst"), "jobs", ["status", "analyst"], unique=False)
    op.create_table(
        "writes_once",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("request_hash", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("media_type", sa.String, nullable=True),
        sa.Column("location", sa.String, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_writes_once")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("writes_once")
    op.drop_table("jobs")
