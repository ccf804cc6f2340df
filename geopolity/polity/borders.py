"""What the border of a region costs: lengths on the ground, weighed, and the shortest one that could be.

A weight of W says that one kilometre of border counts as W km² of area, as W people, or as W units, whichever is kept
smallest. Borders are all of a region's outline, around what it encloses too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, FloatArray, IntArray
from geopolity.geometry.crs import WGS84
from geopolity.layers.contiguity import Contiguity, outline_km
from geopolity.layers.layer import Layer
from geopolity.polity.terrain import Terrain
from geopolity.region import Effort, OnProgress, Region, RegionProblem, derive
from geopolity.region.border import Border
from geopolity.region.constrained.rounder import rounder

CURVATURE = 1.0 / ((WGS84.a / 1000.0) ** 2 * (1.0 - WGS84.es))
"""The greatest curvature of the ellipsoid, at the equator, per km²."""
MARGIN = 0.995
"""Lengths are right to far better than this; no bound hangs on the last half per cent."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lengths:
    """Lengths of a layer's borders in km: of each unit where it touches no other, and along each edge."""

    outer_km: FloatArray
    shared_km: FloatArray


def lengths(layer: Layer, graph: Contiguity) -> Lengths:
    """Measure the outlines of a layer."""
    shared = graph.boundary_km
    touching = np.bincount(graph.edges.ravel(), weights=np.repeat(shared, 2), minlength=len(layer))
    return Lengths(outer_km=np.maximum(outline_km(layer) - touching, 0.0), shared_km=shared)


def shortest_border_km(area_km2: float) -> float:
    """Border that any region of an area has at least, in however many pieces (isoperimetric; Fiala 1941, Bol 1941).

    >>> round(shortest_border_km(100.0), 2)
    35.45
    """
    hemisphere = 2 * np.pi / CURVATURE
    if area_km2 > hemisphere:
        return 0.0
    return float(np.sqrt(4 * np.pi * area_km2 - CURVATURE * area_km2**2))


def least_area(areas: FloatArray, affected: IntArray, quota: int) -> float:
    """Area that units with the quota have at least, were they free to lie apart and be cut (the densest first)."""
    order = np.argsort(-affected / np.maximum(areas, 1e-9), kind="stable")
    held = np.cumsum(affected[order])
    last = int(np.searchsorted(held, quota))
    before = 0.0 if last == 0 else float(areas[order[:last]].sum())
    missing = quota - (0 if last == 0 else int(held[last - 1]))
    return before + float(areas[order[last]]) * missing / int(affected[order[last]])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighing:
    """Borders as part of what is minimised.

    Attributes
    ----------
    per_km
        Cost units that a kilometre of border counts as.
    areas_km2
        (n,) of the units.
    cost_km2
        Area that a cost unit stands for, km²; 0 where area is not what is kept smallest.
    """

    measured: Lengths
    per_km: float
    areas_km2: FloatArray
    cost_km2: float

    @property
    def integers(self) -> tuple[IntArray, IntArray]:
        """Costs of the outlines along nobody and of the borders along each edge of the layer, rounded up."""
        outer, shared = self.measured.outer_km * self.per_km, self.measured.shared_km * self.per_km
        return np.ceil(outer).astype(np.int64), np.ceil(shared).astype(np.int64)

    def border(self, problem: RegionProblem, bound: int) -> Border:
        """Borders in integers, rounded up; connectors and what leads to them have none.

        ``bound`` is what any region costs at least without its border.
        """
        units = len(self.areas_km2)
        connectors = len(problem) - units
        area = max(
            least_area(self.areas_km2, problem.affected[:units], problem.quota), (bound - connectors) * self.cost_km2
        )
        outer, shared = np.zeros(len(problem), np.int64), np.zeros(len(problem.edges), np.int64)
        outer[:units], shared[(problem.edges < units).all(axis=1)] = self.integers
        return Border(outer=outer, shared=shared, least=int(MARGIN * self.per_km * shortest_border_km(area)))


def weighing(compactness: float, layer: Layer, terrain: Terrain, cost_unit: int | str) -> Weighing:
    """Borders of a layer, a kilometre of which counts as so many km², people or units."""
    unit_km2 = cost_unit / 1e6 if isinstance(cost_unit, int) else 0.0
    return Weighing(
        measured=lengths(layer, terrain.contiguity),
        per_km=compactness / (unit_km2 or 1.0),
        areas_km2=terrain.areas_m2 / 1e6,
        cost_km2=unit_km2,
    )


def solve(  # noqa: PLR0913 - the engine's arguments, and what borders weigh
    problem: RegionProblem,
    weighing: Weighing | None,
    effort: Effort = "standard",
    *,
    seed: int = 0,
    previous: BoolArray | None = None,
    on_progress: OnProgress | None = None,
    bounded: bool = True,
) -> tuple[Region, Border | None]:
    """Find the smallest region, made rounder where borders weigh; with them, the border it was made with.

    Where it is not ``bounded``, the bound of the border is the isoperimetric one, which takes no time.
    """
    region = derive(problem, effort, seed=seed, previous=previous, on_progress=on_progress)
    if weighing is None:
        return region, None
    border = weighing.border(problem, region.certificate.lower_bound)
    return rounder(problem, border, region, effort, seed=seed, bounded=bounded)
