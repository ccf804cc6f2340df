"""A file that an analyst gives the studio: a drawing where it can be one, else a footprint as it is, or unplaced.

It is kept for a day, so that a column or a raster's cells can say how hard the issue bites.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boundaries.errors import CrsError
from boundaries.how import How
from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.vectors.readers import read_vector
from geopolity.errors import RequestError
from services.derivation.requests.systems import Box, systems_for
from services.derivation.requests.uploaded_drawing import TooDetailed, uploaded_drawing
from services.derivation.requests.uploads import SUFFIXES, FoundCells, FoundFeatures, Kept, keep_upload, suffix_of
from services.records import Json, as_json

UNPLACED = How(crs="EPSG:3857")
"""As which coordinates are read that nobody has placed yet: metres reach farther than degrees."""


def uploaded_file(name: str, content: bytes, home: Path, how: How, *, most_mb: int) -> Json:
    """Return what a file is to the studio, and the id that it is kept by.

    ``kind`` is ``area``, ``corridor`` or ``radius`` with shapes, in WGS 84; ``file`` or ``file-around`` (with a
    distance) where it counts as it is; ``unplaced`` with systems to choose from where it names no coordinate system.

    Raises
    ------
    UploadError
        If it is of no known kind, cannot be read, or holds several kinds of shapes.
    """
    try:
        kept = keep_upload(name, content, home, how, most_mb=most_mb)
    except RequestError as error:
        if how.crs is None and isinstance(error.__cause__, CrsError):
            return _unplaced(name, content, how, error)
        raise
    said = {"upload": kept.upload, "name": kept.name} | _choices(kept)
    if not isinstance(kept.found, FoundFeatures):
        return said | {"kind": "file"}
    try:
        return said | uploaded_drawing(name, content, how)
    except TooDetailed:
        return said | {"kind": "file" if _are_areas(kept.found.kinds) else "file-around"}


def _are_areas(kinds: Sequence[str]) -> bool:
    return {kind.removeprefix("Multi") for kind in kinds} <= {"Polygon"}


def _choices(kept: Kept) -> Json:
    """Columns that may say how hard the issue bites, and the values of a raster."""
    match kept.found:
        case FoundFeatures(kinds=kinds, numeric_columns=columns):
            return {"columns": columns if _are_areas(kinds) else [], "values": None}
        case FoundCells(values=values):
            return {"columns": [], "values": values}
    return {"columns": [], "values": None}


def _unplaced(name: str, content: bytes, how: How, refused: RequestError) -> Json:
    try:
        bounds = _bounds(name, content, replace(how, crs=UNPLACED.crs))
    except RequestError:
        raise refused from None
    return {"kind": "unplaced", "bounds": list(bounds), "systems": as_json(systems_for(bounds))}


def _bounds(name: str, content: bytes, how: How) -> Box:
    """Where a file's coordinates lie, in its own unit."""
    suffix = suffix_of(name, SUFFIXES)
    with tempfile.TemporaryDirectory(prefix="geopolity-upload-") as folder:
        file = Path(folder) / f"upload{suffix}"
        file.write_bytes(content)
        if suffix in RASTERS:
            return read_grid(file, how).bounds
        west, south, east, north = (float(edge) for edge in read_vector(file, how).frame.total_bounds)
    return west, south, east, north
