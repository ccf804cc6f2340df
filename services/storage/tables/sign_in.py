"""Tables of who may sign in: links, sessions and keys as hashes only; names that a provider gives; linked seats."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.people  # noqa: F401 - what these point to
from services.storage.tables.base import Table


class SignInRow(Table):
    """A one-time link, or the session that it became; the secret itself is nowhere in the store.

    ``account`` is the linked account that began a session, ``guest_of`` whoever made the link.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (CheckConstraint("kind IN ('link', 'session')", name="kind_known"),)
    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    roles: Mapped[str]
    made_at: Mapped[str]
    ends_at: Mapped[str]
    account: Mapped[str | None]
    guest_of: Mapped[str | None]


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


class KnownAsRow(Table):
    """What a provider calls somebody whom it gave a role: for clerks and administrators to read beside the ``sub``."""

    __tablename__ = "known_as"
    name: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]


class LinkedSeatRow(Table):
    """A delegate's pseudonym, and the hash of whom the provider vouches for; not who that is."""

    __tablename__ = "linked_seats"
    subject_hash: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[str]


class PersonalActRow(Table):
    """An act about a person that needs two others: who asked for it, and who confirmed it; ``details`` as JSON."""

    __tablename__ = "personal_acts"
    __table_args__ = (CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    roles: Mapped[str]
    asked_by: Mapped[str]
    asked_salt: Mapped[bytes] = mapped_column(LargeBinary)
    guest_of: Mapped[str | None]
    asked_at: Mapped[str]
    confirmed_by: Mapped[str | None]
    confirmed_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[str | None]
    details: Mapped[str] = mapped_column(server_default="")


class RegistrationRow(Table):
    """Somebody who registered themselves and brings proof of residence to the office; the link they kept works then.

    ``code`` is what they name; one person of the office sees the proof, another confirms.
    """

    __tablename__ = "registrations"
    __table_args__ = (CheckConstraint("confirmed_by IS NULL OR confirmed_by <> checked_by", name="two_persons"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[str]
    is_of_age: Mapped[bool]
    asked_at: Mapped[str]
    checked_by: Mapped[str | None]
    checked_hand: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    done_at: Mapped[str | None]


class LinkedCitizenRow(Table):
    """A citizen whom a provider vouched for, with their residence: the hash of who that is, and no name."""

    __tablename__ = "linked_citizens"
    subject_hash: Mapped[str] = mapped_column(primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"), unique=True)
    made_at: Mapped[str]
