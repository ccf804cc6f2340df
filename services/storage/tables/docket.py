"""Tables of the docket: laws, matters, what was heard, votes, and ballots that lead back to nobody."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.people  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class LawRow(Table):
    """A version of a polity's law: its text, and since when and until when it binds there.

    A law's identity is its polity and its name; another polity's law of the same name is another law.
    """

    __tablename__ = "laws"
    __table_args__ = (
        UniqueConstraint("polity", "law", "version"),
        CheckConstraint("ends_at IS NULL OR binds_from IS NOT NULL", name="ends_only_what_bound"),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    law: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    text_hash: Mapped[str]
    polity: Mapped[str]
    matter: Mapped[str | None]
    binds_from: Mapped[str | None]
    ends_at: Mapped[str | None]


class MatterRow(Table):
    """One law before one assembly, as ``geopolity.docket.matter.Matter`` describes it."""

    __tablename__ = "matters"
    __table_args__ = (
        CheckConstraint("state NOT IN ('closed', 'in force') OR review_at IS NOT NULL", name="decided_is_reviewed"),
        CheckConstraint("(state = 'stayed') = (left_state IS NOT NULL)", name="stayed_knows_what_it_left"),
        Index(None, "polity", "state"),
    )
    matter_id: Mapped[str] = mapped_column(primary_key=True)
    polity: Mapped[str]
    polity_version: Mapped[int]
    title: Mapped[str]
    law: Mapped[str]
    law_hash: Mapped[str]
    petitioner: Mapped[str]
    harm: Mapped[str]
    harm_salt: Mapped[bytes]
    filed_at: Mapped[str]
    state: Mapped[str]
    hearing_from: Mapped[str | None]
    hearing_until: Mapped[str | None]
    brief: Mapped[str]
    electorate: Mapped[str | None]
    remedy: Mapped[str | None]
    votes: Mapped[int]
    returns: Mapped[int]
    harm_declared: Mapped[bool]
    review_at: Mapped[str | None]
    sunset_at: Mapped[str | None]
    left_state: Mapped[str | None]


class PetitionAuthorRow(Table):
    """Which citizen filed a petition, told to nobody but them; it goes when they are forgotten."""

    __tablename__ = "petition_authors"
    matter: Mapped[str] = mapped_column(ForeignKey("matters.matter_id"), primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"), index=True)


class HeardRow(Table):
    """Evidence or testimony: what an assembly read or listened to, by whom, and when."""

    __tablename__ = "heard"
    __table_args__ = (CheckConstraint("kind IN ('evidence', 'testimony')", name="kind_known"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(ForeignKey("matters.matter_id"), index=True)
    kind: Mapped[str]
    at: Mapped[str]
    author: Mapped[str]
    summary: Mapped[str]
    salt: Mapped[bytes]
    link: Mapped[str | None]
    file_name: Mapped[str | None]
    sha256: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class RecusalRow(Table):
    """A delegate who keeps the seat and takes no part in one matter."""

    __tablename__ = "recusals"
    matter: Mapped[str] = mapped_column(ForeignKey("matters.matter_id"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]


class VoteRow(Table):
    """A vote; its counts are there from the close on where they may be told, and nothing of them before."""

    __tablename__ = "votes"
    __table_args__ = (CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="decided_when_closed"),)
    vote: Mapped[str] = mapped_column(primary_key=True)
    matter: Mapped[str] = mapped_column(ForeignKey("matters.matter_id"), index=True)
    opened_at: Mapped[str]
    ends_at: Mapped[str]
    closed_at: Mapped[str | None]
    secret: Mapped[bytes]
    law_hash: Mapped[str]
    question_hash: Mapped[str]
    electorate: Mapped[int]
    yes: Mapped[int | None]
    no: Mapped[int | None]
    abstain: Mapped[int | None]
    outcome: Mapped[str | None]
    published: Mapped[str | None]


class VoterRow(Table):
    """That a delegate voted, signed where they hold a key; the index is what makes it once."""

    __tablename__ = "voters"
    __table_args__ = (Index("one_ballot_a_delegate", "vote", "pseudonym", unique=True),)
    token: Mapped[str] = mapped_column(primary_key=True)
    vote: Mapped[str] = mapped_column(ForeignKey("votes.vote"))
    pseudonym: Mapped[str]
    statement: Mapped[str | None]
    signature: Mapped[str | None]


class BallotRow(Table):
    """A choice under a tracker, while its vote is open; no voter, no time, and no order of rows."""

    __tablename__ = "ballots"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's way of saying it
    tracker: Mapped[str] = mapped_column(primary_key=True)
    vote: Mapped[str] = mapped_column(ForeignKey("votes.vote"))
    choice: Mapped[str]
