"""The table of what people say after service: answers without who gave them, and who answered without what."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.storage.tables.base import Table


class ReplyRow(Table):
    """Answers to the questionnaire after service, of a delegate or an organiser, in groups of ten that are told whole.

    The key is drawn, so that no order within a group tells who answered.
    """

    __tablename__ = "service_replies"
    __table_args__ = (Index(None, "polity", "part", "batch"),)
    key: Mapped[str] = mapped_column(primary_key=True)
    polity: Mapped[str]
    year: Mapped[int]
    part: Mapped[str]
    batch: Mapped[int]
    answers: Mapped[str] = mapped_column(Text)


class RepliedRow(Table):
    """That somebody answered for an assembly in a year: a hash of who, so that nobody answers twice."""

    __tablename__ = "service_replied"
    who_hash: Mapped[str] = mapped_column(primary_key=True)
