"""Open a census layer: one that travels with geopolity, one of the catalogue, or a file."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.catalogue.entries import Entry, check_sha256, column, known, read_entry
from boundaries.cells.identified import with_outlines
from boundaries.cells.voronoi import CELLS_NOTE, with_cells
from boundaries.coordinates import located
from boundaries.embedded import data_folder, names
from boundaries.errors import FileError
from boundaries.how import How, Notation, OnEmpty
from boundaries.joining import PeopleFile, Repeated
from boundaries.opening import read_any_table
from boundaries.paths import existing_file
from boundaries.planet.layer import NAME as WORLD_PLACES
from boundaries.planet.layer import world_places
from boundaries.rasters.grids import RASTERS, read_cells
from boundaries.tables.places import has_places, placed, wkt_column
from boundaries.units import Columns, layer_from
from boundaries.vectors.features import Features, empty_note, with_shapes
from boundaries.vectors.readers import TABLES, read_vector
from geopolity.errors import RequestError
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from geopolity.messages import Message

EMBEDDED = {
    "us-counties": (
        "Counties of the United States",
        "2019",
        "US Census Bureau: cartographic boundaries 2016, population estimates 2019",
        "US public domain",
    ),
    "world-countries": ("Countries of the world", "2017", "Natural Earth 1:110m", "public domain"),
}
"""Layers that are read as they are; ``world-places`` is built from its tables (``boundaries.planet``)."""


class IgnoredOptionError(RequestError):
    """An option says something that this file has no use for."""

    code = "option-ignored"


def layer_names() -> list[str]:
    """Names of the layers that travel with geopolity."""
    return [*names(data_folder(), ".parquet"), WORLD_PLACES]


def open_layer(  # noqa: PLR0913 - the agreed door for the command line; everything behind it takes Columns and How
    name_or_path: str | Path,
    *,
    id_column: str | None = None,
    population_column: str | None = None,
    crs: Any = None,
    name_column: str | None = None,
    people_file: str | Path | None = None,
    parent_column: str | None = None,
    table_id_column: str | None = None,
    sheet: str | None = None,
    layer_name: str | None = None,
    encoding: str | None = None,
    notation: Notation | None = None,
    where: tuple[tuple[str, str], ...] = (),
    repeated: Repeated = "refuse",
    on_empty_geometry: OnEmpty = "set-aside",
    band: int | None = None,
    no_data: float | None = None,
    cache: Path | None = None,
) -> Layer:
    """Open a layer by name, or from a file of units with their people.

    Columns not named are recognised by their usual names; the layer's ``reading`` and ``notes`` say how it was read.
    ``cache`` is a folder where world-places, which takes half a minute to build, is kept once it was.

    Raises
    ------
    RequestError
        If the file, a column or a value is wrong; the sentence names it and the way out.
    """
    given = {name: value for name, value in locals().items() if name not in ("name_or_path", "cache")}
    if str(name_or_path) in (*EMBEDDED, WORLD_PLACES):
        _check_nothing_said(str(name_or_path), given)
        return _embedded(str(name_or_path), cache)
    path, entry = _described(Path(name_or_path))
    if not path.suffix and not path.exists():
        raise FileError(
            "There is no layer {layer:quoted}; choose one of {layers:list} or name a file.",
            layer=str(name_or_path),
            layers=list(layer_names()),
        )
    table = people_file if people_file is not None else entry.people_file and path.parent / entry.people_file
    people = None
    if table is not None:
        people = PeopleFile(
            path=Path(table),
            id=table_id_column,
            population=population_column,
            sheet=sheet,
            notation=notation,
            usual_notation=entry.notation,
            where=where,
            repeated=repeated,
            encoding=_of_table(encoding, path, Path(table)),
        )
    else:
        _check_no_table_said(path, {"--table-id-column": table_id_column, "--sheet": sheet})
    how = How(
        crs=crs if crs is not None else entry.crs,
        layer_name=layer_name,
        encoding=None if people is not None and people.encoding else encoding,
        notation=notation,
        on_empty_geometry=on_empty_geometry,
        band=band,
        no_data=no_data,
        columns=tuple(
            name
            for name in (
                *(id_column, population_column, name_column, parent_column, *(key for key, _ in where)),
                *(entry.id, entry.population, entry.label, entry.parent),
            )
            if name is not None
        ),
    )
    features = _read(path, how, id_column or entry.id)
    if crs is None and entry.crs is not None and features.crs_from == "named":
        features = replace(features, crs_from="the catalogue")
    columns = Columns(
        id=id_column,
        population=None if people else population_column,
        name=name_column,
        parent=parent_column,
        people=people,
        notation=notation,
        usual_notation=entry.notation,
        where=where,
        repeated=repeated,
    )
    return layer_from(features, path, _filled(columns, entry, features), entry)


def _of_table(encoding: str | None, path: Path, table: Path) -> str | None:
    """The encoding that was named is the units' where only they are text, else the table's."""
    units_are_text = path.suffix.lower() in (".csv", ".tsv", ".txt", ".shp")
    table_is_text = table.suffix.lower() in (".csv", ".tsv", ".txt")
    return encoding if table_is_text or not units_are_text else None


def _check_nothing_said(name: str, given: dict[str, Any]) -> None:
    usual = {"where": (), "repeated": "refuse", "on_empty_geometry": "set-aside"}
    said = [f"--{key.replace('_', '-')}" for key, value in given.items() if value != usual.get(key)]
    if said:
        raise IgnoredOptionError(
            "{layer} travels with geopolity as it is, and {options:list} would change nothing; leave it out, or "
            "name a file.",
            layer=name,
            options=said,
        )


def _check_no_table_said(path: Path, said: dict[str, str | None]) -> None:
    given = [flag for flag, value in said.items() if value is not None]
    if given:
        raise IgnoredOptionError(
            "{options:list} is about a people's file, and none is given beside {path}; add --people-file or "
            "leave it out.",
            options=given,
            path=path,
        )


def _described(path: Path) -> tuple[Path, Entry]:
    """File of units and what is known of it; a TOML entry names its file."""
    if path.suffix.lower() != ".toml":
        return path, known(path)
    entry = read_entry(existing_file(path))
    file = path.parent / str(entry.file)
    check_sha256(existing_file(file), entry)
    return file, entry


def _filled(columns: Columns, entry: Entry, features: Features) -> Columns:
    """Take what the person said, then what the entry knows of columns that are really there."""
    there = [str(name) for name in features.frame.columns]
    return replace(
        columns,
        id=columns.id or column(there, entry.id),
        population=columns.population or column(there, entry.population),
        name=columns.name or column(there, entry.label),
        parent=columns.parent or column(there, entry.parent),
    )


@lru_cache(maxsize=4)
def _embedded(name: str, cache: Path | None) -> Layer:
    if name == WORLD_PLACES:
        return world_places(cache)
    title, vintage, source, licence = EMBEDDED[name]
    units = gpd.read_parquet(data_folder() / f"{name}.parquet")
    units["population"] = units["population"].astype("float64")
    return Layer(name=LayerName(name), title=title, vintage=vintage, source=source, licence=licence, units=units)


def _read(path: Path, how: How, id_column: str | None) -> Features:
    existing_file(path)
    suffix = path.suffix.lower()
    if suffix in RASTERS:
        cells = read_cells(path, how)
        return Features(frame=cells.units, without_shape=pd.DataFrame(), rows=len(cells.units), notes=cells.notes)
    if suffix in TABLES:
        return _of_table_rows(path, how, id_column)
    return read_vector(path, how)


def _of_table_rows(path: Path, how: How, id_column: str | None) -> Features:
    """Units of a table: shapes as text, ground around points, or cells that ids name."""
    table = read_any_table(path, encoding=how.encoding, sheet=how.layer_name, named=how.columns)
    said: tuple[Message, ...] = ()
    bare = pd.DataFrame()
    if wkt_column(table.frame) is not None or has_places(table.frame):
        found = placed(table, how)
        frame, bare = with_shapes(found.frame, path, how.on_empty_geometry)
        frame, known_by = located(frame, path, None)
        said = (*found.notes, *empty_note(len(bare), path.name))
        if (shapely.get_dimensions(frame.geometry.to_numpy()) == 0).all():
            frame, said = with_cells(frame, path), (*said, CELLS_NOTE)
        known_by = "named" if how.crs is not None else "longitude and latitude"
    else:
        frame, named = with_outlines(table.frame, path, id_column)
        said = (Message("The shapes were taken from the ids in {column:quoted}.", column=named),)
        known_by = "the ids"
    return Features(
        frame=frame,
        without_shape=bare,
        rows=len(table.frame),
        crs_from=known_by,
        encoding=table.encoding,
        separator=table.separator,
        notes=(*table.notes, *said),
    )
