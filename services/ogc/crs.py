"""Coordinate systems that features are given in, and boxes asked in, by their URIs; axes in the authority's order."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from pyproj import Transformer

from geopolity.arrays import GeometryArray
from geopolity.errors import RequestError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
KNOWN = {CRS84: "OGC:CRS84"} | {f"{_EPSG}{code}": f"EPSG:{code}" for code in (4326, 3857, 6933, 3035, 5070, 2154)}
"""By URI: longitude and latitude, WGS 84 with latitude first, Web Mercator, and equal-area or national systems."""
_LATITUDE_FIRST = f"{_EPSG}4326"
_DENSE = 21

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
        west, south, east, north = _transformer(uri).transform_bounds(
            west, south, east, north, densify_pts=_DENSE, direction="INVERSE"
        )
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


@lru_cache(maxsize=16)
def _transformer(uri: str) -> Transformer:
    return Transformer.from_crs("OGC:CRS84", KNOWN[uri])
