"""Postcodes of any country as they are published: GeoNames' postal files, the ONS Postcode Directory, plain CSV."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TextIO

from boundaries.errors import ColumnError, FileError
from boundaries.gazetteer.areas import areas_named
from boundaries.paths import existing_file

Format = Literal["GeoNames", "ONS", "CSV"]
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("pcds", "postcode", "postal_code", "postalcode", "zip", "plz", "code_postal", "cp", "cap", "code"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("long", "lon", "lng", "longitude", "x"),
    "name": ("name", "place", "place_name", "city", "town", "ort", "commune"),
    "country": ("country", "country_code"),
    "ended": ("doterm",),
}
"""What publishers call each column; the first that is there counts."""
GEONAMES_COLUMNS = (11, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """A postcode of a country with its middle in degrees, and the place it is of, where the file names one."""

    country: str
    code: str
    name: str
    region: str
    lon: float
    lat: float


@dataclass(slots=True, kw_only=True)
class PostcodeFile:
    """A file of postcodes while it is read.

    Attributes
    ----------
    left_out
        How many rows were left out for what reason: ended, without a place, repeated.
    """

    path: Path
    format: Format
    rows: Iterator[Postcode]
    left_out: Counter[str] = field(default_factory=Counter)


@contextmanager
def open_postcodes(path: Path, country: str | None = None) -> Iterator[PostcodeFile]:
    """Open a file, zipped or not; the format is recognised by its first line.

    Parameters
    ----------
    country
        Name or letters of the country, for a file that does not say it.

    Raises
    ------
    FileError, ColumnError
        If it is no file of postcodes, or a row has no such coordinates.
    """
    code = None if country is None else _country(country)
    with _text(existing_file(path)) as text:
        first = text.readline()
        lines = _with_first(first, text)
        fields = first.rstrip("\r\n").split("\t")
        if len(fields) in GEONAMES_COLUMNS and len(fields[0]) == 2:
            found = PostcodeFile(path=path, format="GeoNames", rows=iter(()))
            found.rows = _geonames(lines, found)
        else:
            found = _delimited(lines, path, code)
        yield found


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    if not zipfile.is_zipfile(path):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            yield text
        return
    with zipfile.ZipFile(path) as archive:
        tables = [one for one in archive.infolist() if one.filename.lower().endswith((".txt", ".csv", ".tsv"))]
        tables = [one for one in tables if "readme" not in one.filename.lower()]
        if not tables:
            raise FileError("{path} holds no table (.txt or .csv); unpack it and name the file.", path=path)
        with archive.open(max(tables, key=lambda one: one.file_size)) as member:
            yield io.TextIOWrapper(member, encoding="utf-8-sig", errors="replace", newline="")


def _with_first(first: str, rest: TextIO) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _geonames(lines: Iterator[str], file: PostcodeFile) -> Iterator[Postcode]:
    """Country, code, place, three divisions with name and code, latitude, longitude, accuracy; no header."""
    for number, line in enumerate(lines, 1):
        parts = line.rstrip("\r\n").split("\t")
        if len(parts) not in GEONAMES_COLUMNS:
            raise FileError(
                "{path}, line {number}: {count} columns where GeoNames has {most}; give the file as it was published.",
                path=file.path,
                number=number,
                count=len(parts),
                most=GEONAMES_COLUMNS[-1],
            )
        if point := _point(parts[10] if len(parts) > 10 else "", parts[9], file, number):
            yield Postcode(country=parts[0], code=parts[1], name=parts[2], region=parts[3], lon=point[0], lat=point[1])


def _delimited(lines: Iterator[str], path: Path, country: str | None) -> PostcodeFile:
    first = next(lines, "")
    separator = max(",;\t|", key=first.count)
    header = next(csv.reader([first], delimiter=separator), [])
    known = {name.strip().lower(): place for place, name in enumerate(header)}
    at = {kind: next((known[name] for name in names if name in known), -1) for kind, names in COLUMNS.items()}
    missing = [kind for kind in ("code", "lat", "lon") if at[kind] < 0]
    if missing:
        raise ColumnError(
            "{path} is no file of postcodes: no column is called {wanted:or} (it has {columns:list}); give GeoNames' "
            "or ONS's file as published, or a CSV with the columns postcode, latitude, longitude.",
            path=path,
            wanted=[name for kind in missing for name in COLUMNS[kind][:3]],
            columns=header[:12] or ["nothing"],
        )
    is_ons = "pcds" in known
    if country is None and at["country"] < 0 and not is_ons:
        raise ColumnError("{path} has no column country; say of which country it is with --country.", path=path)
    found = PostcodeFile(path=path, format="ONS" if is_ons else "CSV", rows=iter(()))
    found.rows = _rows(csv.reader(lines, delimiter=separator), at, country or ("GB" if is_ons else None), found)
    return found


def _rows(
    table: Iterator[list[str]], at: Mapping[str, int], country: str | None, file: PostcodeFile
) -> Iterator[Postcode]:
    for number, row in enumerate(table, 2):
        if not row:
            continue
        said = {kind: row[place].strip() if 0 <= place < len(row) else "" for kind, place in at.items()}
        if said["ended"] or not said["code"]:
            file.left_out["ended" if said["ended"] else "without a code"] += 1
            continue
        point = _point(said["lon"], said["lat"], file, number)
        if point is not None:
            code = country or _country(said["country"])
            yield Postcode(country=code, code=said["code"], name=said["name"], region="", lon=point[0], lat=point[1])


def _point(lon: str, lat: str, file: PostcodeFile, number: int) -> tuple[float, float] | None:
    """The point of a row; none where the row has none (ONS writes a latitude of 99.999999)."""
    if not lon.strip() or not lat.strip() or lat.startswith("99.9999"):
        file.left_out["without a place"] += 1
        return None
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        x = y = 999.0
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise FileError(
            "{path}, line {number}: {lat:quoted}, {lon:quoted} is no latitude and longitude in degrees; correct it.",
            path=file.path,
            number=number,
            lat=lat,
            lon=lon,
        )
    return x, y


def _country(text: str) -> str:
    found: Sequence[str] = [area.country for area in areas_named(text) if not area.admin1]
    if not found:
        raise FileError("{country:quoted} is no country; give its name or its two letters, such as FR.", country=text)
    return found[0]
