"""Links over water: the shortest ways between parts of a layer that do not touch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.geometry.crs import WGS84, lonlat
from geopolity.layers.layer import Layer

KEPT = 3
"""Links kept for each pair of parts: the shortest few."""
KM_PER_DEGREE = 111.0


def connectors(layer: Layer, components: IntArray, max_km: float) -> pd.DataFrame:
    """Shortest links between units of different connected parts, up to ``max_km`` kilometres.

    ``components`` (n,) says which part each unit belongs to.

    Returns
    -------
    DataFrame
        ``connector_id`` (the two unit ids joined by a tilde), ``from_unit`` and ``to_unit`` (positions, the
        smaller first) and ``km`` (geodesic length of the shortest line), in order of length.
    """
    shapes = lonlat(layer.units.geometry)
    first, second = within_reach(shapes, components, max_km)
    first, second, km = _shortest(shapes, first, second, components)
    near = km <= max_km
    links = pd.DataFrame({"from_unit": first[near], "to_unit": second[near], "km": km[near]})
    parts = np.sort(components[links[["from_unit", "to_unit"]].to_numpy()], axis=1)
    links = links.assign(one=parts[:, 0], other=parts[:, 1]).sort_values(["km", "from_unit", "to_unit"], kind="stable")
    links = links.groupby(["one", "other"], sort=False).head(KEPT).drop(columns=["one", "other"])
    ids = layer.units.index.to_numpy()
    names = [f"{ids[start]}~{ids[end]}" for start, end in zip(links["from_unit"], links["to_unit"], strict=True)]
    return links.assign(connector_id=names)[["connector_id", "from_unit", "to_unit", "km"]].reset_index(drop=True)


def within_reach(shapes: GeometryArray, components: IntArray, max_km: float) -> tuple[IntArray, IntArray]:
    """Pairs of units of different parts whose boxes come within reach, also across the antimeridian."""
    small = np.flatnonzero(components != np.bincount(components).argmax())
    tree = shapely.STRtree(shapes)
    pairs = np.hstack([_reached(shapes, tree, small, max_km, turn) for turn in (-360.0, 0.0, 360.0)])
    pairs = np.sort(pairs[:, components[pairs[0]] != components[pairs[1]]], axis=0)
    first, second = np.unique(pairs, axis=1) if pairs.size else pairs
    return first, second


def _reached(shapes: GeometryArray, tree: shapely.STRtree, small: IntArray, max_km: float, turn: float) -> IntArray:
    west, south, east, north = shapely.bounds(shapes[small]).T
    up = max_km / KM_PER_DEGREE
    across = up / np.cos(np.radians(np.minimum(np.maximum(np.abs(south), np.abs(north)) + up, 89.0)))
    boxes = shapely.box(west - across + turn, south - up, east + across + turn, north + up)
    hit, other = tree.query(boxes)
    return np.vstack([small[hit], other])


def _shortest(
    shapes: GeometryArray, first: IntArray, second: IntArray, components: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs among which the shortest few of each two parts are, and their length in km.

    Boxes tell how far apart two units are at least: what is at least as far as the shortest few are is not measured.
    """
    least = _box_gap_km(shapely.bounds(shapes[first]), shapely.bounds(shapes[second]))
    parts = np.sort(components[np.column_stack([first, second])], axis=1)
    group = np.unique(parts, axis=0, return_inverse=True)[1].ravel()
    order = np.lexsort((least, group))
    rank = np.empty(len(order), np.int64)
    start = np.searchsorted(group[order], group[order])
    rank[order] = np.arange(len(order)) - start
    km = np.full(len(first), np.inf)
    few = rank < 4 * KEPT
    km[few] = _gap_km(shapes[first[few]], shapes[second[few]])
    far = pd.Series(km).groupby(group).transform(lambda lengths: np.sort(lengths)[min(KEPT, len(lengths)) - 1])
    rest = ~few & (least <= far.to_numpy())
    km[rest] = _gap_km(shapes[first[rest]], shapes[second[rest]])
    measured = few | rest
    return first[measured], second[measured], km[measured]


def _box_gap_km(one: FloatArray, other: FloatArray) -> FloatArray:
    """How far apart things in two boxes (degrees) are at least, km, also across the antimeridian."""
    west, east = np.maximum(one[:, 0], other[:, 0]), np.minimum(one[:, 2], other[:, 2])
    across = np.maximum(west - east, 0.0)
    round_ = np.maximum(np.minimum(one[:, 0], other[:, 0]) + 360.0 - np.maximum(one[:, 2], other[:, 2]), 0.0)
    up = np.maximum(np.maximum(one[:, 1], other[:, 1]) - np.minimum(one[:, 3], other[:, 3]), 0.0)
    highest = np.abs(np.hstack([one[:, [1, 3]], other[:, [1, 3]]])).max(axis=1)
    shrink = np.cos(np.radians(np.minimum(highest, 90.0)))
    return np.asarray(110.0 * np.hypot(np.minimum(across, round_) * shrink, up))


def _gap_km(left: GeometryArray, right: GeometryArray) -> FloatArray:
    """Length of the shortest line between each pair, found in a frame local to the pair."""
    if len(left) == 0:
        return np.empty(0)
    centre = shapely.get_coordinates(shapely.point_on_surface(left))
    line = shapely.shortest_line(local(left, centre), local(right, centre))
    ends = shapely.get_coordinates(line).reshape(-1, 2, 2)
    scale = np.cos(np.radians(centre[:, 1]))[:, None]
    longitude, latitude = ends[:, :, 0] / scale + centre[:, :1], ends[:, :, 1]
    return np.asarray(WGS84.inv(longitude[:, 0], latitude[:, 0], longitude[:, 1], latitude[:, 1])[2]) / 1000.0


def local(shapes: GeometryArray, centre: FloatArray) -> GeometryArray:
    """Degrees east of the centre, shrunk to the size of degrees of latitude, and degrees of latitude.

    Each part of a shape is moved as a whole by full turns to the side of the Earth where its centre lies.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    _, part = shapely.get_coordinates(parts, return_index=True)
    xy = shapely.get_coordinates(shapes)
    west, _, east, _ = shapely.bounds(parts).T
    turn = 360.0 * np.round(((west + east) / 2 - centre[owner, 0]) / 360.0)
    at = centre[owner[part]]
    moved = np.column_stack([(xy[:, 0] - at[:, 0] - turn[part]) * np.cos(np.radians(at[:, 1])), xy[:, 1]])
    return np.asarray(shapely.set_coordinates(shapes.copy(), moved), dtype=object)
