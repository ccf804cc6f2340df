"""Where units overlap, and where they leave gaps: listed with areas, on the WGS 84 ellipsoid.

How many units hold a place changes only across edges that no neighbour shares. Only those are drawn, and one place in
each face between them tells for all of it: held by two units or more is an overlap, held by none a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.geometry.crs import CYLINDRICAL, WGS84, equal_area
from geopolity.geometry.overlap import edges_of
from geopolity.geometry.vertices import numbered
from geopolity.layers.layer import Layer
from geopolity.messages import Message

THINNEST_M = 1e-3
"""A face thinner than this is rounding, neither overlap nor gap."""
NEAR_M = 2.0
"""Units that come so near and do not touch were most likely meant to."""
ATTEMPTS, GOLDEN = 12, 0.618
"""A place is sought so often, in a part of the face that meets no regular grid of borders twice."""


CHAIN = 64
"""Edges that follow each other are drawn as one line, of so many at most: a short line is near few others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Edges:
    """Edges that no neighbour shares, those that follow each other as one line, and the unit each line belongs to."""

    lines: GeometryArray
    unit: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Faces:
    """Ground held by no unit or by several: outlines in the equal-area frame, areas (m²), and who holds which.

    ``face`` and ``unit`` are pairs of positions; a gap is in none of them.
    """

    outlines: GeometryArray
    area: FloatArray
    face: IntArray
    unit: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """How far a layer is from units that meet at their borders.

    Attributes
    ----------
    overlaps, overlap_m2
        Pairs of units that share ground, and how much.
    gaps, gap_m2, largest_gap
        Enclosed ground that no unit holds, and longitude and latitude of a place in the largest.
    near_misses
        Pairs of units that nearly touch.
    notes
        Sentences on all of it; none for a clean layer.
    """

    overlaps: int
    overlap_m2: float
    gaps: int
    gap_m2: float
    largest_gap: tuple[float, float] | None
    near_misses: int
    notes: tuple[Message, ...]


def topology(layer: Layer) -> Topology:
    """Overlaps, gaps and near misses of a layer, counted and said."""
    edges = _unshared(layer)
    faces = _faces(layer, edges)
    over, open_, near = _overlaps(faces, layer), _gaps(faces), _near(layer, edges)
    return Topology(
        overlaps=len(over),
        overlap_m2=float(over["area_m2"].sum()),
        gaps=len(open_),
        gap_m2=float(open_["area_m2"].sum()),
        largest_gap=_place(open_),
        near_misses=len(near),
        notes=(*_overlap_note(over), *_gap_note(open_), *_near_note(near, layer)),
    )


def topology_notes(layer: Layer) -> tuple[Message, ...]:
    """Sentences on the overlaps, gaps and near misses of a layer; none for a clean one."""
    return topology(layer).notes


def _place(found: gpd.GeoDataFrame) -> tuple[float, float] | None:
    if found.empty:
        return None
    place = found.geometry.iloc[:1].representative_point().to_crs(4326).iloc[0]
    return round(place.x, 6), round(place.y, 6)


def _near_note(pairs: IntArray, layer: Layer) -> tuple[Message, ...]:
    if not len(pairs):
        return ()
    one, other = layer.units.index[pairs[0]]
    note = Message(
        "{pairs:count} pairs of units come within {metres:number} m of each other and do not touch (such as {one} and "
        "{other}), so they are no neighbours; close the gap in the file, or allow a connector of 0.01 km.",
        pairs=len(pairs),
        metres=NEAR_M,
        one=one,
        other=other,
    )
    return (note,)


def _overlap_note(found: pd.DataFrame) -> tuple[Message, ...]:
    if found.empty:
        return ()
    most = found.iloc[0]
    return (
        Message(
            "{pairs:count} pairs of units overlap, by {area:area} together (most: {left} and {right}, {most:area}); "
            "people there count in both.",
            pairs=len(found),
            area=float(found["area_m2"].sum()) / 1e6,
            left=most["left"],
            right=most["right"],
            most=float(most["area_m2"]) / 1e6,
        ),
    )


def _gap_note(found: gpd.GeoDataFrame) -> tuple[Message, ...]:
    if found.empty:
        return ()
    longitude, latitude = _place(found) or (0.0, 0.0)
    return (
        Message(
            "{gaps:count} gaps between units, {area:area} together, belong to no unit (the largest, {most:area}, at "
            "longitude {lon:exact}, latitude {lat:exact}; a lake may be one).",
            gaps=len(found),
            area=float(found["area_m2"].sum()) / 1e6,
            most=float(found["area_m2"].iloc[0]) / 1e6,
            lon=f"{longitude:.3f}",
            lat=f"{latitude:.3f}",
        ),
    )


def overlaps(layer: Layer) -> pd.DataFrame:
    """Pairs of units that share ground, the largest first.

    Returns
    -------
    DataFrame
        ``left`` and ``right`` (unit ids, left first in id order) and ``area_m2``.
    """
    return _overlaps(_faces(layer, _unshared(layer)), layer)


def gaps(layer: Layer) -> gpd.GeoDataFrame:
    """Ground enclosed by units and held by none, the largest first; a lake counts as one, the sea does not.

    Returns
    -------
    GeoDataFrame
        ``area_m2`` and the outline in the equal-area frame.
    """
    return _gaps(_faces(layer, _unshared(layer)))


def _overlaps(faces: _Faces, layer: Layer) -> pd.DataFrame:
    held = pd.DataFrame({"face": faces.face, "unit": faces.unit})
    pairs = held.merge(held, on="face", suffixes=("_left", "_right")).query("unit_left < unit_right")
    shared = pairs.assign(area_m2=faces.area[pairs["face"]]).groupby(["unit_left", "unit_right"])["area_m2"].sum()
    ids = layer.units.index.to_numpy()
    left, right = (shared.index.get_level_values(side).to_numpy(dtype=np.int64) for side in (0, 1))
    table = pd.DataFrame({"left": ids[left], "right": ids[right], "area_m2": shared.to_numpy()})
    return table.sort_values(["area_m2", "left", "right"], ascending=[False, True, True], ignore_index=True)


def _gaps(faces: _Faces) -> gpd.GeoDataFrame:
    empty = np.setdiff1d(np.arange(len(faces.outlines)), faces.face)
    order = empty[np.argsort(-faces.area[empty], kind="stable")]
    return gpd.GeoDataFrame({"area_m2": faces.area[order]}, geometry=list(faces.outlines[order]), crs=CYLINDRICAL)


def _faces(layer: Layer, edges: _Edges) -> _Faces:
    shapes = layer.units.geometry.to_numpy()
    if len(edges.lines) == 0:
        none = np.empty(0, dtype=np.int64)
        return _Faces(outlines=np.empty(0, dtype=object), area=np.empty(0), face=none, unit=none)
    chains = shapely.line_merge(shapely.multilinestrings(edges.lines))  # a few long lines cross faster than edges
    drawn = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.get_parts(chains))]))
    tree = shapely.STRtree(shapes)
    face, unit = tree.query(_places(drawn, tree), predicate="intersects")
    odd = np.flatnonzero(np.bincount(face, minlength=len(drawn)) != 1)
    outlines = equal_area(gpd.GeoSeries(drawn[odd], crs=layer.units.crs))
    thick = shapely.area(outlines) > THINNEST_M / 2 * shapely.length(outlines)
    number = np.full(len(drawn), -1)
    number[odd[thick]] = np.arange(thick.sum())
    known = number[face] >= 0
    return _Faces(
        outlines=outlines[thick], area=shapely.area(outlines[thick]), face=number[face[known]], unit=unit[known]
    )


def _places(faces: GeometryArray, units: shapely.STRtree) -> GeometryArray:
    """Return a place in each face; where it would lie on a border of units, a part of the face is looked at."""
    looked_at, places = faces.copy(), np.asarray(shapely.point_on_surface(faces))
    for attempt in range(ATTEMPTS):
        on = np.unique(units.query(places, predicate="touches")[0])
        if len(on) == 0:
            break
        box = shapely.bounds(looked_at[on])
        axis = attempt % 2
        here = shapely.get_coordinates(places[on])[:, axis]
        box[:, 2 + axis] = box[:, axis] + GOLDEN * (here - box[:, axis])
        looked_at[on] = shapely.intersection(looked_at[on], shapely.box(*box.T))
        places[on] = shapely.point_on_surface(looked_at[on])
    return places


def _unshared(layer: Layer) -> _Edges:
    """Edges of outlines that no neighbour has from the other side."""
    units = _meeting(layer)
    if len(units) == 0:
        return _Edges(lines=np.empty(0, dtype=object), unit=units)
    found = edges_of(layer.units.geometry.to_numpy()[units])
    owner = np.repeat(units, np.diff(found.first))
    vertex, place = numbered(found.ends.reshape(-1, 2), layer.units.crs)
    tail, head = vertex[0::2], vertex[1::2]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    edge, _ = pd.factorize(low * np.int64(len(place)) + high)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(edge), prepend=-1) > 0)
    alone = np.sort(first[np.bincount(edge, weights=np.sign(head - tail)) != 0])
    return _chains(place, tail[alone], head[alone], owner[alone])


def _meeting(layer: Layer) -> IntArray:
    """Units near another, in parts or with a hole: an island far from all others overlaps and encloses nothing."""
    shapes = layer.units.geometry.to_numpy()
    box = shapely.bounds(shapes)
    wide = _near_distance(layer, shapes)[:, None] * [-1, -1, 1, 1]
    boxes = np.asarray(shapely.box(*(box + wide).T))
    one, other = shapely.STRtree(boxes).query(boxes)
    near = np.zeros(len(shapes), dtype=bool)
    near[one[one != other]] = True
    parts = shapely.get_num_geometries(shapes) > 1
    return np.flatnonzero(near | parts | (shapely.get_num_interior_rings(shapes) > 0))


def _chains(place: FloatArray, tail: IntArray, head: IntArray, owner: IntArray) -> _Edges:
    """Lines through edges that follow each other in the outline of one unit."""
    goes_on = (tail[1:] == head[:-1]) & (owner[1:] == owner[:-1])
    run = np.concatenate([[0], np.cumsum(~goes_on)])
    begins = np.concatenate([[True], ~goes_on])
    within = np.arange(len(tail)) - np.flatnonzero(begins)[run]
    begins |= within % CHAIN == 0
    chain = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    vertices = np.insert(head, starts, tail[starts])
    lines = shapely.linestrings(place[vertices], indices=np.insert(chain, starts, chain[starts]))
    return _Edges(lines=np.asarray(lines), unit=owner[starts])


def _near(layer: Layer, edges: _Edges) -> IntArray:
    """Pairs of units that come within ``NEAR_M`` of each other and do not touch: a gap, or borders drawn apart."""
    tree = shapely.STRtree(edges.lines)
    left, right = tree.query(edges.lines, predicate="dwithin", distance=_near_distance(layer, edges.lines))
    pairs = np.sort(np.column_stack([edges.unit[left], edges.unit[right]]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    shapes = layer.units.geometry.to_numpy()
    rounding = 1e-9 if layer.units.crs.is_geographic else 1e-4
    return np.asarray(pairs[shapely.distance(shapes[pairs[:, 0]], shapes[pairs[:, 1]]) > rounding])


def _near_distance(layer: Layer, lines: GeometryArray) -> FloatArray:
    """``NEAR_M`` in the units of the layer's coordinates, at each edge."""
    crs = layer.units.crs
    if not crs.is_geographic:
        return np.full(len(lines), NEAR_M / crs.axis_info[0].unit_conversion_factor)
    box = shapely.bounds(lines)
    latitude = np.radians(np.minimum(np.abs(box[:, 1] + box[:, 3]) / 2, 89.0))
    return np.asarray(np.degrees(NEAR_M / WGS84.a) / np.cos(latitude))
