"""Tables of the store. Times are ISO 8601 text in UTC, so that they sort the same in every database."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SHAPE = LargeBinary().with_variant(Geometry(srid=4326), "postgresql")


class Table(DeclarativeBase):
    """Root of all tables."""


class LayerRow(Table):
    """A census layer; its digest is its identity."""

    __tablename__ = "layers"
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    vintage: Mapped[str]


class UnitRow(Table):
    """A unit of a layer."""

    __tablename__ = "units"
    layer: Mapped[str] = mapped_column(ForeignKey("layers.digest"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    population: Mapped[float | None]
    shape: Mapped[bytes] = mapped_column(SHAPE)


class PolityRow(Table):
    """One version of an issue's polity; never edited but for its status and the end of its validity."""

    __tablename__ = "polity_versions"
    __table_args__ = (
        UniqueConstraint("issue", "version"),
        CheckConstraint("activator IS NULL OR activator <> proposer", name="activator_is_not_proposer"),
        CheckConstraint("status IN ('proposed', 'active', 'superseded', 'retired')", name="status_known"),
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
    version: Mapped[int]
    status: Mapped[str]
    valid_from: Mapped[str | None]
    valid_to: Mapped[str | None]
    proposer: Mapped[str]
    activator: Mapped[str | None]
    layer: Mapped[str] = mapped_column(ForeignKey("layers.digest"))
    units: Mapped[int]
    population: Mapped[int]
    coverage: Mapped[float]
    gap: Mapped[float]
    digest: Mapped[str]
    boundary: Mapped[str]


class MemberRow(Table):
    """A unit inside a version of a polity."""

    __tablename__ = "polity_units"
    polity: Mapped[int] = mapped_column(ForeignKey("polity_versions.key"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(primary_key=True)


class LogRow(Table):
    """A line of the public log."""

    __tablename__ = "log_entries"
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[bytes]
