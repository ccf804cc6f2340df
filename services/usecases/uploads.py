"""Shapes of a file that somebody uploads: read in a folder of its own, checked, and forgotten."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

import shapely

from boundaries.readers import ARCHIVES, FORMATS, read_vector
from geopolity.errors import GeopolityError
from services.usecases.drafting import DraftError, footprint_parts

MOST_VERTICES = 50_000


def uploaded_footprint(name: str, content: bytes) -> dict[str, Any]:
    """Return the footprint table of an uploaded vector file: areas, else lines, else points, in WGS 84.

    Raises
    ------
    DraftError
        If it is of no known format, cannot be read, or is too detailed to be drawn by hand further.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix not in {*FORMATS, *ARCHIVES}:
        known = ", ".join([*FORMATS, *sorted(ARCHIVES)])
        raise DraftError(f"{_short(name)!r} is of none of the formats read here ({known}); convert it first.")
    with tempfile.TemporaryDirectory(prefix="geopolity-upload-") as folder:
        file = Path(folder) / f"upload{suffix}"
        file.write_bytes(content)
        try:
            shapes = read_vector(file).to_crs(4326).geometry
        except GeopolityError as error:
            raise DraftError(str(error).replace(str(file), _short(name)).replace(folder, "")) from error
    found = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not found:
        raise DraftError(f"{_short(name)} holds no shapes; give a file with polygons, lines or points.")
    vertices = int(shapely.get_num_coordinates(found).sum())
    if vertices > MOST_VERTICES:
        raise DraftError(
            f"{_short(name)} has {vertices:,} vertices and {MOST_VERTICES:,} is the most the studio draws; simplify "
            "it, or derive from the file with `geopolity derive --footprint`."
        )
    return footprint_parts(found)


def _short(name: str) -> str:
    plain = PurePosixPath(name.replace("\\", "/")).name
    return plain if len(plain) <= 60 else f"{plain[:57]}…"
