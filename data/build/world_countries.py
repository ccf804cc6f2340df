"""Rebuild data/world-countries.parquet: Natural Earth's 177 low-resolution countries with their people.

    ./run python -m data.build.world_countries

Geometry and people: Natural Earth 1:110m (public domain), from the test fixtures in the wheel pyogrio 0.13.0.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import geopandas as gpd

from data.build.wheels import unpack_wheel, write_layer

SHAPES = "pyogrio/tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
TARGET = Path(__file__).parents[1] / "world-countries.parquet"
WITHOUT_CODE = {"Kosovo": "XKX", "N. Cyprus": "XNC", "Somaliland": "XSL", "Norway": "NOR", "France": "FRA"}
"""Natural Earth writes -99 for these; the ids are ISO 3166 where there is one, else user-assigned codes."""


def main() -> None:
    """Build, check, write."""
    with tempfile.TemporaryDirectory() as folder:
        shapes = gpd.read_file(unpack_wheel("pyogrio==0.13.0", folder) / SHAPES)
    codes = shapes["iso_a3"].where(shapes["iso_a3"] != "-99", shapes["name"].map(WITHOUT_CODE))
    table = {
        "name": shapes["name"].array,
        "population": shapes["pop_est"].astype("int64").array,
        "continent": shapes["continent"].array,
        "parent": shapes["continent"].array,
    }
    index = codes.rename("unit_id").array
    countries = gpd.GeoDataFrame(table, index=index, geometry=shapes.geometry.make_valid().array, crs=4326)
    countries = countries.rename_axis("unit_id").sort_index()
    if len(countries) != 177 or not countries.index.is_unique or countries.index.hasnans:
        raise SystemExit(f"world-countries: expected 177 unique codes, found {countries.index.nunique()}")
    write_layer(countries, TARGET)
    people = countries["population"].sum()
    sys.stdout.write(
        f"{TARGET.name}: {len(countries)} units, {people:,} people, {TARGET.stat().st_size / 1e6:.2f} MB\n"
    )


if __name__ == "__main__":
    main()
