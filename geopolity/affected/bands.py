"""How far from where an issue starts people live: residents and affected of each unit, by band of distance.

An issue starts at the points, along the lines or in the areas that its footprint is drawn around. Distances are
geodesic, and units are cut by areal weighting, as everywhere. What a unit has in a band is the difference of what it
has within two distances, so that the bands of every unit sum to the whole of it, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from geopolity.affected.footprint import FARTHEST_KM, Area, Corridor, Footprint, Grounded, Radius, Raster, Units
from geopolity.affected.interval import unit_interval
from geopolity.affected.mixed import Combined, Product, Union, parts_of
from geopolity.affected.overlay import measured
from geopolity.affected.pieces import Pieces
from geopolity.arrays import FloatArray, GeometryArray
from geopolity.errors import RequestError
from geopolity.geometry.crs import LONLAT
from geopolity.geometry.zones import Zones, polygonal
from geopolity.layers.ground import ground, meet
from geopolity.layers.layer import Layer

STEPS = 2.0**30
"""A unit's share within a distance is a multiple of one part in so many: differences of such shares are exact."""


class BandsError(RequestError):
    """Distances that make no bands, or a footprint that is nowhere."""

    code = "bands"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bands:
    """Bands of distance, from where the issue starts outward; the last goes on without end.

    Attributes
    ----------
    names
        ``0`` for the area itself, where the issue starts in one, then ``0-1``, ``1-3`` and ``3-`` (km).
    share, margin
        (k, n) share of each unit's residents in each band, and how far that may be off (a margin, 90 per cent).
    affected
        (k, n) affected people of each unit in each band.
    """

    names: tuple[str, ...]
    share: FloatArray
    margin: FloatArray
    affected: FloatArray


def bands_of(footprint: Footprint, layer: Layer, edges_km: tuple[float, ...], affected: FloatArray) -> Bands:
    """Cut the units of a layer by distance from where the footprint starts.

    Parameters
    ----------
    affected
        (n,) affected people of each unit, which the bands divide up.
    """
    starts = _starts(footprint, layer)
    _check(edges_km, starts)
    areas = any(isinstance(one, Area) for one in starts)
    reached = [_within(starts, edge) for edge in ((0.0, *edges_km) if areas else edges_km)]
    people = layer.units["population"].to_numpy(dtype=np.float64)
    bitten = [_affected_within(footprint, outline, layer, people, affected) for outline in reached]
    share = _between([_share(outline, layer) for outline in reached], np.ones(len(layer)))
    return Bands(
        names=_names(edges_km, in_areas=areas),
        share=share,
        margin=np.array([_margin(one, layer, people) for one in share]),
        affected=_between(bitten, np.nan_to_num(affected)),
    )


def _check(edges_km: tuple[float, ...], starts: list[Grounded]) -> None:
    ascending = all(one < other for one, other in zip((0.0, *edges_km), edges_km, strict=False))
    if not edges_km or not ascending or edges_km[-1] > FARTHEST_KM:
        raise BandsError(
            "Bands of {edges:list} km are none; give distances above 0 and at most {farthest:number}, ascending, such "
            "as 1,3,10.",
            edges=[f"{edge:g}" for edge in edges_km],
            farthest=FARTHEST_KM,
        )
    if not starts:
        raise BandsError(
            "The footprint starts at no place, so nobody lives at a distance from it; leave the bands out."
        )


def _names(edges_km: tuple[float, ...], *, in_areas: bool) -> tuple[str, ...]:
    ends = [f"{edge:g}" for edge in (0.0, *edges_km)]
    between = [f"{low}-{high}" for low, high in zip(ends, [*ends[1:], ""], strict=True)]
    return ("0", *between) if in_areas else tuple(between)


def _starts(footprint: Footprint, layer: Layer) -> list[Grounded]:
    """Points, lines and areas that a footprint is drawn around; where several have to meet, the ground they share."""
    match footprint:
        case Raster():
            return _area(footprint.zones().frame())
        case Grounded():
            return [footprint]
        case Units():
            return _area(layer.units.loc[[*footprint.weights], ["geometry"]])
        case Union():
            return [start for part in footprint.parts for start in _starts(part, layer)]
        case Combined():
            placed = [part for part in parts_of(footprint) if isinstance(part, Grounded | Units)]
            return _starts(placed[0], layer) if len(placed) == 1 else _area(footprint.extent())
    return []


def _area(frame: gpd.GeoDataFrame | None) -> list[Grounded]:
    return [] if frame is None or frame.empty else [Area(shapes=gpd.GeoSeries(frame.geometry))]


def _within(starts: list[Grounded], km: float) -> shapely.Geometry:
    """Everything within a distance of any start; at no distance, the areas themselves."""
    if km == 0.0:
        return shapely.union_all(np.concatenate([_own(one) for one in starts if isinstance(one, Area)]))
    return shapely.union_all(np.concatenate([_around(one, km) for one in starts]))


def _own(area: Area) -> GeometryArray:
    return np.asarray(area.zones().geometry, dtype=object)


def _around(start: Grounded, km: float) -> GeometryArray:
    """Outlines of what lies within a distance of one start."""
    if isinstance(start, Corridor | Radius):
        return _laid(replace(start, distance_km=km, decay="step", intensity=1.0))
    assert isinstance(start, Area)
    whole = shapely.union_all(_own(start))
    edges = gpd.GeoSeries(shapely.get_parts(shapely.boundary(whole)), crs=LONLAT)
    return np.concatenate([np.array([whole], dtype=object), _laid(Corridor(lines=edges, distance_km=km))])


def _laid(start: Grounded) -> GeometryArray:
    return np.asarray(start.zones().outlines, dtype=object)


def _share(outline: shapely.Geometry, layer: Layer) -> FloatArray:
    """Share of each unit's area inside an outline, in exact steps."""
    zones = Zones(outlines=polygonal(np.array([outline], dtype=object)), intensity=np.ones(1))
    met = meet(ground(layer), zones)
    area = np.bincount(met.unit, weights=met.area, minlength=len(layer))
    return np.asarray(np.rint(np.clip(area / ground(layer).area, 0.0, 1.0) * STEPS) / STEPS)


def _affected_within(
    footprint: Footprint, outline: shapely.Geometry, layer: Layer, people: FloatArray, affected: FloatArray
) -> FloatArray:
    """Affected people of each unit inside an outline, never more than the unit has."""
    within = Area(shapes=gpd.GeoSeries([outline], crs=LONLAT))
    mean = measured(Product(parts=(footprint, within)), layer).mean(len(layer))
    return np.asarray(np.minimum(np.nan_to_num(people * mean), np.nan_to_num(affected)))


def _between(reached: list[FloatArray], whole: FloatArray) -> FloatArray:
    """What lies in each band, from what lies within each distance; none is less than the one before."""
    rising = np.maximum.accumulate(np.array([*reached, whole]), axis=0)
    return np.diff(np.minimum(rising, whole), axis=0, prepend=0.0)


def _margin(share: FloatArray, layer: Layer, people: FloatArray) -> FloatArray:
    """Half the range of each unit's share of residents in a band."""
    met = np.flatnonzero(share)
    found = unit_interval(Pieces(unit=met, share=share[met], intensity=np.ones(len(met))), layer)
    return np.divide(np.nan_to_num(found.high - found.low) / 2, people, out=np.zeros(len(people)), where=people > 0)
