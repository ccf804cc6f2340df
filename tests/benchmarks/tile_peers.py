"""What others take to make the same tiles: tippecanoe, and PostGIS tile by tile."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import shapely

from maps.tiles.content import TileSource


def tippecanoe(source: TileSource) -> tuple[str, ...]:
    """Name, seconds, processor seconds and megabytes of zooms 0 to 8."""
    program = shutil.which("tippecanoe", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        return "tippecanoe", "not installed", "–", "–"
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "units.fgb", Path(folder) / "units.pmtiles"
        frame = gpd.GeoDataFrame(source.units.reset_index(), geometry=list(source.shapes), crs=4326)
        frame.to_file(file, driver="FlatGeobuf")
        options = ["-q", "-Z0", "-z8", "-l", "units", "--detect-shared-borders", "--no-tile-size-limit"]
        command = [program, *options, "--no-feature-limit", "-o", str(out), str(file)]
        before, start = os.times(), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        seconds, after = time.perf_counter() - start, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return "tippecanoe --detect-shared-borders", f"{seconds:.1f}", f"{cpu:.1f}", f"{out.stat().st_size / 1e6:.1f}"


def postgis(source: TileSource) -> tuple[str, ...]:
    """Name, seconds, nothing and megabytes of the tiles that hold a unit."""
    import psycopg
    import pytest

    from tests.postgis import new_cluster, remove

    try:
        cluster = new_cluster()
    except pytest.fail.Exception:
        return "PostGIS ST_AsMVT", "not installed", "–", "–"
    size, wanted = 0, list(_tiles_with_units(source))
    query = """
        SELECT ST_AsMVT(r, 'units') FROM (
            SELECT ST_AsMVTGeom(u.flat, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64) AS geom, unit_id, name, population
            FROM u WHERE u.flat && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.015625)) r WHERE geom IS NOT NULL"""
    try:
        with psycopg.connect(cluster.url().replace("postgresql+psycopg", "postgresql")) as connection:
            cursor = connection.cursor()
            cursor.execute("CREATE TEMP TABLE u (unit_id text, name text, population float8, flat geometry)")
            flat = gpd.GeoSeries(list(source.shapes), crs=4326).to_crs(3857).to_numpy()
            shapes = shapely.to_wkb(shapely.set_srid(flat, 3857), hex=True, include_srid=True)
            with cursor.copy("COPY u FROM STDIN") as copy:
                for unit, name, people, shape in zip(
                    source.units.index, source.units["name"], source.units["population"], shapes, strict=True
                ):
                    copy.write_row((unit, name, people, shape))
            cursor.execute("CREATE INDEX ON u USING gist (flat)")
            cursor.execute("ANALYZE u")
            start = time.perf_counter()
            for zoom, x, y in wanted:
                (content,) = cursor.execute(query, {"z": zoom, "x": x, "y": y}).fetchone() or (b"",)
                size += len(gzip.compress(content or b"", 4))
            seconds = time.perf_counter() - start
    finally:
        remove(cluster)
    return f"PostGIS ST_AsMVT, {len(wanted):,} tiles", f"{seconds:.1f}", "–", f"{size / 1e6:.1f}"


def _tiles_with_units(source: TileSource) -> Iterator[tuple[int, int, int]]:
    from maps.tiles.content import tile_set
    from maps.tiles.cover import tile_cover

    units = tile_set(source).layers[0]
    for zoom in range(9):
        for at, _ in tile_cover(units.sketch(zoom), zoom):
            yield at.zoom, at.x, at.y
