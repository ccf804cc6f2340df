"""Which borders between neighbouring units a line crosses."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geopolity.arrays import FloatArray, IntArray
from geopolity.geometry.crs import LONLAT
from geopolity.layers.connectors import KM_PER_DEGREE
from geopolity.layers.contiguity import Contiguity
from geopolity.layers.layer import Layer

ROUNDING_KM = 1e-6
"""A millimetre: outlines that lie on each other with different vertices are no farther apart."""
FINE = 0.01
"""Degrees: edges of a line are cut to this before they bend into another coordinate system."""


def crossed(line: FloatArray, layer: Layer, ways: Contiguity) -> IntArray:
    """Neighbours whose shared border a line meets, in the order in which it meets them.

    Parameters
    ----------
    line
        (k, 2) longitudes and latitudes, k at least 2; between them it is straight, as in GeoJSON.
    ways
        Neighbours of the layer.

    Returns
    -------
    (m, 2) positions into ``layer.units``, the smaller first. A border that is touched counts as met. The test is exact
    on the layer's vertices (GEOS predicates); where outlines run along each other with different vertices or a seam
    between, the line meets the border where it goes from one unit to the other over no more than rounding or the seam.
    """
    stroke = _in_layer(line, layer.units.crs)
    shapes = layer.units.geometry.to_numpy()
    touched = np.zeros(len(layer), np.bool_)
    touched[layer.units.sindex.query(stroke, predicate="intersects")] = True
    pairs = ways.edges[touched[ways.edges].all(axis=1)]
    one, other = shapes[pairs[:, 0]], shapes[pairs[:, 1]]
    borders = shapely.intersection(one, other)
    way = shapely.shortest_line(shapely.intersection(stroke, one), shapely.intersection(stroke, other))
    met = shapely.intersects(stroke, borders)
    passed = ~met & (shapely.length(way) <= _seam(layer))
    places = np.where(met, shapely.intersection(stroke, borders), way)[met | passed]
    order = np.argsort([_first(stroke, place) for place in places], kind="stable")
    return np.asarray(pairs[met | passed][order])


def _seam(layer: Layer) -> float:
    """How far apart neighbours' outlines may lie, in the units of the layer's coordinates."""
    crs = CRS.from_user_input(layer.units.crs)
    per_km = 1 / KM_PER_DEGREE if crs.is_geographic else 1_000.0 / crs.axis_info[0].unit_conversion_factor
    return (ROUNDING_KM + layer.seam_km) * per_km


def _in_layer(line: FloatArray, crs: CRS) -> LineString:
    """The line in the layer's coordinates, bent where they are no degrees."""
    if CRS.from_user_input(crs).is_geographic:
        return LineString(line)
    turn = Transformer.from_crs(LONLAT, crs, always_xy=True)
    return shapely.transform(
        shapely.segmentize(LineString(line), FINE), lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1]))
    )


def _first(stroke: LineString, place: BaseGeometry) -> float:
    """How far along the line it first meets a place."""
    return float(shapely.line_locate_point(stroke, shapely.points(shapely.get_coordinates(place))).min())
