"""What all tables share: how their constraints are named, and how a shape is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine


class Shape(TypeDecorator[bytes]):
    """Well-known binary in EPSG:4326; on PostGIS a geometry with a spatial index, readable by any GIS."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How a database keeps it."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(LargeBinary())
        from geoalchemy2 import Geometry  # noqa: PLC0415 - slower to import than all of SQLAlchemy, and for PostGIS only

        return dialect.type_descriptor(Geometry(srid=4326))


SHAPE = Shape()


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
