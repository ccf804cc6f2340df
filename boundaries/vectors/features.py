"""Features as they were read, with what to say about it."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.errors import FileError
from boundaries.how import OnEmpty
from geopolity.messages import Counted, Message

COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """Rows with a shape, in a coordinate system.

    Attributes
    ----------
    without_shape
        Rows without one, which were set aside.
    crs_from
        How the coordinate system was known.
    encoding
        Of text, where the format leaves a choice.
    """

    frame: gpd.GeoDataFrame
    without_shape: pd.DataFrame
    rows: int
    crs_from: str = "the file"
    encoding: str | None = None
    separator: str | None = None
    notes: tuple[Message, ...] = ()


def with_shapes(frame: gpd.GeoDataFrame, path: object, on_empty: OnEmpty) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Rows that have a shape, and those that have none; refused where a person wants that.

    Collections whose parts are of one dimension become one shape of it.
    """
    shapes = frame.geometry.to_numpy()
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if empty.all():
        raise FileError(
            "{path} holds {rows:count} rows and no shape; choose a file with areas, lines or points.",
            path=path,
            rows=len(frame),
        )
    if empty.any() and on_empty == "refuse":
        raise FileError(
            "{path}: {rows:count} rows have no geometry (first: row {row}); remove them or give them one.",
            path=path,
            rows=int(empty.sum()),
            row=int(np.argmax(empty)) + 1,
        )
    kept = frame[~empty].reset_index(drop=True) if empty.any() else frame
    together = np.flatnonzero(shapely.get_type_id(kept.geometry.to_numpy()) == COLLECTION)
    if len(together):
        changed = kept.geometry.to_numpy().copy()
        changed[together] = [_gathered(shape) for shape in changed[together]]
        kept = kept.set_geometry(gpd.GeoSeries(changed, index=kept.index, crs=kept.crs))
    return kept, pd.DataFrame(frame[empty].drop(columns=frame.geometry.name))


def empty_note(rows: int, name: str) -> tuple[Message, ...]:
    """Sentence on rows without a shape."""
    if not rows:
        return ()
    said = Counted(
        "{number:count} row of {file} has no geometry and was set aside.",
        "{number:count} rows of {file} have no geometry and were set aside.",
    )
    return (Message(said, number=rows, file=name),)


def _gathered(shape: BaseGeometry) -> BaseGeometry:
    """One shape of the parts of a collection, if they are of one dimension."""
    parts = _flat(shape)
    dimensions = set(shapely.get_dimensions(parts).tolist())
    if len(dimensions) != 1:
        return shape
    match dimensions.pop():
        case 0:
            return shapely.MultiPoint(list(parts))
        case 1:
            return shapely.MultiLineString(list(parts))
    return shapely.union_all(parts)


def _flat(shape: BaseGeometry) -> np.ndarray:
    parts = np.array([shape], dtype=object)
    while (shapely.get_type_id(parts) >= 4).any():
        parts = shapely.get_parts(parts)
    return parts[~shapely.is_empty(parts)]
