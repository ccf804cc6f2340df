"""Tables of registered people, without name or address: acts of consent, and deferrals of service."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.layers  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class CitizenRow(Table):
    """A registered person: a random id, a home of at least 500 people, and no name or address.

    ``home`` is a unit of ``layer``, or (``home_is_parent``) the parent of one where the unit has fewer people.
    ``mapped_share`` is the part of the former home that lies in this one, where a new vintage of the layer moved it.
    """

    __tablename__ = "citizens"
    __table_args__ = (Index(None, "layer", "home"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    citizen_id: Mapped[str] = mapped_column(unique=True)
    layer: Mapped[str] = mapped_column(ForeignKey("layers.digest"))
    home: Mapped[str | None]
    home_is_parent: Mapped[bool]
    stratum: Mapped[str]
    is_of_age: Mapped[bool]
    is_synthetic: Mapped[bool]
    registered_at: Mapped[str]
    erased_at: Mapped[str | None]
    mapped_share: Mapped[float | None]


class CredentialRow(Table):
    """The public half of a person's key; one is theirs at a time.

    ``made_by`` is ``own`` where the person brought it themselves, and ``office`` where somebody else did.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        CheckConstraint("made_by IN ('own', 'office')", name="maker_known"),
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="ended_for_a_reason"),
        Index(
            "one_active_credential",
            "citizen",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"))
    public_key: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[str]
    made_at: Mapped[str]
    ended_at: Mapped[str | None]
    reason: Mapped[str | None]


class ConsentRow(Table):
    """One explicit act of consent; it holds for a year, or until it is withdrawn.

    What was signed stands beside its signature; acts without a key have neither. ``withdrawal`` is the signature of the
    person's own withdrawal.
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("given_at < expires_at", name="ends_after_it_begins"),
        Index(None, "citizen", "expires_at"),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"))
    given_at: Mapped[str]
    expires_at: Mapped[str]
    withdrawn_at: Mapped[str | None]
    credential: Mapped[int | None] = mapped_column(ForeignKey("credentials.key"))
    statement: Mapped[str | None]
    signature: Mapped[str | None] = mapped_column(unique=True)
    withdrawal: Mapped[str | None]


class DeferralRow(Table):
    """A deferral of service for hardship: once in a life, with its ground from the closed list."""

    __tablename__ = "deferrals"
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"), primary_key=True)
    granted_at: Mapped[str]
    until: Mapped[str]
    ground: Mapped[str]
