"""What all tables share: how their constraints are named, and how a shape is kept."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    LargeBinary,
    MetaData,
)
from sqlalchemy.orm import DeclarativeBase

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
