"""Where an issue bites, and how hard: the kinds of footprint.

    Footprint
    ├── on the ground       Area · Corridor · Radius · Raster          (Grounded: laid out as zones)
    ├── on the units        Units · Attribute · Everyone
    └── combined            Union · Intersection · Product          (in ``mixed``)

Intensity runs from 0 (not affected) to 1. Distances are kilometres on the ground.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import shapely

from geopolity.affected.decay import Decay, ring_edges, ring_intensities
from geopolity.affected.raster import Grid
from geopolity.arrays import FloatArray, GeometryArray
from geopolity.errors import RequestError
from geopolity.geometry import buffers
from geopolity.geometry.crs import known_crs, lonlat
from geopolity.geometry.zones import Zones, strongest_first, valid
from geopolity.identifiers import UnitId
from geopolity.messages import Message
from geopolity.threads import in_threads

POLYGONS = ("Polygon", "MultiPolygon")
LINES = ("LineString", "MultiLineString", "LinearRing")
POINTS = ("Point", "MultiPoint")
RINGS_DRAWN = 6
FARTHEST_KM = 5_000.0


class FootprintError(RequestError):
    """The footprint as given cannot bite anywhere, or not in the way it says."""

    code = "footprint"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Footprint:
    """Base of the kinds.

    Attributes
    ----------
    notes
        Sentences on how it was read; no part of its identity.
    """

    notes: tuple[Message, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over kind and content: the footprint's identity in every certificate."""
        sha = hashlib.sha256(type(self).__name__.encode())
        for part in fields(self):
            if part.name == "notes":
                continue
            sha.update(f"\n{part.name}=".encode())
            sha.update(_content(getattr(self, part.name)))
        return sha.hexdigest()

    @property
    def terms(self) -> dict[str, Any]:
        """Kind and settings in words and numbers, without places: of several values the least and the greatest."""
        said = {part.name: _term(getattr(self, part.name)) for part in fields(self) if part.name != "notes"}
        return {"kind": type(self).__name__.lower()} | {key: value for key, value in said.items() if value is not None}

    def extent(self) -> gpd.GeoDataFrame | None:
        """What to draw on a map, in EPSG:4326 with ``intensity``; None if nothing lies on the ground."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grounded(Footprint):
    """A footprint that is a set of places."""

    def zones(self, rings: int | None = None) -> Zones:
        """Lay the footprint out as zones; ``rings`` coarsens a decay, for drawing."""
        raise NotImplementedError

    def extent(self) -> gpd.GeoDataFrame | None:
        """Zones to draw, a decay in few rings."""
        return self.zones(RINGS_DRAWN).frame()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Area(Grounded):
    """Polygons, each with an intensity; where several overlap, the strongest counts."""

    shapes: gpd.GeoSeries
    intensity: float | tuple[float, ...] = 1.0

    def __post_init__(self) -> None:
        _check_shapes("area", self.shapes, POLYGONS)
        _check_intensity(_per_shape(self.intensity, self.shapes))

    def zones(self, rings: int | None = None) -> Zones:  # noqa: ARG002 - an area has no rings
        """Lay the polygons out without overlap; those that cross themselves are mended."""
        return strongest_first(valid(lonlat(self.shapes)), _per_shape(self.intensity, self.shapes))

    @property
    def mended(self) -> int:
        """How many polygons cross themselves."""
        return int((~self.shapes.is_valid).sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corridor(Grounded):
    """Everything within a distance of lines: rivers, roads, coasts, pipelines, tracks."""

    lines: gpd.GeoSeries
    distance_km: float | tuple[float, ...]
    decay: Decay = "step"
    intensity: float = 1.0

    def __post_init__(self) -> None:
        _check_shapes("corridor", self.lines, LINES)
        _check_reach(_per_shape(self.distance_km, self.lines), self.decay)
        _check_intensity(np.array([self.intensity]))

    def zones(self, rings: int | None = None) -> Zones:
        """Lay the corridor out in rings of D/32, or in ``rings`` of them."""
        edges = _edges(self.decay, rings)
        distance = _per_shape(self.distance_km, self.lines)
        parts, place = shapely.get_parts(lonlat(self.lines), return_index=True)
        around = [
            buffers.around_line(shapely.get_coordinates(part), distance[index] * edges)
            for part, index in zip(parts, place, strict=True)
        ]
        outlines = in_threads(shapely.union_all, [np.concatenate(ring) for ring in zip(*around, strict=True)])
        weight = ring_intensities(self.decay, edges, around_points=False)
        return Zones(outlines=np.array(outlines, dtype=object), intensity=self.intensity * weight, nested=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Radius(Grounded):
    """Everything within a distance of points: sites, ports, airports."""

    points: gpd.GeoSeries
    distance_km: float | tuple[float, ...]
    decay: Decay = "step"
    intensity: float = 1.0

    def __post_init__(self) -> None:
        _check_shapes("radius", self.points, POINTS)
        _check_reach(_per_shape(self.distance_km, self.points), self.decay)
        _check_intensity(np.array([self.intensity]))

    def zones(self, rings: int | None = None) -> Zones:
        """Lay the circles out in rings of D/32, or in ``rings`` of them; the nearest point counts."""
        edges = _edges(self.decay, rings)
        distance = _per_shape(self.distance_km, self.points)
        points, place = shapely.get_coordinates(lonlat(self.points), return_index=True)
        reach = distance[place]
        circles = [buffers.inner_circles(points, edge * reach) for edge in edges[:-1]]
        outlines = in_threads(shapely.disjoint_subset_union_all, [*circles, buffers.around_points(points, reach)])
        weight = ring_intensities(self.decay, edges, around_points=True)
        return Zones(outlines=np.array(outlines, dtype=object), intensity=self.intensity * weight, nested=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster(Grounded):
    """A grid whose cell values, mapped from ``low``..``high`` to 0..1, are the intensity; no data is 0."""

    grid: Grid
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise FootprintError(
                "A raster value of {low:exact} maps to 0 and {high:exact} to 1; give a low value below the high one.",
                low=self.low,
                high=self.high,
            )

    def intensity(self) -> Grid:
        """Return the grid of intensities: (value - low) / (high - low), kept within 0..1, no data as 0."""
        mapped = np.clip((self.grid.values - self.low) / (self.high - self.low), 0.0, 1.0)
        return self.grid.with_values(np.nan_to_num(mapped, nan=0.0))

    def zones(self, rings: int | None = None) -> Zones:  # noqa: ARG002 - cells are no rings
        """Lay out the cells with an intensity above 0, equal neighbours in a row joined."""
        return self.intensity().runs()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units(Footprint):
    """Listed units, each with the share of its people affected."""

    weights: Mapping[UnitId, float]

    def __post_init__(self) -> None:
        if not self.weights:
            raise FootprintError("A footprint of units lists none; name at least one unit id.")
        _check_intensity(np.array(list(self.weights.values()), dtype=float))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribute(Footprint):
    """A share of each unit's people: a column of counts, or of shares (of the people, or of a base column)."""

    count: str | None = None
    share: str | None = None
    base: str | None = None
    percent: bool = False

    def __post_init__(self) -> None:
        if (self.count is None) == (self.share is None):
            raise FootprintError(
                "An attribute footprint names either a column of counts or a column of shares, not both."
            )
        if self.base is not None and self.share is None:
            raise FootprintError(
                "The base column {base:quoted} goes with a column of shares; name one.",
                base=self.base,
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Everyone(Footprint):
    """Rights: everybody is affected."""


def _term(value: Any) -> Any:
    """A setting as JSON can hold it; ``None`` for what is a place."""
    if isinstance(value, tuple) and value and isinstance(value[0], Footprint):
        return [part.terms for part in value]
    if isinstance(value, tuple) and value:
        return [min(value), max(value)]
    return value if isinstance(value, bool | int | float | str) else None


def _edges(decay: Decay, rings: int | None) -> FloatArray:
    return ring_edges(decay) if rings is None else ring_edges(decay, rings)


def _per_shape(value: float | tuple[float, ...], shapes: gpd.GeoSeries) -> FloatArray:
    if isinstance(value, tuple) and len(value) != len(shapes):
        raise FootprintError(
            "{number:count} values for {shapes:count} shapes; give one value or one for each shape.",
            number=len(value),
            shapes=len(shapes),
        )
    return np.broadcast_to(np.asarray(value, dtype=np.float64), len(shapes)).copy()


def _check_shapes(kind: str, shapes: gpd.GeoSeries, allowed: tuple[str, ...]) -> None:
    known_crs(shapes.crs)
    if len(shapes) == 0 or shapes.is_empty.all() or shapes.isna().any():
        raise FootprintError(
            "The {kind:footprintkind} has no geometry; give at least one {shape:shape}.",
            kind=kind,
            shape=allowed[0],
        )
    found = sorted(set(shapes.geom_type) - set(allowed))
    if found:
        raise FootprintError(
            "The {kind:footprintkind} needs {wanted:shape.or} geometry and found {found:shape}; for points "
            "or lines give a distance in km, for example buffer_km = 50.",
            found=found,
            kind=kind,
            wanted=list(allowed[:2]),
        )
    bad = ~np.isfinite(shapely.get_coordinates(shapes.to_numpy())).all(axis=1)
    if bad.any():
        raise FootprintError(
            "The {kind:footprintkind} has {number:count} coordinates that are not finite numbers; remove them.",
            kind=kind,
            number=bad.sum(),
        )


def _check_reach(distance_km: FloatArray, decay: str) -> None:
    if not ((distance_km > 0) & (distance_km <= FARTHEST_KM)).all():
        raise FootprintError(
            "A distance of {least:number} to {most:number} km is out of range; give kilometres above 0 and at "
            "most {farthest:number}.",
            least=distance_km.min(),
            most=distance_km.max(),
            farthest=FARTHEST_KM,
        )
    if decay not in get_args(Decay):
        raise FootprintError(
            "Decay {decay:quoted} is unknown; choose {decays:list}.",
            decay=decay,
            decays=list(get_args(Decay)),
        )


def _check_intensity(intensity: FloatArray) -> None:
    if not ((intensity >= 0) & (intensity <= 1)).all():
        worst = intensity[~((intensity >= 0) & (intensity <= 1))][0]
        raise FootprintError(
            "An intensity of {value:number} is out of range; give shares between 0 and 1.",
            value=worst,
        )


def _content(value: Any) -> bytes:
    if isinstance(value, Footprint | Grid):
        return value.digest.encode()
    if isinstance(value, gpd.GeoSeries):
        wkb: GeometryArray = shapely.to_wkb(value.to_numpy(), byte_order=1)
        return str(value.crs.to_string()).encode() + b"".join(wkb)
    if isinstance(value, Mapping):
        return repr(sorted(value.items())).encode()
    if isinstance(value, tuple):
        return b"\n".join(_content(part) for part in value)
    return repr(value).encode()
