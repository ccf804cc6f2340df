"""Open a census layer: one that travels with geopolity, one of the catalogue, or a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.catalogue.entries import Entry, check_sha256, column, known, read_entry
from boundaries.cells.hexagons import with_hexagons
from boundaries.cells.voronoi import CELLS_NOTE, has_places, with_cells
from boundaries.embedded import data_folder, names
from boundaries.errors import FileError
from boundaries.rasters.grids import RASTERS, read_cells
from boundaries.tables.columns import ID, LABELS, POPULATION, find, named_column, recognised, text_ids
from boundaries.tables.delimited import read_table
from boundaries.tables.people import people, separators_note
from boundaries.vectors.readers import existing_file, read_vector
from boundaries.vectors.repair import repaired
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from geopolity.layers.topology import topology_notes
from geopolity.messages import Message

TABLES = {".csv", ".tsv"}
EMBEDDED = {
    "us-counties": (
        "Counties of the United States",
        "2019",
        "US Census Bureau: cartographic boundaries 2016, population estimates 2019",
        "US public domain",
    ),
    "world-countries": ("Countries of the world", "2017", "Natural Earth 1:110m", "public domain"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a person says about a file of units; ``None`` is recognised by its usual name.

    Attributes
    ----------
    people_file
        Table (CSV or Parquet) with the population, joined by id as text.
    """

    id: str | None = None
    population: str | None = None
    name: str | None = None
    parent: str | None = None
    people_file: Path | None = None


def layer_names() -> list[str]:
    """Names of the layers that travel with geopolity."""
    return names(data_folder(), ".parquet")


def open_layer(  # noqa: PLR0913 - the agreed door for the command line; everything behind it takes Columns
    name_or_path: str | Path,
    *,
    id_column: str | None = None,
    population_column: str | None = None,
    crs: Any = None,
    name_column: str | None = None,
    people_file: str | Path | None = None,
    parent_column: str | None = None,
) -> Layer:
    """Open a layer by name, or from a file of units with their people.

    Columns not named are recognised by their usual names, which the layer's ``notes`` say.

    Raises
    ------
    RequestError
        If the file, a column or a value is wrong; the sentence names it and the way out.
    """
    if str(name_or_path) in EMBEDDED:
        return _embedded(str(name_or_path))
    path, entry = _described(Path(name_or_path))
    if not path.suffix and not path.exists():
        raise FileError(
            "There is no layer {layer:quoted}; choose one of {layers:list} or name a file.",
            layer=str(name_or_path),
            layers=list(layer_names()),
        )
    columns = Columns(
        id=id_column,
        population=population_column,
        name=name_column,
        parent=parent_column,
        people_file=None if people_file is None else Path(people_file),
    )
    features = _units(path, crs if crs is not None else entry.crs)
    return layer_from(features, path, _filled(columns, entry, features, path.parent), entry)


def _described(path: Path) -> tuple[Path, Entry]:
    """File of units and what is known of it; a TOML entry names its file."""
    if path.suffix.lower() != ".toml":
        return path, known(path)
    entry = read_entry(existing_file(path))
    file = path.parent / str(entry.file)
    check_sha256(existing_file(file), entry)
    return file, entry


def _filled(columns: Columns, entry: Entry, features: gpd.GeoDataFrame, folder: Path) -> Columns:
    """Take what the person said, then what the entry knows of columns that are really there."""
    there = [str(name) for name in features.columns]
    return Columns(
        id=columns.id or column(there, entry.id),
        population=columns.population or column(there, entry.population),
        name=columns.name or column(there, entry.label),
        parent=columns.parent or column(there, entry.parent),
        people_file=columns.people_file or (folder / entry.people_file if entry.people_file else None),
    )


@lru_cache(maxsize=4)
def _embedded(name: str) -> Layer:
    title, vintage, source, licence = EMBEDDED[name]
    units = gpd.read_parquet(data_folder() / f"{name}.parquet")
    units["population"] = units["population"].astype("float64")
    return Layer(name=LayerName(name), title=title, vintage=vintage, source=source, licence=licence, units=units)


def _units(path: Path, crs: Any) -> gpd.GeoDataFrame:
    existing_file(path)
    if path.suffix.lower() in RASTERS:
        return read_cells(path, crs=crs)
    if path.suffix.lower() in TABLES:
        table = read_table(path)
        return with_cells(table, path) if has_places(table) else with_hexagons(table, path)
    features = read_vector(path, crs=crs)
    return features.reset_index() if features.index.name else features


def layer_from(features: gpd.GeoDataFrame, path: Path, columns: Columns, entry: Entry) -> Layer:
    """Layer from features that were read, with what was guessed and repaired said in its notes."""
    shapes, mended = repaired(features.geometry, path)
    drawn = (CELLS_NOTE,) if path.suffix.lower() in TABLES and has_places(features) else ()
    table = pd.DataFrame(features.drop(columns=features.geometry.name))
    identified = find(table, path, ID, columns.id)
    ids = text_ids(table[identified.column], path)
    table, joined = _with_people(table.set_axis(pd.Index(ids, name="unit_id")), columns, path)
    counted = find(table, path, POPULATION, columns.population if columns.people_file is None else "population")
    meaning = {
        "name": table[_label(table, path, columns, identified.column)].astype(str),
        "population": people(table[counted.column], str(path)),
    }
    if columns.parent is not None:
        meaning["parent"] = table[named_column(table, path, columns.parent)].astype(str)
    rest = table.drop(columns=["unit_id", *meaning], errors="ignore")
    units = gpd.GeoDataFrame(rest.assign(**meaning), geometry=shapes.to_numpy(), crs=shapes.crs).sort_index()
    layer = Layer(
        name=LayerName(path.stem),
        title=entry.title or path.stem,
        vintage=entry.vintage,
        source=entry.source or path.name,
        licence=entry.licence,
        units=units,
        notes=(*drawn, *identified.notes, *joined, *counted.notes, *separators_note(table[counted.column]), *mended),
    )
    return replace(layer, notes=(*layer.notes, *topology_notes(layer)))


def _with_people(table: pd.DataFrame, columns: Columns, path: Path) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """Join a table of people by id; units it does not name keep a missing population, and that is said."""
    if columns.people_file is None:
        return table, ()
    source = existing_file(columns.people_file)
    counts, known_as = read_table(source), known(source)
    key = find(
        counts, source, ID, columns.id if columns.id in counts.columns else column(list(map(str, counts)), known_as.id)
    )
    ids = text_ids(counts[key.column], source)
    if known_as.id_after is not None:
        ids = ids.str.split(known_as.id_after).str[-1]
    counts = counts.set_index(pd.Index(ids, name="unit_id"))
    matched = table.index.isin(counts.index)
    if not matched.any():
        raise FileError(
            "No id of {path} (such as {id:quoted}) is in {source} (such as {other:quoted}); name the id columns, "
            "and store ids as text with their leading zeros.",
            path=path,
            id=table.index[0],
            source=source,
            other=counts.index[0],
        )
    found = find(counts, source, POPULATION, columns.population or column(list(map(str, counts)), known_as.population))
    said = (
        Message(
            "{number:count} units have no row in {source}; their population is missing.",
            number=int((~matched).sum()),
            source=source.name,
        ),
    )
    joined = table.drop(columns="population", errors="ignore").join(counts[found.column].rename("population"))
    return joined, (*key.notes, *found.notes, *(said if not matched.all() else ()))


def _label(table: pd.DataFrame, path: Path, columns: Columns, fallback: str) -> str:
    return named_column(table, path, columns.name) if columns.name else recognised(table, LABELS) or fallback
