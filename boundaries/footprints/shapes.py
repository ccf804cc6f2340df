"""Polygons of a footprint: their intensities, and the two readings of one drawn across the Earth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.footprints.levels import Levels, intensities
from boundaries.tables.columns import named_column
from geopolity.affected.footprint import Area, FootprintError
from geopolity.geometry.crs import split_antimeridian
from geopolity.messages import Message


def area_of(
    shapes: gpd.GeoSeries, intensity: float | tuple[float, ...], path: Path, notes: Sequence[Message] = ()
) -> Area:
    """Polygons as a footprint; a box that may be meant in two ways is refused, and a crossing of 180° said."""
    said = tuple(notes)
    if shapes.crs is not None and shapes.crs.is_geographic:
        geometry = shapes.to_numpy()
        _check_wide(geometry, path)
        split = split_antimeridian(geometry)
        crossing = sum(before is not after for before, after in zip(geometry, split, strict=True))
        if crossing:
            note = Message(
                "{number:count} polygons of {file} cross the antimeridian, or lie beyond it, and were split there.",
                number=crossing,
                file=path.name,
            )
            said = (*said, note)
    return Area(shapes=shapes, intensity=intensity, notes=said)


def _check_wide(geometry: np.ndarray, path: Path) -> None:
    """Refuse a box whose corners are more than half the Earth apart: over the antimeridian, or the long way."""
    west, south, east, north = shapely.bounds(geometry).T
    wide = (east - west > 180) & (east - west < 360 - 1e-9) & (west >= -180) & (east <= 180)
    boxes = (
        wide
        & (shapely.get_num_coordinates(geometry) == 5)
        & np.isclose(shapely.area(geometry), (east - west) * (north - south))
    )
    if not boxes.any():
        return
    first = int(np.argmax(boxes))
    raise FootprintError(
        "{path} holds a box from longitude {west:number} to {east:number}, which is {long:number}° wide, or "
        "{short:number}° over the antimeridian; write {east:number} to {beyond:number} for the narrow one, or "
        "two boxes "
        "that meet at 0 for the wide one.",
        path=path,
        west=float(west[first]),
        east=float(east[first]),
        long=float(east[first] - west[first]),
        short=float(360 - east[first] + west[first]),
        beyond=float(west[first] + 360),
    )


def weights(
    features: gpd.GeoDataFrame, column: str | None, path: Path, levels: Levels | None = None
) -> float | tuple[float, ...]:
    """Intensity of each polygon: 1, or what a column says, through levels if there are any."""
    if column is None:
        return 1.0
    values = _numbers(features[named_column(features, path, column)], path)
    return tuple(values if levels is None else intensities(values, levels))


def _numbers(column: pd.Series[Any], path: Path) -> np.ndarray:
    try:
        values: np.ndarray = column.astype("float64").to_numpy()
    except (TypeError, ValueError) as error:
        raise FootprintError(
            "{path}: column {name:quoted} is not a column of numbers between 0 and 1; name another.",
            path=path,
            name=str(column.name),
        ) from error
    if np.isnan(values).any():
        raise FootprintError(
            "{path}: column {name:quoted} is empty in row {row}; give every shape an intensity.",
            path=path,
            name=str(column.name),
            row=int(np.isnan(values).argmax()) + 1,
        )
    return values
