"""Tables of census layers: their units, and how units of one lie in units of another."""

from __future__ import annotations

from sqlalchemy import (
    ForeignKey,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.storage.tables.base import SHAPE, Table


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
