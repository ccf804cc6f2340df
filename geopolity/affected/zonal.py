"""Add up raster cells inside shapes, each cell by the share of it that is covered (exactextract)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geopolity.affected.raster import Grid
from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.errors import RequestError
from geopolity.exports import later
from geopolity.geometry.crs import CYLINDRICAL, LONGEST_STRAIGHT_M, cylindrical, equal_area, moved

if TYPE_CHECKING:
    from scipy import interpolate
else:
    interpolate = later("scipy.interpolate")

SHAPES_AT_A_TIME = 1_000
LATTICE = 129
"""The scale of a projection is taken at so many places across a grid, and in between linearly."""


class RasterToolMissingError(RequestError):
    """No exactextract for this machine."""

    code = "raster-tool"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Mean, mean square, lowest and highest cell value over the area of each shape; 0 where the grid does not reach."""

    mean: FloatArray
    square: FloatArray
    least: FloatArray
    most: FloatArray


def moments(grid: Grid, shapes: GeometryArray) -> Moments:
    """How cell values vary over the area of each shape (equal-area frame).

    Cells weigh by their area on the ground, whatever the grid's coordinate system; cells without a value, and ground
    outside the grid, count as 0. The mean lies between the lowest and the highest value.
    """
    drawn = _drawn(grid, shapes)
    inside = _share_inside(grid, shapes, drawn)
    found = _extracted(grid, drawn, ["weighted_mean", "weighted_variance", "min", "max"], weights=_cell_areas(grid))
    mean, variance, least, most = (np.nan_to_num(column) for column in found)
    partly = inside < 1
    return Moments(
        mean=inside * mean,
        square=inside * (np.maximum(variance, 0.0) + mean**2),
        least=np.where(partly, np.minimum(least, 0.0), least),
        most=np.where(partly, np.maximum(most, 0.0), most),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Cells that some shapes meet, one entry for each pair.

    Attributes
    ----------
    shape
        Position of the shape.
    value, coverage, area
        What the cell holds, the share of it inside the shape, and its area on the ground (m²).
    x, y
        Its middle, in the grid's coordinate system.
    inside
        Share of each shape that the grid covers.
    first
        Position of the first shape among all.
    """

    shape: IntArray
    value: FloatArray
    coverage: FloatArray
    area: FloatArray
    x: FloatArray
    y: FloatArray
    inside: FloatArray
    first: int


def cells_in(grid: Grid, shapes: GeometryArray) -> Iterator[Cells]:
    """Cells that each shape meets (equal-area frame), so many shapes at a time; one without a value counts as 0."""
    for first in range(0, len(shapes), SHAPES_AT_A_TIME):
        yield _cells_in(grid, shapes[first : first + SHAPES_AT_A_TIME], first)


def _cells_in(grid: Grid, shapes: GeometryArray, first: int) -> Cells:
    drawn = _drawn(grid, shapes)
    wanted = ["values", "coverage", "weights", "center_x", "center_y"]
    table = _table(grid, drawn, wanted, weights=_cell_areas(grid))
    count = np.zeros(len(shapes), dtype=np.int64)
    count[table["place"]] = table["values"].map(len)
    value, coverage, area, x, y = (np.concatenate([np.empty(0), *table[name]]).astype(np.float64) for name in wanted)
    return Cells(
        shape=np.repeat(np.arange(len(shapes)), count),
        value=value,
        coverage=coverage,
        area=area,
        x=x,
        y=y,
        inside=_share_inside(grid, shapes, drawn),
        first=first,
    )


def means(grid: Grid, shapes: GeometryArray) -> FloatArray:
    """Mean cell value over the area of each shape: see ``moments``."""
    return moments(grid, shapes).mean


def sums(grid: Grid, shapes: GeometryArray) -> FloatArray:
    """Sum of cell values in each shape (equal-area frame), a cell counted by the share covered."""
    (people,) = _extracted(grid, _drawn(grid, shapes), ["sum"])
    return np.nan_to_num(people)


def _extracted(
    grid: Grid, drawn: GeometryArray, wanted: list[str], weights: FloatArray | None = None
) -> list[FloatArray]:
    found = _table(grid, drawn, wanted, weights)
    return [found[name].to_numpy(dtype=np.float64) for name in wanted]


def _table(grid: Grid, drawn: GeometryArray, wanted: list[str], weights: FloatArray | None = None) -> pd.DataFrame:
    """What is wanted of each shape, and its ``place``, in order."""
    extract, _ = _exactextract()
    table = gpd.GeoDataFrame({"place": np.arange(len(drawn))}, geometry=list(drawn), crs=grid.crs)
    found = extract(
        _source(grid, np.nan_to_num(grid.values)),
        table,
        wanted,
        weights=None if weights is None else _source(grid, weights),
        include_cols=["place"],
        strategy="feature-sequential" if weights is not None else "raster-sequential",
        output="pandas",
    )
    return pd.DataFrame(found.sort_values("place"))


def _source(grid: Grid, values: FloatArray) -> Any:
    _, source = _exactextract()
    west, south, east, north = grid.bounds
    return source(values, xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=grid.crs.to_wkt())


def _exactextract() -> tuple[Any, Any]:
    try:
        from exactextract import exact_extract  # noqa: PLC0415 - no wheel on every machine
        from exactextract.raster import NumPyRasterSource  # noqa: PLC0415
    except ImportError as error:
        raise RasterToolMissingError(
            "A population raster needs exactextract, which is not installed (there is no wheel for Linux on arm64); "
            "install it from source, or leave the raster out to count people as spread evenly over their unit."
        ) from error
    return exact_extract, NumPyRasterSource


def _drawn(grid: Grid, shapes: GeometryArray) -> GeometryArray:
    """Shapes in the grid's coordinate system; in degrees, in the turn round the Earth that the grid lies in."""
    back = Transformer.from_crs(CYLINDRICAL, grid.crs, always_xy=True)
    straight = shapes if grid.crs.is_geographic else shapely.segmentize(shapes, LONGEST_STRAIGHT_M)
    drawn = moved(straight, lambda xy: _finite(np.column_stack(back.transform(xy[:, 0], xy[:, 1]))))
    return _in_turn(drawn, grid.bounds[0], grid.bounds[2]) if grid.crs.is_geographic else drawn


def _finite(xy: FloatArray) -> FloatArray:
    """Corners that a projection cannot show, put where no grid is."""
    return np.where(np.isfinite(xy), xy, 1e12)


def _in_turn(drawn: GeometryArray, west: float, east: float) -> GeometryArray:
    """Shapes within ±180° moved to where a grid from ``west`` to ``east`` shows them, cut at its edge if need be."""
    moved_ = drawn.copy()
    box = shapely.bounds(drawn)
    for turn in (-360.0, 360.0):
        out = (box[:, 2] > west + 360) if turn < 0 else (box[:, 0] < east - 360)
        if not out.any():
            continue
        limits = (west + 360, 180.0) if turn < 0 else (-180.0, east - 360)
        strip = shapely.intersection(drawn[out], shapely.box(limits[0], -90, limits[1], 90))
        shifted = moved(strip, partial(np.add, [turn, 0.0]))
        moved_[out] = shapely.union(moved_[out], shifted)
    return moved_


def _share_inside(grid: Grid, shapes: GeometryArray, drawn: GeometryArray) -> FloatArray:
    """Share of each shape's area that the grid covers."""
    west, south, east, north = grid.bounds
    box = shapely.bounds(drawn)
    whole = (box[:, 0] >= west) & (box[:, 1] >= south) & (box[:, 2] <= east) & (box[:, 3] <= north)
    share = np.ones(len(shapes))
    if not whole.all():
        east = min(east, west + 360) if grid.crs.is_geographic else east
        (frame,) = equal_area(gpd.GeoSeries([shapely.box(west, south, east, north)], crs=grid.crs))
        part = shapely.area(shapely.intersection(shapes[~whole], frame)) / shapely.area(shapes[~whole])
        share[~whole] = np.clip(part, 0.0, 1.0)
    return share


def _cell_areas(grid: Grid) -> FloatArray:
    """Area on the ground of every cell (m²)."""
    rows, columns = grid.shape
    west, south, east, north = grid.bounds
    if not grid.crs.is_geographic:
        return _areas_of_projected(grid)
    wide, edges = (east - west) / columns, np.linspace(north, south, rows + 1)
    cells = shapely.box(np.zeros(rows), edges[1:], np.full(rows, wide), edges[:-1])
    return np.ascontiguousarray(np.broadcast_to(np.asarray(shapely.area(cylindrical(cells)))[:, None], (rows, columns)))


def _areas_of_projected(grid: Grid) -> FloatArray:
    """Cells of a projected grid: their drawn area, by the scale of the projection at their middle."""
    rows, columns = grid.shape
    west, south, east, north = grid.bounds
    wide, high = (east - west) / columns, (north - south) / rows
    xs, ys = (_lattice(first, last, count) for first, last, count in ((west, east, columns), (south, north, rows)))
    scale = interpolate.RegularGridInterpolator((ys, xs), _scale(xs, ys, grid.crs, min(wide, high) / 2))
    across, up = west + (np.arange(columns) + 0.5) * wide, north - (np.arange(rows) + 0.5) * high
    lines = [scale(np.column_stack([np.full(columns, y), across])) for y in up]
    return np.asarray(np.vstack(lines) * (wide * high), dtype=np.float64)


def _lattice(first: float, last: float, cells: int) -> FloatArray:
    return np.linspace(first, last, min(cells + 1, LATTICE))


def _scale(xs: FloatArray, ys: FloatArray, crs: CRS, step: float) -> FloatArray:
    """Ground area (m²) of a drawn square unit around places of a lattice; 0 where the projection shows no ground."""
    to_equal_area = Transformer.from_crs(crs, CYLINDRICAL, always_xy=True)
    x, y = (part.ravel() for part in np.meshgrid(xs, ys))
    corners = [to_equal_area.transform(x + a * step, y + b * step) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = (np.asarray(corner) for corner in corners)
    with np.errstate(invalid="ignore"):
        area = np.abs((cx - ax) * (dy - by) - (dx - bx) * (cy - ay)) / 2
    ground = np.where(np.isfinite(area) & (area < 1e3 * step**2 * 4), area, 0.0) / (4 * step**2)
    return np.asarray(ground.reshape(len(ys), len(xs)))
