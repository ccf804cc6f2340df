"""Open a census layer: one that travels with geopolity, or a file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.embedded import data_folder, names
from boundaries.people import people
from boundaries.readers import FileError, read_vector
from boundaries.repair import repaired
from geopolity.errors import RequestError
from geopolity.identifiers import LayerName
from geopolity.layer import Layer

EMBEDDED = {
    "us-counties": (
        "Counties of the United States",
        "2019",
        "US Census Bureau: cartographic boundaries 2016, population estimates 2019",
        "US public domain",
    ),
    "world-countries": ("Countries of the world", "2017", "Natural Earth 1:110m", "public domain"),
}
ID_COLUMNS = (
    "unit_id",
    "geoid",
    "com",
    "geoid20",
    "geoid10",
    "geo_id",
    "nuts_id",
    "code_insee",
    "insee",
    "codgeo",
    "cd_mun",
    "code",
    "id",
)
PEOPLE_COLUMNS = (
    "population",
    "pop",
    "totpop",
    "pop2020",
    "pop20",
    "popestimate2019",
    "pop_est",
    "b01001_001e",
    "p1_001n",
    "pmun",
)
NAME_COLUMNS = ("name", "commune", "namelsad", "nom", "nm_mun", "name_latn", "label")


class ColumnError(RequestError):
    """A column is named that the file does not have, or none could be recognised."""

    code = "column"


def layer_names() -> list[str]:
    """Names of the layers that travel with geopolity."""
    return names(data_folder(), ".parquet")


def open_layer(
    name_or_path: str | Path,
    *,
    id_column: str | None = None,
    population_column: str | None = None,
    crs: Any = None,
    name_column: str | None = None,
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
    path = Path(name_or_path)
    if not path.suffix and not path.exists():
        raise FileError(
            f"There is no layer {str(name_or_path)!r}; choose one of {', '.join(layer_names())} or name a file."
        )
    features = read_vector(path, crs=crs)
    return _layer(features, path, id_column, population_column, name_column)


@lru_cache(maxsize=4)
def _embedded(name: str) -> Layer:
    title, vintage, source, licence = EMBEDDED[name]
    units = gpd.read_parquet(data_folder() / f"{name}.parquet")
    units["population"] = units["population"].astype("float64")
    return Layer(name=LayerName(name), title=title, vintage=vintage, source=source, licence=licence, units=units)


def _layer(
    features: gpd.GeoDataFrame,
    path: Path,
    id_column: str | None,
    population_column: str | None,
    name_column: str | None,
) -> Layer:
    table = features.reset_index() if features.index.name else features
    id_column, id_note = _column(table, path, id_column, ID_COLUMNS, "id", "--id-column")
    population_column, people_note = _column(
        table, path, population_column, PEOPLE_COLUMNS, "population", "--population-column"
    )
    label = name_column or next((column for column in table.columns if str(column).lower() in NAME_COLUMNS), id_column)
    shapes, notes = repaired(table.geometry, path)
    units = table.drop(columns=[id_column, "unit_id", "name", "population", table.geometry.name], errors="ignore")
    units = gpd.GeoDataFrame(
        units.assign(name=table[label].astype(str), population=people(table[population_column], str(path))),
        geometry=shapes,
    )
    units.index = pd.Index(_ids(table[id_column], path), name="unit_id")
    return Layer(
        name=LayerName(path.stem),
        title=path.stem,
        vintage="",
        source=path.name,
        licence="",
        units=units.sort_index(),
        notes=(*id_note, *people_note, *notes),
    )


def _column(
    table: pd.DataFrame, path: Path, named: str | None, usual: tuple[str, ...], what: str, flag: str
) -> tuple[str, tuple[str, ...]]:
    columns = [str(column) for column in table.columns if column != "geometry"]
    if named is not None:
        if named not in columns:
            raise ColumnError(f"{path} has no column {named!r}; it has {', '.join(columns[:20])}.")
        return named, ()
    by_lower = {column.lower(): column for column in reversed(columns)}
    found = next((by_lower[name] for name in usual if name in by_lower), None)
    if found is None:
        raise ColumnError(
            f"{path} has no column recognised as {what}; name one with {flag}, out of {', '.join(columns[:20])}."
        )
    return found, (f"The {what} was taken from the column {found!r}.",)


def _ids(column: pd.Series, path: Path) -> pd.Series:
    if column.isna().any():
        raise ColumnError(
            f"{path}: the id column {column.name!r} is empty in {int(column.isna().sum())} rows; fill it."
        )
    if pd.api.types.is_float_dtype(column.dtype):
        raise ColumnError(
            f"{path}: the ids in {column.name!r} were read as decimal numbers (first: {column.iloc[0]}); store them as text."
        )
    ids = column.astype(str)
    if ids.duplicated().any():
        raise ColumnError(
            f"{path}: the id {ids[ids.duplicated()].iloc[0]!r} in {column.name!r} occurs more than once; name a unique column."
        )
    return ids
