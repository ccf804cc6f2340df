"""Tables of votes that no server reads: trustees, what they sent to make and use a key, and encrypted ballots."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.docket  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class TrusteeRow(Table):
    """A trustee by name, and the public key that shares are encrypted to and messages signed by."""

    __tablename__ = "trustees"
    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    appointed_at: Mapped[str]


class VoteKeyRow(Table):
    """The key of one vote: who makes it, how many open it; ``head`` is there from the opening of the vote on."""

    __tablename__ = "vote_keys"
    vote: Mapped[str] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(ForeignKey("matters.matter_id"), index=True)
    trustees: Mapped[str]
    threshold: Mapped[int]
    begun_at: Mapped[str]
    head: Mapped[str | None]
    board_at: Mapped[str | None]
    board: Mapped[str | None]


class KeyMessageRow(Table):
    """What a trustee sent: a part of the key, that it holds, or a partial decryption."""

    __tablename__ = "key_messages"
    __table_args__ = (CheckConstraint("stage IN ('part', 'confirmed', 'opening')", name="stage_known"),)
    vote: Mapped[str] = mapped_column(ForeignKey("vote_keys.vote"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    trustee: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class SealedBallotRow(Table):
    """An encrypted ballot as it stands on the board; one a delegate."""

    __tablename__ = "sealed_ballots"
    vote: Mapped[str] = mapped_column(ForeignKey("vote_keys.vote"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    ballot: Mapped[str]
