"""Tables of issues that citizens raise: what each is about, everything that became of it, and who supports it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.people  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class ConcernRow(Table):
    """An issue that a citizen raised; ``sketch`` is the form that it was sketched with, ``reach`` the units it touches.

    ``raised_by`` is the citizen's key, which goes when they are forgotten.
    """

    __tablename__ = "concerns"
    __table_args__ = (
        CheckConstraint("state IN ('gathering', 'adopted', 'declined')", name="state_known"),
        Index(None, "state"),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    question: Mapped[str]
    sketch: Mapped[str] = mapped_column(Text)
    layer: Mapped[str] = mapped_column(ForeignKey("layers.digest"))
    reach: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    polity: Mapped[str | None]
    raised_at: Mapped[str]
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("citizens.key"))


class ConcernStepRow(Table):
    """Something done with an issue: raised, improved, adopted, declined; with its reason, and what it was then."""

    __tablename__ = "concern_steps"
    __table_args__ = (Index(None, "concern"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    concern: Mapped[int] = mapped_column(ForeignKey("concerns.key"))
    kind: Mapped[str]
    at: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    title: Mapped[str]
    figures: Mapped[str] = mapped_column(Text)


class ConcernSupportRow(Table):
    """A citizen who supports an issue, once; ``is_near`` if their home was in its reach."""

    __tablename__ = "concern_supports"
    concern: Mapped[int] = mapped_column(ForeignKey("concerns.key"), primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"), primary_key=True)
    is_near: Mapped[bool]
    at: Mapped[str]
