"""What the tiles of a census layer show: its units, borders, polities, membership cells and labels, with one schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geopolity.arrays import NOBODY, GeometryArray
from geopolity.geometry.snapping import SNAP
from geopolity.layers.arcs import Arcs, arcs_of
from geopolity.layers.dissolved import Walks, border_arcs, group_walks, ring_places, unit_walks
from geopolity.polity.membership import Memberships, memberships
from maps.tiles.layer import LINE, POINT, POLYGON, TileLayer, Traces, mercator, traced
from maps.tiles.sketch import PIXEL

IntArray = NDArray[np.int64]

LAYERS = ("units", "borders", "polities", "polity_borders", "cells", "labels")
LABEL_PIXELS = 32
"""A unit is named from the zoom on at which it is so many pixels wide."""
DEEPEST = 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TilePolity:
    """A polity as tiles show it; ``inside`` are the positions of its units."""

    id: str
    title: str
    version: int
    valid_from: str
    population: int
    area_km2: float
    coverage: float
    inside: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TileSource:
    """A layer and the polities on it.

    Attributes
    ----------
    units
        Indexed by ``unit_id``: ``name``, ``population`` (NaN where unknown), ``parent`` (``None`` where there is none).
    shapes
        Polygons in EPSG:4326, one per row.
    """

    name: str
    title: str
    licence: str
    units: pd.DataFrame
    shapes: GeometryArray
    polities: Sequence[TilePolity] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TileSet:
    """The layers of every tile, and what a map's credits say."""

    name: str
    title: str
    licence: str
    bounds: tuple[float, float, float, float]
    layers: tuple[TileLayer, ...]


def tile_set(source: TileSource) -> TileSet:
    """Lay out the layers; the expensive part, done once for all zooms and tiles."""
    traces = traced(arcs_of(source.shapes))
    members = memberships(len(source.units), {polity.id: polity.inside for polity in source.polities})
    layers = [_units(source, traces, members), _borders(source, traces)]
    outlines = [group_walks(traces.arcs, _group(traces.arcs, polity.inside)) for polity in source.polities]
    if source.polities:
        layers += [_polities(source, traces, outlines), _polity_borders(source, traces)]
        layers.append(_cells(source, traces, members))
    layers.append(_labels(source, traces.arcs, outlines))
    west, south, east, north = shapely.total_bounds(source.shapes).tolist()
    return TileSet(
        name=source.name,
        title=source.title,
        licence=source.licence,
        bounds=(west, south, east, north),
        layers=tuple(layers),
    )


def _units(source: TileSource, traces: Traces, members: Memberships) -> TileLayer:
    table = pd.DataFrame(
        {
            "unit_id": source.units.index.to_numpy(),
            "name": source.units["name"].to_numpy(),
            "population": source.units["population"].to_numpy(dtype=float),
            "polities": np.array([len(signature or ()) for signature in members.signatures])[members.unit_cell],
        }
    )
    return TileLayer(
        name="units", kind=POLYGON, table=table, traces=traces, walks=unit_walks(traces.arcs), small="gathered"
    )


def _borders(source: TileSource, traces: Traces) -> TileLayer:
    """Draw unit borders by kind: outer ones, those between parents, and all others; each line is there once."""
    sides = traces.arcs.sides
    parent = np.append(pd.factorize(source.units["parent"])[0], NOBODY)
    outer = (sides == NOBODY).any(axis=1)
    kind = np.where(outer, 0, np.where(parent[sides[:, 0]] != parent[sides[:, 1]], 1, 2))
    lines = _lines([np.flatnonzero(kind == number) for number in range(3)])
    table = pd.DataFrame({"kind": ["outer", "parent", "unit"]})
    return TileLayer(name="borders", kind=LINE, table=table, traces=traces, walks=lines, small="dropped")


def _polities(source: TileSource, traces: Traces, outlines: Sequence[Walks]) -> TileLayer:
    table = _polity_table(source.polities)
    return TileLayer(name="polities", kind=POLYGON, table=table, traces=traces, walks=_joined(outlines))


def _polity_borders(source: TileSource, traces: Traces) -> TileLayer:
    lines = [
        border_arcs(traces.arcs, _group(traces.arcs, polity.inside) != NOBODY).astype(np.int64)
        for polity in source.polities
    ]
    table = _polity_table(source.polities)[["id", "title"]]
    return TileLayer(name="polity_borders", kind=LINE, table=table, traces=traces, walks=_lines(lines))


def _cells(source: TileSource, traces: Traces, members: Memberships) -> TileLayer:
    held = np.unique(members.unit_cell)
    people = np.bincount(members.unit_cell, np.nan_to_num(source.units["population"].to_numpy(dtype=float)))
    rank = np.full(len(members.signatures), NOBODY)
    rank[held] = np.arange(len(held))
    table = pd.DataFrame(
        {
            "cell_id": [members.cell_id(cell) for cell in held],
            "polities": [len(members.signatures[cell] or ()) for cell in held],
            "polity_ids": [",".join(members.signatures[cell] or ()) for cell in held],
            "population": people[held],
        }
    )
    walks = group_walks(traces.arcs, rank[members.unit_cell])
    return TileLayer(name="cells", kind=POLYGON, table=table, traces=traces, walks=walks)


def _labels(source: TileSource, arcs: Arcs, outlines: Sequence[Walks]) -> TileLayer:
    """Points to write names at, apart from the polygons: a polygon cut by tiles would be named in each."""
    units = _largest_parts(source.shapes)
    polities = np.array([_largest_part(arcs, walks) for walks in outlines], dtype=object)
    table = pd.DataFrame(
        {
            "kind": ["unit"] * len(units) + ["polity"] * len(polities),
            "id": [*source.units.index, *(polity.id for polity in source.polities)],
            "name": [*source.units["name"], *(polity.title for polity in source.polities)],
        }
    )
    points = shapely.get_coordinates(shapely.point_on_surface(np.concatenate([units, polities])))
    width = np.sqrt(shapely.area(units)) / 360
    since = np.ceil(np.log2(LABEL_PIXELS * PIXEL / 4096 / np.maximum(width, 1e-12)))
    since = np.concatenate([np.clip(since, 0, DEEPEST), np.zeros(len(polities))]).astype(np.int64)
    return TileLayer(name="labels", kind=POINT, table=table, points=mercator(points), since=since)


def _largest_parts(shapes: GeometryArray) -> GeometryArray:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort([-shapely.area(parts), owner])
    return np.asarray(parts[order[np.unique(owner[order], return_index=True)[1]]], dtype=object)


def _largest_part(arcs: Arcs, walks: Walks) -> shapely.Polygon:
    """Polygon of the widest shell with its holes."""
    rings = [ring_places(arcs, walks.walk[low:high]) / SNAP for low, high in pairwise(walks.ring.tolist())]
    shells = np.flatnonzero(~walks.hole)
    widest = max(shells.tolist(), key=lambda shell: float(np.prod(np.ptp(rings[shell], axis=0))))
    behind = shells[shells > widest]
    return shapely.Polygon(rings[widest], rings[widest + 1 : behind[0] if len(behind) else None])


def _polity_table(polities: Sequence[TilePolity]) -> pd.DataFrame:
    names = ("id", "title", "version", "valid_from", "population", "area_km2", "coverage")
    table = pd.DataFrame({name: [getattr(polity, name) for polity in polities] for name in names})
    return table.assign(units=[len(polity.inside) for polity in polities])


def _group(arcs: Arcs, inside: IntArray) -> IntArray:
    group = np.full(arcs.size, NOBODY)
    group[inside] = 0
    return group


def _lines(arcs: Sequence[IntArray]) -> Walks:
    """Lines that are one arc each, by feature."""
    walk = np.concatenate([np.zeros(0, np.int64), *arcs])
    owner = np.repeat(np.arange(len(arcs)), [len(some) for some in arcs])
    return Walks(walk=walk, ring=np.arange(len(walk) + 1), owner=owner, hole=np.zeros(len(walk), bool), size=len(arcs))


def _joined(each: Sequence[Walks]) -> Walks:
    """One feature after the other."""
    lengths = np.concatenate([np.diff(walks.ring) for walks in each])
    return Walks(
        walk=np.concatenate([walks.walk for walks in each]),
        ring=np.concatenate([[0], np.cumsum(lengths)]),
        owner=np.concatenate([np.full(len(walks.owner), number) for number, walks in enumerate(each)]),
        hole=np.concatenate([walks.hole for walks in each]),
        size=len(each),
    )
