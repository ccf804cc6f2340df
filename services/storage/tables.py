"""Tables of the store. Times are ISO 8601 text in UTC, so that they sort the same in every database."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SHAPE = LargeBinary().with_variant(Geometry(srid=4326), "postgresql")
"""Well-known binary in EPSG:4326; on PostGIS a geometry with a spatial index, readable by any GIS."""


class Table(DeclarativeBase):
    """Root of all tables; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class LayerRow(Table):
    """A census layer; its digest is its identity. The base layer of a territory is where citizens are at home."""

    __tablename__ = "layers"
    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    vintage: Mapped[str]
    source: Mapped[str]
    licence: Mapped[str]
    is_base: Mapped[bool]
    kept_at: Mapped[str]


class UnitRow(Table):
    """A unit of a layer."""

    __tablename__ = "units"
    __table_args__ = (Index(None, "layer", "parent"),)
    layer: Mapped[str] = mapped_column(ForeignKey("layers.digest"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    population: Mapped[float | None]
    parent: Mapped[str | None]
    shape: Mapped[bytes] = mapped_column(SHAPE)


class CrosswalkRow(Table):
    """The share of a source unit's people who live in a target unit of another layer."""

    __tablename__ = "crosswalks"
    source: Mapped[str] = mapped_column(ForeignKey("layers.digest"), primary_key=True)
    target: Mapped[str] = mapped_column(ForeignKey("layers.digest"), primary_key=True)
    source_unit: Mapped[str] = mapped_column(primary_key=True)
    target_unit: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[float]


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


class ConsentRow(Table):
    """One explicit act of consent; it holds for a year, or until it is withdrawn."""

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


class LogRow(Table):
    """A line of the public log."""

    __tablename__ = "log_entries"
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[bytes]


class CheckpointRow(Table):
    """A signed statement of the log's size and root."""

    __tablename__ = "log_checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    time: Mapped[str]
    signature: Mapped[bytes]


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


class EpochTableRow(Table):
    """A table that the freeze fixed, as published, compressed."""

    __tablename__ = "epoch_tables"
    epoch: Mapped[int] = mapped_column(ForeignKey("epochs.key"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class RollRow(Table):
    """Who stands behind a pseudonym of an epoch. It never leaves the store."""

    __tablename__ = "epoch_rolls"
    __table_args__ = (UniqueConstraint("epoch", "citizen"),)
    epoch: Mapped[int] = mapped_column(ForeignKey("epochs.key"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(primary_key=True)
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"))
    pool: Mapped[str]


class SeatRow(Table):
    """Time of one person in one seat; it is active until it ends. Ended ones are the ledger of service, for life."""

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


class DeferralRow(Table):
    """A deferral of service for hardship: once in a life, with its ground from the closed list."""

    __tablename__ = "deferrals"
    citizen: Mapped[int] = mapped_column(ForeignKey("citizens.key"), primary_key=True)
    granted_at: Mapped[str]
    until: Mapped[str]
    ground: Mapped[str]
