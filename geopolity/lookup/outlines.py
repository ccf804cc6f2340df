"""Outlines of units as edges between integer coordinates, none longer than an exact predicate can bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geopolity.arrays import GeometryArray, IntArray
from geopolity.exports import later
from geopolity.geometry.snapping import snapped_to_grid

if TYPE_CHECKING:
    import shapely
else:
    shapely = later("shapely")

LONGEST = 2**30
"""Steps of 1e-7 degrees: products of two such spans still fit into 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlines:
    """Edges of many units.

    Attributes
    ----------
    unit
        (m,) position of the edge's unit, ascending.
    edge
        (m, 4) ``x1, y1, x2, y2`` in steps of 1e-7 degrees.
    size
        How many units there are; some may have no edge.
    """

    unit: IntArray
    edge: IntArray
    size: int


def outlines_of(shapes: GeometryArray) -> Outlines:
    """Edges of polygons in EPSG:4326; those that vanish when snapped are left out, very long ones are cut."""
    parts, unit = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    xy, same = snapped_to_grid(degrees), ring[1:] == ring[:-1]
    edge = np.hstack([xy[:-1], xy[1:]])[same]
    owner = unit[part][ring[1:]][same]
    real = (edge[:, :2] != edge[:, 2:]).any(axis=1)
    edge, owner = edge[real], owner[real]
    while (far := np.abs(edge[:, 2:] - edge[:, :2]).max(axis=1, initial=0) >= LONGEST).any():
        middle = (edge[:, :2] + edge[:, 2:]) // 2
        halves = np.hstack([middle[far], edge[far, 2:]])
        edge[far, 2:] = middle[far]
        edge, owner = np.vstack([edge, halves]), np.concatenate([owner, owner[far]])
    order = np.argsort(owner, kind="stable")
    return Outlines(unit=owner[order].astype(np.int64), edge=edge[order], size=len(shapes))


def unshared(outlines: Outlines) -> Outlines:
    """Keep the edges that only one unit has: the outer borders, and what neighbours drew differently."""
    forward = outlines.edge
    flipped = (forward[:, 0] > forward[:, 2]) | ((forward[:, 0] == forward[:, 2]) & (forward[:, 1] > forward[:, 3]))
    canonical = np.where(flipped[:, None], forward[:, [2, 3, 0, 1]], forward)
    order = np.lexsort(canonical.T)
    ranked = canonical[order]
    twin = (ranked[1:] == ranked[:-1]).all(axis=1)
    alone = np.ones(len(order), dtype=bool)
    alone[order[1:]] &= ~twin
    alone[order[:-1]] &= ~twin
    return Outlines(unit=outlines.unit[alone], edge=forward[alone], size=outlines.size)
