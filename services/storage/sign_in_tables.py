"""Tables of who may sign in: one-time links, sessions and keys of programs, each kept as a hash only."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.storage.tables import Table


class SignInRow(Table):
    """A one-time link, or the session that it became; the secret itself is nowhere in the store."""

    __tablename__ = "sign_ins"
    __table_args__ = (CheckConstraint("kind IN ('link', 'session')", name="kind_known"),)
    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    roles: Mapped[str]
    made_at: Mapped[str]
    ends_at: Mapped[str]


class ApiKeyRow(Table):
    """A key of a program, with the roles it may act in."""

    __tablename__ = "api_keys"
    key_id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[str]
    made_at: Mapped[str]
    ends_at: Mapped[str | None]
    revoked_at: Mapped[str | None]
