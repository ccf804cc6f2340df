"""Files that people send, kept under random names until they are used; what is in them is checked before it is kept.

A file keeps only its suffix, one of a closed list, so no name of theirs ever becomes part of a path.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from boundaries.errors import FileError
from boundaries.footprints.cap import is_alert
from boundaries.footprints.shakemap import grid_of, is_shakemap
from boundaries.how import AS_IT_IS, How
from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.vectors.readers import ARCHIVES, FORMATS, read_vector
from boundaries.xml import read_xml
from geopolity.affected.raster import Grid
from geopolity.errors import RequestError
from geopolity.messages import Message
from services.records import Json
from services.whole import write_whole

SUFFIXES = {*FORMATS, *ARCHIVES, *RASTERS, ".xml"} - {".gdb"}
MOST_VERTICES = 2_000_000
KEPT_SECONDS = 24 * 3600
ID = re.compile(r"[0-9a-f]{32}")


class UploadError(RequestError):
    """A file that was sent cannot be taken."""

    code = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is in a file that was sent: how many features, of which kinds."""

    features: int
    kinds: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCells(Found):
    """A raster: its size, where it lies (west, south, east, north), and its smallest and largest value."""

    rows_columns: list[int]
    bounds: list[float]
    values: list[float]
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeatures(Found):
    """Shapes with columns, and where they lie (west, south, east, north)."""

    vertices: int
    crs: str
    columns: list[str]
    numeric_columns: list[str]
    bounds: list[float]
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that was kept: the id that it may be used by, its name, its size, and what is in it."""

    upload: str
    name: str
    bytes: int
    found: Found

    def as_json(self) -> Json:
        """All of it in one object."""
        return {"upload": self.upload, "name": self.name, "bytes": self.bytes} | asdict(self.found)


def keep_upload(name: str, content: bytes, home: Path, how: How = AS_IT_IS, *, most_mb: int) -> Kept:
    """Check a file of features or a raster and keep it; returns its id and what is in it.

    Raises
    ------
    RequestError
        If it is of no known kind, or not what its name says; the sentence names the limit and the way out.
    """
    suffix = suffix_of(name, SUFFIXES)
    if len(content) > most_mb * 1_000_000:
        raise UploadError(
            "{name} has {size:count} MB, above the limit of {most} MB; simplify it, or have GEOPOLITY_UPLOAD_MB "
            "raised.",
            name=plain_name(name),
            size=round(len(content) / 1e6),
            most=most_mb,
        )
    forget_old(home)
    key = secrets.token_hex(16)
    file = folder(home) / f"{key}{suffix}"
    write_whole(file, content)
    os.utime(file, (time.time(), time.time()))  # its age is told by the server's clock, not by the disk's
    try:
        found = _looked_at(file, how)
    except RequestError as error:
        file.unlink()
        raise UploadError(error.message, **named(error.facts, file, plain_name(name))) from error
    except BaseException:
        file.unlink()
        raise
    return Kept(upload=key, name=plain_name(name), bytes=len(content), found=found)


def named(facts: Mapping[str, Any], file: Path, name: str | Message) -> dict[str, object]:
    """Facts of an error with the name that somebody gave a file in place of where it is kept."""
    folder = f"{file.parent}{os.sep}"

    def plain(value: Any) -> Any:
        if isinstance(value, Path):
            return value if value != file and file not in value.parents else name
        return value.replace(str(file), str(name)).replace(folder, "") if isinstance(value, str) else value

    return {key: plain(value) for key, value in facts.items()}


def suffix_of(name: str, known: Collection[str]) -> str:
    """Suffix of a file that was sent, in small letters; one of those known."""
    suffix = Path(name.replace("\\", "/")).suffix.lower()
    if suffix not in known:
        raise UploadError(
            "{name} has the suffix {suffix:quoted}, which is not one of {known:list}; convert it first.",
            name=plain_name(name),
            suffix=suffix[:20],
            known=sorted(known),
        )
    return suffix


def plain_name(name: str) -> str:
    """Name of a file that was sent, as it may stand in a sentence: no folders, nothing unprintable, not too long."""
    plain = Path(name.replace("\\", "/")).name
    return "".join(letter for letter in plain if letter.isprintable())[:80] or "The file"


def upload_path(key: str, home: Path) -> Path:
    """Path of an upload by its id."""
    found = sorted(folder(home).glob(f"{key}.*")) if ID.fullmatch(key) else []
    if not found:
        raise UploadError(
            "There is no upload {key:quoted}; uploads are kept for a day, so send the file again.",
            key=key[:40],
        )
    return found[0]


def forget_old(home: Path) -> None:
    """Remove uploads that are older than a day."""
    for file in folder(home).glob("*.*"):
        if time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)


def folder(home: Path) -> Path:
    """Folder that uploads are kept in."""
    return home / "uploads"


def _looked_at(file: Path, how: How) -> Found:
    """What is in a file that was kept."""
    if file.suffix == ".xml":
        return _marked_up(file, how)
    return _cells(read_grid(file, how)) if file.suffix in RASTERS else _content(file, how)


def _marked_up(file: Path, how: How) -> Found:
    """A ShakeMap grid or an alert; what an alert is for needs no look at ground."""
    root = read_xml(file)
    if is_shakemap(root):
        return _cells(grid_of(root, file, how.layer_name))
    if not is_alert(root):
        raise FileError("{path} is XML, neither a ShakeMap grid nor an alert (CAP); convert it to GeoJSON.", path=file)
    return Found(features=1, kinds=["alert"])


def _cells(grid: Grid) -> FoundCells:
    return FoundCells(
        features=1,
        kinds=["raster"],
        rows_columns=list(grid.values.shape),
        bounds=list(grid.bounds),
        values=[float(np.nanmin(grid.values)), float(np.nanmax(grid.values))],
        notes=[str(note) for note in grid.notes],
    )


def _content(file: Path, how: How) -> FoundFeatures:
    read = read_vector(file, how)
    features = read.frame
    vertices = int(shapely.get_num_coordinates(features.geometry.to_numpy()).sum())
    if vertices > MOST_VERTICES:
        raise FileError(
            "{path} has {vertices:count} vertices, above the limit of {most:count}; simplify it.",
            path=file,
            vertices=vertices,
            most=MOST_VERTICES,
        )
    columns = [str(name) for name in features.columns if name != features.geometry.name]
    numeric = [str(name) for name in features.select_dtypes("number").columns]
    bounds = features.to_crs(4326).total_bounds.tolist()
    return FoundFeatures(
        features=len(features),
        kinds=sorted({str(kind) for kind in features.geom_type if kind}),
        vertices=vertices,
        crs=features.crs.to_string(),
        columns=columns[:200],
        numeric_columns=numeric[:200],
        bounds=bounds,
        notes=[str(note).replace(file.name, "The file") for note in read.notes],
    )
