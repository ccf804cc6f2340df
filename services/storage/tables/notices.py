"""Tables of what people are told: their mail addresses, what they follow, and each mail or letter."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.people  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class MailAddressRow(Table):
    """A mail address that somebody gave; it is written to once it is confirmed, and until it is stopped.

    ``secret`` stands in its mails: who knows it may confirm, choose and stop, and nothing else.
    """

    __tablename__ = "mail_addresses"
    __table_args__ = (Index(None, "address"), Index(None, "citizen"))
    key: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    citizen: Mapped[int | None] = mapped_column(ForeignKey("citizens.key"))
    language: Mapped[str]
    secret: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[str]
    confirmed_at: Mapped[str | None]
    stopped_at: Mapped[str | None]


class FollowingRow(Table):
    """What an address follows: ``all``, ``polity:ID``, ``matter:ID`` or ``place:LAYER:UNIT``, in digests."""

    __tablename__ = "followings"
    __table_args__ = (CheckConstraint("every IN ('day', 'week')", name="rhythm_known"), Index(None, "address"))
    key: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[int] = mapped_column(ForeignKey("mail_addresses.key"))
    subject: Mapped[str]
    every: Mapped[str]
    seen: Mapped[int]
    next_at: Mapped[str]


class NoticeRow(Table):
    """One thing told to one person, by mail or letter; ``about`` says what and whom, so that it is told once.

    A mail waits until ``due_at``, and is tried again; a letter waits for somebody to print it. ``sent_at`` is when it
    was handed over or printed.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("channel IN ('mail', 'letter')", name="channel_known"),
        Index(None, "channel", "sent_at", "due_at"),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    channel: Mapped[str]
    citizen: Mapped[int | None] = mapped_column(ForeignKey("citizens.key"))
    address: Mapped[int | None] = mapped_column(ForeignKey("mail_addresses.key"))
    facts: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str]
    due_at: Mapped[str]
    attempts: Mapped[int]
    sent_at: Mapped[str | None]
    given_up_at: Mapped[str | None]
    problem: Mapped[str | None]


class InvitationsRow(Table):
    """People who are to be invited by letter: one person of the office asks for it, another confirms.

    ``rows`` are those of the file, as JSON, until they are invited; who they are stays with the office.
    """

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]
    rows: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str]
    guest_of: Mapped[str | None]
    asked_at: Mapped[str]
    confirmed_by: Mapped[str | None]
    done_at: Mapped[str | None]
