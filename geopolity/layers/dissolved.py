"""Outlines of groups of units, walked along the arcs that bound them: nothing is recomputed, so borders stay shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geopolity.arrays import NOBODY, BoolArray, FloatArray, IntArray
from geopolity.layers.arcs import Arcs

Walk = list[int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walks:
    """Rings of several features as walks over arcs, the inside to the left; a hole follows the shell it lies in.

    Attributes
    ----------
    walk, ring
        As in ``Arcs``.
    owner
        (r,) feature of each ring, ascending.
    hole
        (r,) whether the ring bounds a hole.
    size
        How many features there are; some may have no ring.
    """

    walk: IntArray
    ring: IntArray
    owner: IntArray
    hole: BoolArray
    size: int


def unit_walks(arcs: Arcs) -> Walks:
    """Rings of the units themselves."""
    return Walks(walk=arcs.walk, ring=arcs.ring, owner=arcs.unit, hole=arcs.hole, size=arcs.size)


def group_walks(arcs: Arcs, group: IntArray) -> Walks:
    """Rings of the outlines of groups of units.

    Parameters
    ----------
    group
        (n,) group of each unit, 0 upwards; -1 for units of no group.
    """
    beside = np.append(group, NOBODY)[arcs.sides]
    border = beside[:, 0] != beside[:, 1]
    left, right = (np.flatnonzero(border & (beside[:, side] >= 0)) for side in (0, 1))
    steps = np.concatenate([left, ~right])
    owner = np.concatenate([beside[left, 0], beside[right, 1]])
    walks: list[Walk] = []
    owners: list[int] = []
    holes: list[bool] = []
    for number in np.unique(owner).tolist():
        for walk, hole in _nested(arcs, _closed(arcs, steps[owner == number])):
            walks.append(walk)
            owners.append(number)
            holes.append(hole)
    return Walks(
        walk=np.array([step for walk in walks for step in walk], dtype=np.int64),
        ring=np.cumsum([0, *(len(walk) for walk in walks)]),
        owner=np.array(owners, dtype=np.int64),
        hole=np.array(holes, dtype=bool),
        size=int(group.max(initial=NOBODY)) + 1,
    )


def border_arcs(arcs: Arcs, inside: BoolArray) -> IntArray:
    """Arcs with a unit inside on one side only."""
    beside = np.append(inside, np.False_)[arcs.sides]
    return np.flatnonzero(beside[:, 0] != beside[:, 1])


def ring_places(arcs: Arcs, walk: IntArray | Walk) -> IntArray:
    """Vertices of a closed walk, (k, 2) in steps of 1e-7 degrees, the first not repeated."""
    pieces = [
        arcs.xy[arcs.first[step] : arcs.first[step + 1] - 1]
        if step >= 0
        else arcs.xy[arcs.first[~step + 1] - 1 : arcs.first[~step] : -1]
        for step in np.asarray(walk).tolist()
    ]
    return np.vstack(pieces)


def _closed(arcs: Arcs, steps: IntArray) -> list[Walk]:
    """Join steps that have the same inside to their left into rings; where rings meet, they touch and never cross."""
    forward = steps >= 0
    arc = np.where(forward, steps, ~steps)
    low, high = arcs.first[arc], arcs.first[arc + 1] - 1
    start, end = np.where(forward, low, high), np.where(forward, high, low)
    second, before = np.where(forward, low + 1, high - 1), np.where(forward, high - 1, low + 1)
    out_angle = _angle(arcs.xy[second] - arcs.xy[start])
    back_angle = _angle(arcs.xy[before] - arcs.xy[end])
    starts: dict[tuple[int, int], list[int]] = {}
    for place, at in enumerate(map(tuple, arcs.xy[start].tolist())):
        starts.setdefault(at, []).append(place)
    ends = list(map(tuple, arcs.xy[end].tolist()))
    end_of = dict(zip(steps.tolist(), ends, strict=True))
    waiting = np.ones(len(steps), dtype=bool)
    rings = []
    for first in range(len(steps)):
        if not waiting[first]:
            continue
        ring, here = [], first
        while waiting[here]:
            waiting[here] = False
            ring.append(int(steps[here]))
            choices = [place for place in starts.get(ends[here], ()) if waiting[place] or place == first]
            if not choices:
                break
            here = min(choices, key=lambda place: (back_angle[here] - out_angle[place]) % (2 * np.pi) or 2 * np.pi)
        rings += _simple(ring, end_of)
    return rings


def _simple(ring: Walk, end: dict[int, tuple[int, int]]) -> list[Walk]:
    """Split a ring that touches itself: no ring passes a node twice."""
    rings: list[Walk] = []
    path: list[int] = []
    passed: dict[tuple[int, int], int] = {end[ring[-1]]: 0}
    for step in ring:
        path.append(step)
        place = passed.get(end[step])
        if place is None:
            passed[end[step]] = len(path)
            continue
        rings.append(path[place:])
        for inner in path[place:-1]:
            del passed[end[inner]]
        del path[place:]
    return rings


def _angle(direction: IntArray) -> FloatArray:
    return np.asarray(np.arctan2(direction[:, 1], direction[:, 0]), dtype=np.float64)


def _nested(arcs: Arcs, walks: list[Walk]) -> list[tuple[Walk, bool]]:
    """Shells, each followed by its holes."""
    rings = [ring_places(arcs, walk) for walk in walks]
    areas = np.array([_twice_area(ring) for ring in rings])
    shells, holes = np.flatnonzero(areas > 0), np.flatnonzero(areas < 0)
    if not len(holes):
        return [(walks[shell], False) for shell in shells]
    polygons = np.array([shapely.Polygon(rings[shell]) for shell in shells], dtype=object)
    inside_of: dict[int, list[int]] = {}
    for hole in holes.tolist():
        inner = shapely.Polygon(rings[hole])
        around = np.flatnonzero(shapely.contains(polygons, shapely.point_on_surface(inner)))
        if len(around):
            inside_of.setdefault(int(around[np.argmin(areas[shells[around]])]), []).append(hole)
    return [
        (walks[ring], ring != shell)
        for place, shell in enumerate(shells.tolist())
        for ring in [shell, *inside_of.get(place, [])]
    ]


def _twice_area(ring: IntArray) -> float:
    x, y = (ring - ring[0]).astype(np.float64).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
