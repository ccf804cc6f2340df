"""Shapes of a file that somebody uploads as the drawing they stand for; read in a folder of its own, and forgotten."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from boundaries.errors import FileError
from boundaries.how import AS_IT_IS, How
from boundaries.vectors.readers import ARCHIVES, FORMATS, read_vector
from geopolity.errors import GeopolityError
from services.derivation.requests.uploads import UploadError, named, plain_name, suffix_of
from services.records import Json

MOST_VERTICES = 50_000
KINDS = {0: "points", 1: "lines", 2: "lines", 3: "polygons"}
"""By the type of a geometry's parts."""


class TooDetailed(UploadError):
    """A file has more vertices than can be drawn on; it may be used as it is."""


def uploaded_drawing(name: str, content: bytes, how: How = AS_IT_IS) -> Json:
    """Return the footprint table of an uploaded vector file: areas, lines or points, in WGS 84.

    The studio draws areas without holes: an area that has some is cut through them.

    Raises
    ------
    UploadError
        If it is of no known format, cannot be read, is too detailed to be drawn on, or holds several kinds of shapes.
    """
    suffix = suffix_of(name, {*FORMATS, *ARCHIVES})
    with tempfile.TemporaryDirectory(prefix="geopolity-upload-") as folder:
        file = Path(folder) / f"upload{suffix}"
        file.write_bytes(content)
        try:
            shapes = read_vector(file, how).frame.to_crs(4326).geometry
        except GeopolityError as error:
            raise UploadError(error.message, **named(error.facts, file, plain_name(name))) from error
    parts = shapely.get_parts(np.array([one for one in shapes if one is not None and not one.is_empty], dtype=object))
    vertices = int(shapely.get_num_coordinates(parts).sum())
    if vertices > MOST_VERTICES:
        raise TooDetailed(
            "{name} has {vertices:count} vertices and {most:count} is the most the studio draws; simplify it, or "
            "derive from the file with `geopolity derive --footprint`.",
            name=plain_name(name),
            vertices=vertices,
            most=MOST_VERTICES,
        )
    try:
        return drawing_of(parts, plain_name(name))
    except FileError as error:
        raise UploadError(error.message, **error.facts) from error


def drawing_of(parts: np.ndarray, name: str) -> Json:
    """Footprint table of single shapes, all polygons, all lines or all points."""
    kinds = {KINDS.get(int(kind), "other") for kind in shapely.get_type_id(parts)}
    match sorted(kinds):
        case ["polygons"]:
            whole = [piece for polygon in parts for piece in _without_holes(polygon)]
            return {"kind": "area", "polygons": [[_pairs(piece.exterior)] for piece in whole]}
        case ["lines"]:
            return {"kind": "corridor", "lines": [_pairs(line) for line in parts]}
        case ["points"]:
            return {"kind": "radius", "points": [_pairs(point)[0] for point in parts]}
        case []:
            raise FileError("{path} holds no shapes; give a file with polygons, lines or points.", path=name)
    raise FileError(
        "{path} holds {kinds:shapes.and}; the studio draws one kind at a time, so give a file of each.",
        path=name,
        kinds=sorted(kinds),
    )


def _without_holes(polygon: shapely.Polygon) -> Iterator[shapely.Polygon]:
    """Cut a polygon from south to north through the middle of its first hole, and so on until none is left."""
    if not polygon.interiors:
        yield polygon
        return
    west, south, east, north = polygon.bounds
    left, _, right, _ = polygon.interiors[0].bounds
    middle = (left + right) / 2
    for half in (shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)):
        for piece in shapely.get_parts(polygon.intersection(half)):
            if isinstance(piece, shapely.Polygon):
                yield from _without_holes(piece)


def _pairs(shape: shapely.Geometry) -> list[list[float]]:
    pairs: list[list[float]] = np.round(shapely.get_coordinates(shape), 6).tolist()
    return pairs
