"""Tables of polities: versions that are never edited, with units, files and objections."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

import services.storage.tables.layers  # noqa: F401 - what these point to
from services.storage.tables.base import SHAPE, Table


class PolityRow(Table):
    """One version of an issue's polity; never edited but for its status and the end of its validity."""

    __tablename__ = "polity_versions"
    __table_args__ = (
        UniqueConstraint("issue", "version"),
        CheckConstraint("activator IS NULL OR activator <> proposer", name="activator_is_not_proposer"),
        CheckConstraint(
            "status IN ('draft', 'proposed', 'withdrawn', 'active', 'superseded', 'retired')", name="status_known"
        ),
        CheckConstraint(
            "(status IN ('draft', 'proposed', 'withdrawn')) = (valid_from IS NULL)", name="valid_since_activation"
        ),
        CheckConstraint("(status IN ('superseded', 'retired')) = (valid_to IS NOT NULL)", name="valid_to_the_end"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_in_order"),
        Index(
            "one_active_version",
            "issue",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )
    key: Mapped[int] = mapped_column(primary_key=True)
    issue: Mapped[str]
    title: Mapped[str]
    question: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int]
    status: Mapped[str]
    open_until: Mapped[str | None]
    valid_from: Mapped[str | None]
    valid_to: Mapped[str | None]
    proposer: Mapped[str]
    activator: Mapped[str | None]
    layer: Mapped[str] = mapped_column(ForeignKey("layers.digest"))
    units: Mapped[int]
    area_km2: Mapped[float]
    population: Mapped[int] = mapped_column(BigInteger)
    affected: Mapped[float]
    coverage: Mapped[float]
    gap: Mapped[float]
    digest: Mapped[str]
    shape: Mapped[bytes] = mapped_column(SHAPE)


class MemberRow(Table):
    """A unit inside a version of a polity, and how many of its people the issue affects."""

    __tablename__ = "polity_units"
    polity: Mapped[int] = mapped_column(ForeignKey("polity_versions.key"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(primary_key=True)
    affected: Mapped[float]


class PolityFileRow(Table):
    """A file of the derivation that a version was drafted from: its evidence, and what people look at."""

    __tablename__ = "polity_files"
    polity: Mapped[int] = mapped_column(ForeignKey("polity_versions.key"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class ObjectionRow(Table):
    """An objection to a proposed version, and its answer. The log holds commitments to the texts, never the texts."""

    __tablename__ = "objections"
    __table_args__ = (CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_its_time"),)
    key: Mapped[int] = mapped_column(primary_key=True)
    polity: Mapped[int] = mapped_column(ForeignKey("polity_versions.key"), index=True)
    made_at: Mapped[str]
    author: Mapped[str]
    text: Mapped[str]
    text_salt: Mapped[bytes]
    answered_at: Mapped[str | None]
    answerer: Mapped[str | None]
    answer: Mapped[str | None]
    answer_salt: Mapped[bytes | None]
