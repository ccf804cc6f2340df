"""Shapes on the Earth, whatever they stand for: true areas, distances, shared vertices, integers to snap to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.geometry.buffers import around_line, around_points
    from geopolity.geometry.crs import equal_area, known_crs, lonlat
    from geopolity.geometry.interpolation import areal_weights, point_weights, transfer
    from geopolity.geometry.snapping import PointError, snapped
    from geopolity.geometry.zones import Zones, overlay

__all__ = [
    "PointError",
    "Zones",
    "areal_weights",
    "around_line",
    "around_points",
    "equal_area",
    "known_crs",
    "lonlat",
    "overlay",
    "point_weights",
    "snapped",
    "transfer",
]

__getattr__ = lazily(
    __name__,
    {
        "PointError": "snapping",
        "Zones": "zones",
        "areal_weights": "interpolation",
        "around_line": "buffers",
        "around_points": "buffers",
        "equal_area": "crs",
        "known_crs": "crs",
        "lonlat": "crs",
        "overlay": "zones",
        "point_weights": "interpolation",
        "snapped": "snapping",
        "transfer": "interpolation",
    },
)
