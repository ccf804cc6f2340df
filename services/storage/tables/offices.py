"""Tables of office: rolls frozen for a draw, seats and alternates, and what those who sit are called to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.people  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class EpochRow(Table):
    """A frozen roll and what was promised of its draw; a rehearsal's seats nobody."""

    __tablename__ = "epochs"
    __table_args__ = (
        CheckConstraint("kind IN ('binding', 'rehearsal')", name="kind_known"),
        CheckConstraint("status IN ('frozen', 'drawn', 'lapsed')", name="status_known"),
        Index(
            "one_frozen_epoch",
            "kind",
            unique=True,
            sqlite_where=text("status = 'frozen'"),
            postgresql_where=text("status = 'frozen'"),
        ),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    status: Mapped[str]
    mode: Mapped[str]
    rule: Mapped[str]
    fills_all: Mapped[bool]
    frozen_at: Mapped[str]
    drawn_at: Mapped[str | None]
    round: Mapped[int] = mapped_column(BigInteger)
    roll_root: Mapped[str]
    commitment: Mapped[str]
    basis: Mapped[str]
    strata: Mapped[str] = mapped_column(server_default="")
    keys: Mapped[str] = mapped_column(server_default="{}")


class EpochTableRow(Table):
    """A table that the freeze fixed, as published, compressed."""

    __tablename__ = "epoch_tables"
    epoch: Mapped[int] = mapped_column(ForeignKey("epochs.key"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class RollRow(Table):
    """Who stands behind a pseudonym of an epoch. It never leaves the store.

    ``holder`` and ``salt`` open what the published line commits to; both are empty on rolls of before people held keys.
    """

    __tablename__ = "epoch_rolls"
    __table_args__ = (UniqueConstraint("epoch", "citizen"),)
    epoch: Mapped[int] = mapped_column(ForeignKey("epochs.key"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"))
    pool: Mapped[str]
    holder: Mapped[str] = mapped_column(server_default="")
    salt: Mapped[str] = mapped_column(server_default="")


class SeatRow(Table):
    """Time of one person in one seat; it is active until it ends. Ended ones are the ledger of service, for life.

    ``opened_by`` is the public half that opened the seat, where it was opened.
    """

    __tablename__ = "seats"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 150", name="number_in_assembly"),
        CheckConstraint("starts < ends", name="ends_after_it_starts"),
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="ended_for_a_reason"),
        Index(
            "one_active_seat",
            "citizen",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "one_holder",
            "polity",
            "chamber",
            "number",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(ForeignKey("epochs.key"))
    polity: Mapped[str]
    chamber: Mapped[int]
    number: Mapped[int]
    term_class: Mapped[int]
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"))
    pseudonym: Mapped[str]
    pool: Mapped[str]
    starts: Mapped[str]
    ends: Mapped[str]
    ended_at: Mapped[str | None]
    reason: Mapped[str | None]
    opened_by: Mapped[str | None]
    opened_at: Mapped[str | None]


class AlternateRow(Table):
    """Somebody who stands by for an assembly, in order of rank, until they are called or step back."""

    __tablename__ = "alternates"
    __table_args__ = (UniqueConstraint("epoch", "polity", "rank"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(ForeignKey("epochs.key"))
    polity: Mapped[str]
    chamber: Mapped[int]
    rank: Mapped[int]
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"))
    pseudonym: Mapped[str]
    pool: Mapped[str]
    left_at: Mapped[str | None]


class LeavingRow(Table):
    """A delegate who finishes the open votes before the seat ends."""

    __tablename__ = "leaving_seats"
    polity: Mapped[str] = mapped_column(primary_key=True)
    chamber: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    since: Mapped[str]


class SessionRow(Table):
    """A day on which an assembly meets."""

    __tablename__ = "sessions"
    polity: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)


class SummonsRow(Table):
    """A call to a seat, and its answer."""

    __tablename__ = "summonses"
    polity: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    sent: Mapped[str]
    answer: Mapped[str]
    excuse: Mapped[str | None]
    is_final: Mapped[bool]


class ExcuseRequestRow(Table):
    """What a delegate asked the clerk, and the answer; the words are between these two, and no log holds them."""

    __tablename__ = "excuse_requests"
    __table_args__ = (
        ForeignKeyConstraint(["polity", "pseudonym"], ["summonses.polity", "summonses.pseudonym"]),
        CheckConstraint("(decided_at IS NULL) = (is_granted IS NULL)", name="decided_one_way"),
        Index(
            "one_open_request",
            "polity",
            "pseudonym",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    polity: Mapped[str]
    pseudonym: Mapped[str]
    excuse: Mapped[str]
    plea: Mapped[str]
    asked_at: Mapped[str]
    is_granted: Mapped[bool | None]
    reason: Mapped[str]
    decided_at: Mapped[str | None]
