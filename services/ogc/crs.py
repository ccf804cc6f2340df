"""Coordinate systems that features are given in, and boxes asked in, by their URIs; axes in the authority's order."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from pyproj import Transformer

from geopolity.arrays import GeometryArray
from geopolity.errors import RequestError
from geopolity.geometry.crs import split_antimeridian

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
KNOWN = {CRS84: "OGC:CRS84"} | {f"{_EPSG}{code}": f"EPSG:{code}" for code in (4326, 3857, 6933, 3035, 5070, 2154)}
"""By URI: longitude and latitude, WGS 84 with latitude first, Web Mercator, and equal-area or national systems."""
_LATITUDE_FIRST = f"{_EPSG}4326"
_DENSE = 21
_AROUND = {f"{_EPSG}3857": 40_075_016.685578488, f"{_EPSG}6933": 34_734_060.0}
"""Width of the Earth (m) in systems whose meridians are parallel: a box in them may go over the antimeridian."""

Box = tuple[float, float, float, float]


class OgcError(RequestError):
    """A request to the OGC services that the standard says to refuse."""

    code = "ogc"


def known(uri: str) -> str:
    """Return a URI (or its safe CURIE) if it is served.

    Raises
    ------
    OgcError
        If it is not.
    """
    long = uri.strip("[]")
    if long.startswith("EPSG:"):
        long = _EPSG + long.removeprefix("EPSG:")
    if long not in KNOWN:
        raise OgcError(
            "The coordinate system {uri} is not served; these are: {known:list}.",
            uri=uri[:80],
            known=list(KNOWN),
        )
    return long


def located(shapes: GeometryArray, uri: str) -> GeometryArray:
    """Shapes given in longitude and latitude in another system."""
    if uri == CRS84:
        return shapes
    to = _transformer(uri)

    def move(xy: np.ndarray) -> np.ndarray:
        moved: np.ndarray = np.column_stack(to.transform(xy[:, 0], xy[:, 1]))
        return np.where(np.isfinite(moved), moved, 0.0)

    return np.asarray(shapely.transform(shapes, move), dtype=object)


def boxes(bounds: Box, uri: str) -> list[shapely.Geometry]:
    """One or (over the antimeridian) two rectangles of longitude and latitude.

    Raises
    ------
    OgcError
        If the box is no box.
    """
    west, south, east, north = bounds
    if uri == _LATITUDE_FIRST:
        west, south, east, north = south, west, north, east
    elif uri != CRS84:
        return _projected(bounds, uri)
    if not (np.isfinite([west, south, east, north]).all() and -90 <= south <= north <= 90):
        raise OgcError(
            "bbox={box} is no box; give the lower left corner, then the upper right.",
            box=",".join(map(str, bounds)),
        )
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise OgcError(
            "bbox={box} leaves the Earth; longitudes go from -180 to 180.",
            box=",".join(map(str, bounds)),
        )
    if west <= east:
        return [shapely.box(west, south, east, north)]
    return [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]


def _projected(bounds: Box, uri: str) -> list[shapely.Geometry]:
    """A box of a projected system as it lies on Earth, cut at the antimeridian; one turned round spans it."""
    west, south, east, north = bounds
    around = _AROUND.get(uri)
    if not (np.isfinite(bounds).all() and south <= north and (west <= east or around is not None)):
        raise OgcError(
            "bbox={box} is no box; give the lower left corner, then the upper right.",
            box=",".join(map(str, bounds)),
        )
    east = east + around if west > east and around is not None else east
    if around is not None and east - west >= around:
        west, east = -around / 2, around / 2
    step = max(east - west, north - south, 1.0) / _DENSE
    outline = shapely.segmentize(shapely.box(west, south, east, north), step)
    x, y = shapely.get_coordinates(outline).T
    degrees = np.column_stack(_transformer(uri).transform(x, y, direction="INVERSE"))
    if not np.isfinite(degrees).all():
        raise OgcError(
            "bbox={box} reaches beyond the ground of {crs}; make it smaller.", box=",".join(map(str, bounds)), crs=uri
        )
    return [*split_antimeridian(np.array([shapely.Polygon(degrees)], dtype=object), poles=True)]


@lru_cache(maxsize=16)
def _transformer(uri: str) -> Transformer:
    return Transformer.from_crs("OGC:CRS84", KNOWN[uri])
