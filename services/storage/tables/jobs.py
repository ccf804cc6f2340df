"""Tables of ordered derivations, and of writes that are not done twice."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.storage.tables.base import Table


class JobRow(Table):
    """A derivation that somebody ordered, perhaps to be proposed. Who holds it says so by a beat every few seconds."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status_known"),
        Index(None, "status", "analyst"),
    )
    job_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    analyst: Mapped[str]
    title: Mapped[str]
    request: Mapped[str]
    outputs: Mapped[str | None]
    status: Mapped[str]
    is_cancelled: Mapped[bool]
    made_at: Mapped[str]
    started_at: Mapped[str | None]
    finished_at: Mapped[str | None]
    beat_at: Mapped[float | None]
    attempts: Mapped[int]
    progress: Mapped[str | None]
    figures: Mapped[str | None]
    problem: Mapped[str | None]
    propose_days: Mapped[int | None]
    proposed: Mapped[str | None]


class OnceRow(Table):
    """The answer to a write that carried an idempotency key, given again if it comes again."""

    __tablename__ = "writes_once"
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    made_at: Mapped[str]
    status: Mapped[int | None]
    media_type: Mapped[str | None]
    location: Mapped[str | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
