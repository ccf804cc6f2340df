"""What geopandas.overlay, tobler and rasterstats make of the same footprints and units."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable

import geopandas as gpd
import numpy as np

from boundaries import open_layer
from geopolity.affected.footprint import Area, Footprint, Raster
from geopolity.affected.people import affected_people
from geopolity.affected.raster import Grid
from geopolity.layers.layer import Layer
from tests.benchmarks.timing import Rows, median, once


def peers(footprint: Area) -> Rows:
    """Milliseconds and people of each tool, beside ours."""
    layer = open_layer("us-counties")
    ours = affected_people(footprint, layer).total
    where = "us-counties, 5,000 vertices"
    rows: Rows = [
        ("geopolity", where, f"{1000 * median(lambda: affected_people(footprint, layer)):.0f}", f"{ours:,.0f}", "")
    ]
    rows.append(peer("geopandas.overlay", where, lambda: overlay(layer, footprint), ours))
    for name, tool in (("tobler", tobler), ("rasterstats", rasterstats)):
        if importlib.util.find_spec(name) is None:
            rows.append((name, where, "not installed here", "", ""))
        elif name == "tobler":
            rows.append(peer(name, where, lambda tool=tool: tool(layer, footprint), ours))
        else:
            rows.append(
                peer("rasterstats", "us-counties, 0.05° grid", lambda: rasterstats(layer, plume()), raster_ours(layer))
            )
    rows.append(("geopolity", "us-counties, 0.05° grid", *raster_row(layer), ""))
    return rows


def peer(name: str, where: str, count: Callable[[], float], ours: float) -> tuple[str, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            count()  # imports and compiled parts are not what is compared
            seconds, people = once(count)
        except ImportError as error:
            return name, where, f"not usable here ({error})", "", ""
    return name, where, f"{1000 * seconds:.0f}", f"{people:,.0f}", f"{people / ours - 1:+.3%}"


def overlay(layer: Layer, footprint: Footprint) -> float:
    units = layer.units[["population", "geometry"]].to_crs(6933)
    units["whole"] = units.area
    zones = footprint.extent()
    assert zones is not None
    pieces = gpd.overlay(units, zones.to_crs(6933), how="intersection")
    return float((pieces["population"] * pieces.area / pieces["whole"] * pieces["intensity"]).sum())


def tobler(layer: Layer, footprint: Footprint) -> float:
    from tobler.area_weighted import area_interpolate

    zones = footprint.extent()
    assert zones is not None
    units = layer.units[["population", "geometry"]].to_crs(6933)
    found = area_interpolate(units, zones.to_crs(6933), extensive_variables=["population"], allocate_total=False)
    return float(found["population"].sum())


def plume() -> Grid:
    row, column = np.mgrid[0:120, 0:160]
    return Grid(
        values=np.exp(-(((row - 60) / 30) ** 2) - ((column - 80) / 40) ** 2), bounds=(-88, 31, -80, 37), crs=4269
    )


def raster_ours(layer: Layer) -> float:
    return affected_people(Raster(grid=plume()), layer).total


def raster_row(layer: Layer) -> tuple[str, str]:
    seconds, people = once(lambda: raster_ours(layer))
    return f"{1000 * seconds:.0f}", f"{people:,.0f}"


def rasterstats(layer: Layer, grid: Grid) -> float:
    from affine import Affine
    from rasterstats import zonal_stats

    west, _, _, north = grid.bounds
    units = layer.units.cx[-88:-80, 31:37]  # type: ignore[misc]
    at = Affine(0.05, 0, west, 0, -0.05, north)
    means = zonal_stats(units.geometry, grid.values, affine=at, stats=["mean"], nodata=-1)
    mean = np.array([row["mean"] or 0.0 for row in means], dtype=float)
    return float((units["population"].to_numpy() * mean).sum())
