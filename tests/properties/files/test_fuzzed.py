"""Broken files of every format: read with the people that they hold, or refused with a sentence; never anything else."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rasterio
import shapely
from affine import Affine

from boundaries import open_footprint, open_layer
from geopolity.errors import GeopolityError

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(6)]
PEOPLE = [11, 22, 33, 44, 55, 66]
FUZZED, DEFAULT = 5_000, 360


def good(folder: Path) -> list[Path]:
    """One good file of each format."""
    units = gpd.GeoDataFrame({"GEOID": [f"{n:03}" for n in range(6)], "POP": PEOPLE}, geometry=CELLS, crs=4326)
    for suffix in (".geojson", ".gpkg", ".fgb", ".shp"):
        units.to_file(folder / f"a{suffix}")
    units.to_parquet(folder / "a.parquet")
    pd.DataFrame(units.drop(columns="geometry")).assign(geometry=shapely.to_wkb(CELLS)).to_parquet(folder / "b.parquet")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for file in folder.glob("a.[sdpc][hbrp]*"):
            archive.write(file, file.name)
    rows = "".join(f"{n:03},{n * 1.5},{n % 2},{people}\n" for n, people in enumerate(PEOPLE))
    (folder / "a.csv").write_text(f"GEOID,lon,lat,POP\n{rows}")
    (folder / "b.csv").write_text(
        "GRD_ID;T\n" + "".join(f"1kmN2684E433{n};{people}\n" for n, people in enumerate(PEOPLE))
    )
    (folder / "a.asc").write_text("ncols 3\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n11 22 33\n44 55 66\n")
    shape = {"width": 3, "height": 2, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(folder / "a.tif", "w", "GTiff", transform=Affine(1, 0, 0, 0, -1, 2), **shape) as image:
        image.write(np.array(PEOPLE, dtype=np.float32).reshape(2, 3), 1)
    polygon = "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    (folder / "a.kml").write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{polygon}</Document></kml>')
    (folder / "a.xml").write_text(
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><info><area><polygon>0,0 0,1 1,1 0,0</polygon></area></info></alert>'
    )
    (folder / "a.toml").write_text('kind = "area"\npolygons = [[[0, 0], [1, 0], [1, 1], [0, 0]]]\n')
    return sorted(file for file in folder.iterdir() if file.suffix not in (".dbf", ".shx", ".prj", ".cpg"))


def broken(content: bytes, chance: random.Random) -> bytes:
    """The content with bytes changed, cut out, doubled, or lines swapped."""
    content = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(max(len(content), 1))
        match chance.randrange(5):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + chance.choice([1, 3, 40])]
            case 2:
                content[at:at] = content[at : at + chance.choice([1, 8, 100])]
            case 3:
                content = content[: at or 1]
            case 4:
                content[at:at] = chance.choice(
                    [b",", b";", b"\n", b'"', b"-", b".", b"\xff", b"\x00", b"1e9", b"NaN", b"]"]
                )
    return bytes(content)


def taken(read: Callable[[], object]) -> object | None:
    """What was read; None where it is refused, with a sentence of its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return read()
    except GeopolityError as error:
        if not str(error):
            raise AssertionError("a refusal without a sentence") from error
        return None


def truth(path: Path, column: str) -> float | None:
    """People in a file by another reader, which knows nothing of dialects or codes; None where it cannot tell."""
    match path.suffix:
        case ".csv":
            cells = [
                row.get(column)
                for row in csv.DictReader(
                    io.StringIO(path.read_text("latin-1")), delimiter="," if column == "POP" else ";"
                )
            ]
        case ".geojson":
            features = json.loads(path.read_text("utf-8-sig"))["features"]
            cells = [feature["properties"].get(column) for feature in features]
        case ".gpkg":
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
                cells = [row[0] for row in file.execute(f'SELECT "{column}" FROM a')]
        case ".parquet":
            cells = pq.read_table(path, columns=[column])[column].to_pylist()
        case ".asc":
            cells = path.read_text().split()[10:]
        case ".tif":
            with warnings.catch_warnings(action="ignore"), rasterio.open(path) as image:
                cells = image.read(1).ravel().tolist()
        case _:
            return None
    told = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
    return sum(map(float, told)) if all(re.fullmatch(r"[0-9]+(\.0+)?", cell) for cell in told) else None


def fuzz(folder: Path, count: int) -> tuple[int, int]:
    """Break files and read them; returns how many were read, and how many of these another reader counted too."""
    files, chance, read, compared = good(folder), random.Random(15), 0, 0
    for number in range(count):
        file = files[number % len(files)]
        bad = folder / f"bad{file.suffix}"
        bad.write_bytes(broken(file.read_bytes(), chance))
        crs = 4326 if file.suffix == ".asc" or (file.stem == "b" and file.suffix == ".parquet") else None
        layer = taken(partial(open_layer, bad, crs=crs))
        taken(partial(open_footprint, bad, **({"buffer_km": 9.0} if bad.suffix == ".csv" else {})))
        if layer is not None:
            found, read = layer.reading, read + 1
            people = truth(bad, found.columns.get("population", ""))
            compared += people is not None
            assert people is None or found.people + found.people_set_aside == pytest.approx(people), bad.read_bytes()
        bad.unlink()
    return read, compared


def test_broken_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    read, compared = fuzz(tmp_path, DEFAULT)
    assert read >= compared > 9


@pytest.mark.long
def test_five_thousand_broken_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    read, compared = fuzz(tmp_path, FUZZED)
    assert read >= compared > 140


def rows_of(chance: random.Random) -> tuple[list[str], float, list[str]]:
    """Lines of a table, people in them, and lines that are dropped on purpose."""
    ids = [f"{n:03}" for n in range(6)]
    people = [chance.choice([7, 120, 4_500, 1_234_567]) for _ in ids]
    return [f"{unit},{count}" for unit, count in zip(ids, people, strict=True)], float(sum(people)), ids


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_table_never_gives_another_total(tmp_path: Path, seed: int) -> None:
    """Separators and quotes are put where they do not belong; the people are the same, or the table is refused."""
    chance = random.Random(seed)
    lines, total, ids = rows_of(chance)
    gpd.GeoDataFrame({"GEOID": ids}, geometry=CELLS, crs=4326).to_parquet(tmp_path / "u.parquet")
    at, mark = chance.randrange(len(lines)), chance.choice([",", '"', ";", "\t", ",,", "\n", " ", "'"])
    place = chance.choice([0, lines[at].index(",") + 1, len(lines[at])])
    lines[at] = lines[at][:place] + mark + lines[at][place:]
    (tmp_path / "people.csv").write_text("GEOID,population\n" + "\n".join(lines) + "\n")
    try:
        layer = open_layer(tmp_path / "u.parquet", people_file=tmp_path / "people.csv")
    except GeopolityError:
        return
    assert layer.reading.people + layer.reading.people_set_aside == total
