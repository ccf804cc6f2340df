"""Files of addresses as they are published: OpenAddresses, the US NAD and TIGER, the French BAN, plain CSV."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from boundaries.addresses.address import House, Range, StreetName
from boundaries.addresses.tables import Columns, Format, columns_of, places_in
from boundaries.addresses.tiger import is_tiger, ranges_of
from boundaries.errors import FileError
from boundaries.gazetteer.areas import areas_named
from boundaries.gazetteer.us_postcodes import is_known, postcode
from boundaries.paths import existing_file

TABLES = (".csv", ".txt", ".tsv", ".geojson", ".ndjson", ".jsonl", ".geojsonl")


@dataclass(slots=True, kw_only=True)
class AddressFile:
    """A file of addresses while it is read.

    Attributes
    ----------
    left_out
        How many rows were left out for what reason: without a number, a street, or a place.
    """

    path: Path
    format: Format
    rows: Iterator[House | Range]
    left_out: Counter[str] = field(default_factory=Counter)


@contextmanager
def open_addresses(path: Path, country: str | None = None) -> Iterator[AddressFile | None]:
    """Open a file, packed or not; the format is recognised by its columns. ``None`` if it holds no addresses.

    Parameters
    ----------
    country
        Name or letters of the country, for a file that does not say it.

    Raises
    ------
    FileError
        If a row has coordinates that are none, or the country is missing.
    """
    code = "" if country is None else _country(country)
    if is_tiger(existing_file(path)):
        found = AddressFile(path=path, format="TIGER", rows=iter(()))
        found.rows = ranges_of(path, found.left_out, _town)
        yield found
        return
    with _text(path) as text:
        yield _opened(text, path, code)


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as start:
        magic = start.read(2)
    if magic == b"\x1f\x8b":
        with gzip.open(path) as packed:
            yield _decoded(cast("BinaryIO", packed))
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            tables = [one for one in archive.infolist() if one.filename.lower().endswith(TABLES)]
            tables = [one for one in tables if not {"readme", "schema"} & set(one.filename.lower().split("."))]
            if not tables:
                yield io.StringIO("")
                return
            with archive.open(max(tables, key=lambda one: one.file_size)) as member:
                yield _decoded(cast("BinaryIO", member))
    else:
        with path.open("rb") as plain:
            yield _decoded(plain)


def _decoded(binary: BinaryIO) -> TextIO:
    return io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace", newline="")


def _opened(text: TextIO, path: Path, country: str) -> AddressFile | None:
    first = text.readline()
    if first.lstrip().startswith("{"):
        feature = _feature(first, path, 1)
        if feature is None or columns_of(list(feature.get("properties") or {})) is None:
            return None
        found = AddressFile(path=path, format="OpenAddresses", rows=iter(()))
        found.rows = _features(chain([first], text), country, found)
        return found
    separator = max(",;\t|", key=first.count)
    header = next(csv.reader([first], delimiter=separator), [])
    columns = columns_of(header)
    if columns is None:
        return None
    found = AddressFile(path=path, format=columns.format, rows=iter(()))
    found.rows = _rows(csv.reader(text, delimiter=separator), columns, header, country, found)
    return found


def _rows(
    table: Iterable[list[str]], columns: Columns, header: Sequence[str], country: str, file: AddressFile
) -> Iterator[House]:
    read = _reader(places_in(columns, header), columns.fixed_country or country, file)
    for number, row in enumerate(table, 2):
        house = read(row, number)
        if house is not None:
            yield house


def _features(lines: Iterable[str], country: str, file: AddressFile) -> Iterator[House]:
    names = ("number", "street", "city", "district", "region", "postcode", "hash", "lon", "lat")
    columns = columns_of(names)
    assert columns is not None
    read = _reader(places_in(columns, names), country, file)
    for number, line in enumerate(lines, 1):
        feature = _feature(line, file.path, number)
        if feature is None:
            continue
        known, shape = feature.get("properties") or {}, feature.get("geometry") or {}
        point = shape.get("coordinates") if shape.get("type") == "Point" else None
        lon, lat = (str(point[0]), str(point[1])) if point else ("", "")
        house = read([*(str(known.get(name) or "") for name in names[:-2]), lon, lat], number)
        if house is not None:
            yield house


def _feature(line: str, path: Path, number: int) -> dict[str, Any] | None:
    text = line.strip().strip("\x1e").rstrip(",")
    if not text.startswith("{") or text.endswith("["):
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise FileError(
            "{path}, line {number} is no GeoJSON feature ({reason}); give one feature a line, as OpenAddresses does.",
            path=path,
            number=number,
            reason=str(error),
        ) from error
    return found if isinstance(found, dict) else None


def _reader(
    at: Mapping[str, list[int]], country: str, file: AddressFile
) -> Callable[[Sequence[str], int], House | None]:
    """How a row becomes a house: a closure, for it is called ten million times."""
    if not country and not at["country"]:
        raise FileError(
            "{path} does not say of which country its addresses are; say it with --country.", path=file.path
        )
    (lon_at,), (lat_at,) = _first(at, "lon", file), _first(at, "lat", file)
    numbers, names, regions, codes = at["number"], at["street"], at["region"], at["postcode"]
    towns, nations, left_out = at["place"], at["country"], file.left_out
    known: dict[tuple[str, ...], StreetName] = {}

    def joined(row: Sequence[str], places: Sequence[int]) -> str:
        return (
            row[places[0]].strip() if len(places) == 1 else " ".join(filter(None, (row[at].strip() for at in places)))
        )

    def first(row: Sequence[str], places: Sequence[int]) -> str:
        return next((text for place in places if (text := row[place].strip())), "")

    def read(row: Sequence[str], line: int) -> House | None:
        if len(row) <= max(lon_at, lat_at):
            left_out["without a place"] += 1
            return None
        number, name = joined(row, numbers), joined(row, names)
        if not name or not number or number == "0":
            left_out["without a street" if not name else "without a number"] += 1
            return None
        if not row[lon_at].strip() or not row[lat_at].strip():
            left_out["without a place"] += 1
            return None
        said = (name, first(row, towns), first(row, regions), first(row, codes), first(row, nations))
        street = known.get(said)
        if street is None:
            street = known[said] = _street(said, country)
        lon, lat = _point(row[lon_at], row[lat_at], file.path, line)
        return House(street, number, lon, lat)

    return read


def _street(said: tuple[str, ...], country: str) -> StreetName:
    name, place, region, code, nation = said
    found = country or _country(nation)
    if found == "US":
        code = code[:5]
        town, state = ("", "") if place and region else _town(code)
        place, region = place or town, region or state
    return StreetName(" ".join(name.split()), " ".join(place.split()), region, code, found)


@lru_cache(maxsize=100_000)
def _town(code: str) -> tuple[str, str]:
    """Town and state of a ZIP; empty where it is not known."""
    if not is_known(code):
        return "", ""
    place = postcode(code)
    return place.name, place.region_short


def _first(at: Mapping[str, list[int]], part: str, file: AddressFile) -> list[int]:
    if not at[part]:
        raise FileError(
            "{path} has no column with the {part} of its addresses in degrees; add one called {name}.",
            path=file.path,
            part="longitude" if part == "lon" else "latitude",
            name=part,
        )
    return at[part][:1]


def _point(lon: str, lat: str, path: Path, line: int) -> tuple[float, float]:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        x = y = 999.0
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise FileError(
            "{path}, line {number}: {lat:quoted}, {lon:quoted} is no latitude and longitude in degrees; correct it.",
            path=path,
            number=line,
            lat=lat,
            lon=lon,
        )
    return x, y


def _country(text: str) -> str:
    found = [area.country for area in areas_named(text) if not area.admin1]
    if not found:
        raise FileError("{country:quoted} is no country; give its name or its two letters, such as FR.", country=text)
    return found[0]
