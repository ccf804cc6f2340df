"""Where an issue bites, how hard, and how many people that affects in each unit, with a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.affected.footprint import Area, Attribute, Corridor, Everyone, Footprint, Radius, Raster, Units
    from geopolity.affected.interval import Interval
    from geopolity.affected.mixed import Intersection, Product, Union
    from geopolity.affected.people import Affected, FootprintOutsideLayer, NobodyAffected, affected_people
    from geopolity.affected.raster import Grid
    from geopolity.affected.spread import PointSpread, RasterSpread, Spread

__all__ = [
    "Affected",
    "Area",
    "Attribute",
    "Corridor",
    "Everyone",
    "Footprint",
    "FootprintOutsideLayer",
    "Grid",
    "Intersection",
    "Interval",
    "NobodyAffected",
    "PointSpread",
    "Product",
    "Radius",
    "Raster",
    "RasterSpread",
    "Spread",
    "Union",
    "Units",
    "affected_people",
]

__getattr__ = lazily(
    __name__,
    {
        "Affected": "people",
        "Area": "footprint",
        "Attribute": "footprint",
        "Corridor": "footprint",
        "Everyone": "footprint",
        "Footprint": "footprint",
        "FootprintOutsideLayer": "people",
        "Grid": "raster",
        "Intersection": "mixed",
        "Interval": "interval",
        "NobodyAffected": "people",
        "PointSpread": "spread",
        "Product": "mixed",
        "Radius": "footprint",
        "Raster": "footprint",
        "RasterSpread": "spread",
        "Spread": "spread",
        "Union": "mixed",
        "Units": "footprint",
        "affected_people": "people",
    },
)
