"""Families of issue domains, each holding the smaller ones: rivers, coasts, cities, storms and sites that people share.

Issue number k of a seed is the same in every family, so the 60 contain the 6. Kinds, places and sizes come from the
distributions below; they are assumptions, stated here and nowhere else, and a file of issues may replace them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import geopandas as gpd
import numpy as np
import shapely

from geopolity.affected.footprint import Corridor, Everyone, Footprint, Radius, Units
from geopolity.arrays import BoolArray, FloatArray
from geopolity.geometry.crs import WGS84
from geopolity.identifiers import IssueName, LayerName, UnitId
from geopolity.layers.layer import Layer
from geopolity.polity.borders import lengths
from geopolity.polity.issue import Issue
from geopolity.polity.terrain import Terrain

KINDS = {"site": 0.30, "city": 0.25, "river": 0.17, "coast": 0.13, "storm": 0.13, "everyone": 0.02}
"""Share of each kind: works and deposits, metropolitan areas, streams, stretches of coast, swaths, the whole layer."""
COVERAGE = Decimal("0.9")
CONNECTOR_KM = 150.0
"""Strait that may join an island to its polity."""
SHORE_KM = 0.5
"""A unit with so much border on no other unit lies on a coast or an outer frontier."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ground:
    """Units of a layer as places for issues: ids, a point inside each (degrees), people, and who lies at the edge."""

    ids: tuple[UnitId, ...]
    lon: FloatArray
    lat: FloatArray
    people: FloatArray
    at_edge: BoolArray

    @classmethod
    def of(cls, layer: Layer, terrain: Terrain) -> Ground:
        """Ground of a layer."""
        points = gpd.GeoSeries(layer.units.geometry.representative_point(), crs=layer.units.crs).to_crs(4326)
        people = np.nan_to_num(layer.units["population"].to_numpy(dtype=float))
        return cls(
            ids=tuple(layer.units.index),
            lon=points.x.to_numpy(),
            lat=points.y.to_numpy(),
            people=people,
            at_edge=lengths(layer, terrain.contiguity).outer_km > SHORE_KM,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One issue domain of a family: its number, kind, name and where it bites."""

    number: int
    kind: str
    name: IssueName
    footprint: Footprint


def domains(ground: Ground, count: int, seed: int) -> list[Domain]:
    """The first ``count`` issues of a seed; the first of all concerns everyone."""
    return [_domain(ground, number, seed) for number in range(count)]


def domain_issue(domain: Domain, layer: LayerName, coverage: Decimal = COVERAGE) -> Issue:
    """A domain as an issue that the engine derives."""
    return Issue(
        name=domain.name,
        title=domain.name,
        question="",
        footprint=domain.footprint,
        layer=layer,
        coverage=coverage,
        connector_km=None if domain.kind == "everyone" else CONNECTOR_KM,
    )


def _domain(ground: Ground, number: int, seed: int) -> Domain:
    rng = np.random.default_rng(_key(seed, number))
    kind = "everyone" if number == 0 else str(rng.choice(list(KINDS), p=list(KINDS.values())))
    return Domain(
        number=number, kind=kind, name=IssueName(f"{kind}-{number:04d}"), footprint=_FOOTPRINTS[kind](ground, rng)
    )


def _key(seed: int, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"geopolity society {seed} {number}".encode()).digest()[:16], "big")


def _everyone(ground: Ground, rng: np.random.Generator) -> Footprint:  # noqa: ARG001 - kinds are called alike
    return Everyone()


def _site(ground: Ground, rng: np.random.Generator) -> Footprint:
    """One to some eight places, within 20 to 100 km each."""
    places = rng.choice(len(ground.ids), size=min(1 + int(rng.poisson(2)), len(ground.ids)), replace=False)
    return _around(ground, places, float(np.clip(rng.lognormal(np.log(40), 0.5), 15, 150)))


def _city(ground: Ground, rng: np.random.Generator) -> Footprint:
    """Around a unit drawn by its people, as far as 25 to 120 km."""
    place = rng.choice(len(ground.ids), size=1, p=ground.people / ground.people.sum())
    return _around(ground, place, float(np.clip(rng.lognormal(np.log(50), 0.5), 20, 150)))


def _river(ground: Ground, rng: np.random.Generator) -> Footprint:
    """A winding line of 200 to 1,500 km, and 15 to 45 km on both sides."""
    start = int(rng.integers(len(ground.ids)))
    legs = int(rng.integers(4, 26))
    turns = rng.normal(0, 25, legs)
    line = _walk(ground, start, float(rng.uniform(0, 360)) + np.cumsum(turns), 60.0)
    return Corridor(lines=_series(line), distance_km=float(rng.uniform(15, 45)))


def _storm(ground: Ground, rng: np.random.Generator) -> Footprint:
    """From the edge inland for 300 to 900 km, 40 to 120 km on both sides."""
    start = int(rng.choice(_edge(ground)))
    centre = np.average(ground.lon, weights=ground.people), np.average(ground.lat, weights=ground.people)
    inland, _, _ = WGS84.inv(ground.lon[start], ground.lat[start], *centre)
    legs = int(rng.integers(5, 16))
    line = _walk(ground, start, inland + rng.uniform(-60, 60) + np.cumsum(rng.normal(0, 8, legs)), 60.0)
    return Corridor(lines=_series(line), distance_km=float(rng.uniform(40, 120)))


def _coast(ground: Ground, rng: np.random.Generator) -> Footprint:
    """Units at the edge within 80 to 500 km of one of them, and everybody in them."""
    edge = _edge(ground)
    start = int(rng.choice(edge))
    many = np.full(len(edge), start)
    _, _, away = WGS84.inv(ground.lon[many], ground.lat[many], ground.lon[edge], ground.lat[edge])
    near = edge[np.asarray(away) <= 1000 * rng.uniform(80, 500)]
    return Units(weights={ground.ids[unit]: 1.0 for unit in near.tolist()})


_FOOTPRINTS: dict[str, Callable[[Ground, np.random.Generator], Footprint]] = {
    "everyone": _everyone,
    "site": _site,
    "city": _city,
    "river": _river,
    "storm": _storm,
    "coast": _coast,
}


def _edge(ground: Ground) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Units at the edge; all of them where none is."""
    edge = np.flatnonzero(ground.at_edge)
    return edge if len(edge) else np.arange(len(ground.ids))


def _around(ground: Ground, places: np.ndarray[tuple[int], np.dtype[np.int64]], km: float) -> Footprint:
    points = gpd.GeoSeries(gpd.points_from_xy(ground.lon[places], ground.lat[places]), crs=4326)
    return Radius(points=points, distance_km=km)


def _walk(ground: Ground, start: int, headings: FloatArray, km: float) -> shapely.LineString:
    lon, lat = float(ground.lon[start]), float(ground.lat[start])
    points = [(lon, lat)]
    for heading in headings.tolist():
        lon, lat, _ = WGS84.fwd(lon, lat, heading, 1000 * km)
        if abs(lon - points[0][0]) > 120 or abs(lat) > 80:  # no line around the pole or half the planet
            break
        points.append((lon, lat))
    return shapely.LineString(points if len(points) > 1 else [*points, (lon + 0.1, lat)])


def _series(line: shapely.LineString) -> gpd.GeoSeries:
    return gpd.GeoSeries([line], crs=4326)
