"""Open a footprint from a file: polygons as they are, lines and points with a distance, rasters by their values.

An option that no file has a use for is refused: it would change nothing, and somebody meant something by it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely

from boundaries.errors import FileError
from boundaries.footprints.cap import alert_of, is_alert
from boundaries.footprints.contours import areas_of, value_column
from boundaries.footprints.kinds import footprint_from_table
from boundaries.footprints.levels import Levels, intensities, levels_of
from boundaries.footprints.shakemap import grid_of, is_shakemap
from boundaries.footprints.shapes import area_of, weights
from boundaries.footprints.values import raster_of
from boundaries.how import How, ReadAs
from boundaries.joining import chosen_rows
from boundaries.paths import existing_file
from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.vectors.features import Features
from boundaries.vectors.readers import read_vector
from boundaries.xml import read_xml
from geopolity.affected.decay import Decay
from geopolity.affected.footprint import Attribute, Corridor, Everyone, Footprint, FootprintError, Radius, Units
from geopolity.affected.mixed import Intersection, Product, Union
from geopolity.errors import RequestError
from geopolity.identifiers import UnitId
from geopolity.messages import Message

MixName = Literal["union", "max", "intersection", "product"]
POLYGONS, LINES, POINTS = {"Polygon", "MultiPolygon"}, {"LineString", "MultiLineString"}, {"Point", "MultiPoint"}
READING = {part.name for part in fields(ReadAs)}


class IgnoredFootprintOptionError(RequestError):
    """An option says something that no footprint has a use for."""

    code = "option-ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(ReadAs):
    """What a person says about a footprint's file.

    Attributes
    ----------
    buffer_km
        Distance in km around lines or points (required for them), or around polygons.
    weight_column
        Column with the intensity, 0 to 1, of each polygon, or with what ``levels`` turn into it.
    levels
        Measured values and their intensities, for a raster, contours or a weight column.
    low, high
        Cell values that mean 0 and 1.
    where
        Column and value of the features that count.
    codes
        Table of area codes and unit ids, for alerts.
    """

    buffer_km: float | None = None
    decay: Decay = "step"
    weight_column: str | None = None
    levels: Levels | None = None
    low: float | None = None
    high: float | None = None
    where: tuple[tuple[str, str], ...] = ()
    codes: Path | None = None

    @property
    def given(self) -> set[str]:
        """Names of what is not as usual."""
        return {part.name for part in fields(self) if getattr(self, part.name) != part.default}

    @property
    def how(self) -> How:
        """What concerns the reading of any file."""
        columns = (*([self.weight_column] if self.weight_column else []), *(name for name, _ in self.where))
        return How(columns=columns, **{part.name: getattr(self, part.name) for part in fields(ReadAs)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Opened:
    """A footprint, and which options had a say in it."""

    footprint: Footprint
    used: set[str]


def open_footprint(path: str | Path, **said: Any) -> Footprint:
    """Footprint from a file.

    ``path`` may also be a TOML file with the keys of a footprint, ``everyone``, ``units=ID,ID``, or
    ``attribute=COLUMN`` (a column of counts).

    Parameters
    ----------
    said
        What a person says about it: see ``Said``.
    """
    return open_footprints([path], **said)


def open_footprints(paths: Sequence[str | Path], how: MixName = "union", **said: Any) -> Footprint:
    """Several files as one footprint; what is said holds for every one that has a use for it.

    Raises
    ------
    RequestError
        If a file is wrong, or none has a use for an option.
    """
    if isinstance(said.get("levels"), str | list):
        said["levels"] = levels_of(said["levels"], "levels")
    asked = Said(**said)
    opened = [_opened(path, asked) for path in paths]
    idle = asked.given - set().union(*(one.used for one in opened))
    if idle:
        raise IgnoredFootprintOptionError(
            "{options:and} would change nothing about {paths:list}; leave it out, or name the file that it is for.",
            options=[f"--{name.replace('_', '-')}" for name in sorted(idle)],
            paths=[str(path) for path in paths],
        )
    return mixed([one.footprint for one in opened], how)


def mixed(parts: Sequence[Footprint], how: MixName = "union") -> Footprint:
    """Several footprints as one; ``max`` is the union that takes the strongest."""
    if len(parts) == 1:
        return parts[0]
    if how in ("union", "max"):
        return Union(parts=tuple(parts), how="max" if how == "max" else "probabilistic")
    return (Intersection if how == "intersection" else Product)(parts=tuple(parts))


def _opened(name: str | Path, said: Said) -> _Opened:
    worded = _in_words(str(name))
    if worded is not None:
        return _Opened(footprint=worded, used=set())
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix == ".toml":
        return _Opened(footprint=footprint_from_table(_read_table(path), path), used=set())
    if suffix in RASTERS:
        footprint = raster_of(read_grid(path, said.how), path, low=said.low, high=said.high, levels=said.levels)
        return _Opened(footprint=footprint, used={"low", "high", "levels", "band", "no_data", "crs", "layer_name"})
    if suffix == ".xml":
        return _of_xml(path, said)
    features = read_vector(path, said.how)
    if said.where:
        features = replace(features, frame=chosen_rows(features.frame, said.where, path))
    return _of_features(features, path, said)


def _of_xml(path: Path, said: Said) -> _Opened:
    root = read_xml(path)
    if is_shakemap(root):
        grid = grid_of(root, path, said.layer_name)
        footprint = raster_of(grid, path, low=said.low, high=said.high, levels=said.levels)
        return _Opened(footprint=footprint, used={"low", "high", "levels", "layer_name"})
    if is_alert(root):
        return _Opened(footprint=alert_of(root, path, said.codes), used={"codes"})
    raise FileError(
        "{path} is XML, neither a ShakeMap grid nor an alert (CAP); convert it to GeoJSON.",
        path=path,
    )


def _of_features(features: Features, path: Path, said: Said) -> _Opened:
    features = _without_marks(features, path)
    kinds = set(features.frame.geom_type)
    if kinds <= LINES and said.buffer_km is None and said.levels is not None:
        return _of_contours(features, path, said)
    used = READING | {"where"}
    shapes, notes = features.frame.geometry, features.notes
    if kinds <= POLYGONS:
        intensity = weights(features.frame, said.weight_column, path, said.levels)
        area = area_of(shapes, intensity, path, notes)
        used |= {"weight_column"} | ({"levels"} if said.weight_column else set())
        if said.buffer_km is None:
            return _Opened(footprint=area, used=used)
        edge = Corridor(lines=shapes.boundary, distance_km=said.buffer_km, decay=said.decay)
        return _Opened(footprint=Union(parts=(area, edge), how="max"), used=used | {"buffer_km", "decay"})
    used |= {"buffer_km", "decay"}
    if kinds <= LINES:
        reach = _distance(said.buffer_km, kinds, path)
        return _Opened(footprint=Corridor(lines=shapes, distance_km=reach, decay=said.decay, notes=notes), used=used)
    if kinds <= POINTS:
        reach = _distance(said.buffer_km, kinds, path)
        return _Opened(footprint=Radius(points=shapes, distance_km=reach, decay=said.decay, notes=notes), used=used)
    raise FootprintError(
        "{path} mixes {kinds:geometry}; give polygons, lines and points in separate files, and mix them by "
        "repeating --footprint, or choose features with --footprint-where COLUMN=VALUE.",
        path=path,
        kinds=sorted(map(str, kinds)),
    )


def _of_contours(features: Features, path: Path, said: Said) -> _Opened:
    column = said.weight_column or value_column(features.frame)
    if column is None or column not in features.frame.columns or said.levels is None:
        raise FootprintError(
            "{path} holds lines without a column of values; name one with --weight-column, or give a distance with "
            "--buffer-km.",
            path=path,
        )
    areas = areas_of(features.frame, column, path)
    share = intensities(areas[column].to_numpy(dtype=np.float64), said.levels)
    note = Message(
        "The contour lines of {file} were read as areas, by their column {column:quoted}.",
        file=path.name,
        column=column,
    )
    used = READING | {"where", "levels", "weight_column"}
    return _Opened(footprint=area_of(areas.geometry, tuple(share), path, (*features.notes, note)), used=used)


def _without_marks(features: Features, path: Path) -> Features:
    """Areas alone, of an event (GDACS) whose file also marks centres and tracks."""
    frame = features.frame
    classes = next((str(name) for name in frame.columns if str(name).lower() == "class"), None)
    if classes is None:
        return features
    marks = frame[classes].astype("string").str.match(r"(?:Point|Line)_").fillna(False).to_numpy(dtype=bool)
    areas = (shapely.get_dimensions(frame.geometry.to_numpy()) == 2) & ~marks
    if not marks.any() or not areas.any():
        return features
    note = Message(
        "{number:count} points and lines of {file} mark centres and tracks and were left out.",
        number=int((~areas).sum()),
        file=path.name,
    )
    return replace(features, frame=frame[areas].reset_index(drop=True), notes=(*features.notes, note))


def _read_table(path: Path) -> Any:
    try:
        table = tomllib.loads(existing_file(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FootprintError(
            "{path} is not TOML ({reason}); write the keys of a footprint, such as kind.",
            path=path,
            reason=str(error),
        ) from error
    return table.get("footprint", table)


def _in_words(text: str) -> Footprint | None:
    """Footprint that needs no file, or None."""
    word, _, names = text.partition("=")
    match word:
        case "everyone" if not names:
            return Everyone()
        case "units" if names:
            return Units(weights={UnitId(name.strip()): 1.0 for name in names.split(",") if name.strip()})
        case "attribute" if names:
            return Attribute(count=names)
    return None


def _distance(buffer_km: float | None, kinds: set[str], path: Path) -> float:
    if buffer_km is None:
        raise FootprintError(
            "{path} holds {kinds:geometry.and} geometry, which has no area; give a distance in km, for example "
            "--buffer-km 50.",
            path=path,
            kinds=sorted(kinds),
        )
    return buffer_km
