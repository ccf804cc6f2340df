"""Find the columns of a table that mean something: named by a person, or recognised and said aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from boundaries.errors import ColumnError
from geopolity.messages import Message

IDS = (
    *(
        "unit_id",
        "geoid",
        "geoid20",
        "geoid10",
        "geo_id",
        "geoidfq",
        "nuts_id",
        "code_insee",
        "insee_com",
        "insee",
        "codgeo",
    ),
    *(
        "cd_mun",
        "cd_setor",
        "dbuid_ididu",
        "dauid",
        "mb_code21",
        "mb_code_2021",
        "sa1_code21",
        "sa2_code21",
        "gisco_id",
        "lau_id",
    ),
    *(
        "grd_id",
        "idcar_200m",
        "idcar_1km",
        "idinspire",
        "com",
        "code",
        "iso_a3",
        "h3",
        "h3_index",
        "s2",
        "id",
        "fips",
        "fid_1",
    ),
)
PEOPLE = (
    *("population", "pop", "totpop", "pop2020", "pop20", "pop100", "popestimate2019", "pop_est", "pop_2020"),
    *(
        "b01001_001e",
        "b01003_001e",
        "p1_001n",
        "p0010001",
        "pmun",
        "ptot",
        "dbpop2021_idpop2021",
        "v0001",
        "ind",
        "person",
        "t",
    ),
)
LABELS = (
    *("name", "namelsad", "nom", "nm_mun", "name_latn", "lau_name", "commune", "label", "ntaname", "nom_com", "libgeo"),
    *("sa2_name21", "sal_name21", "names_primary", "name_en", "nombre", "nome", "naam", "namn", "navn", "nazwa"),
)

LONGITUDES = ("longitude", "lon", "lng", "long", "x", "intptlon", "longitud", "lon_dd", "centlon")
LATITUDES = ("latitude", "lat", "y", "intptlat", "latitud", "lat_dd", "centlat")
SHAPES = ("wkt", "geometry", "geom", "the_geom", "geom_wkt", "shape")
COORDINATES = (*LONGITUDES, *LATITUDES, *SHAPES)
H3_COLUMNS = ("h3", "h3_index", "h3index", "hex", "hex_id", "h3_id", "cell")
S2_COLUMNS = ("s2", "s2_token", "s2_cell", "s2_id", "s2cell", "s2_cell_id", "s2cellid")
SQUARES = (
    *("grd_id", "idcar_200m", "idcar_1km", "idcar_nat", "idinspire", "id_inspire", "grid_id", "cellcode", "inspireid"),
)
CELLS = (*H3_COLUMNS, *S2_COLUMNS, *SQUARES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A column to find: what it means, its usual names, and the flag that names it."""

    meaning: str
    usual: tuple[str, ...]
    flag: str


ID = Wanted(meaning="id", usual=IDS, flag="--id-column")
TABLE_ID = Wanted(meaning="id", usual=IDS, flag="--table-id-column")
POPULATION = Wanted(meaning="population", usual=PEOPLE, flag="--population-column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A column, and what to say about how it was found."""

    column: str
    notes: tuple[Message, ...] = ()


def find(table: pd.DataFrame, path: Path, wanted: Wanted, named: str | None) -> Found:
    """Return the named column, or one with a usual name."""
    (found,) = find_all(table, path, [(wanted, named)])
    return found


def find_all(table: pd.DataFrame, path: Path, asked: Sequence[tuple[Wanted, str | None]]) -> list[Found]:
    """Columns for several meanings; what is not found is said together, in one refusal."""
    columns = [_column(table, path, wanted, named) for wanted, named in asked]
    lacking = [wanted for (wanted, _), column in zip(asked, columns, strict=True) if column is None]
    if lacking:
        raise ColumnError(
            "{path} has no column recognised as {meanings:meaning.or}; name one with {flags:and}, out of "
            "{columns:list}.",
            path=path,
            meanings=[wanted.meaning for wanted in lacking],
            flags=[wanted.flag for wanted in lacking],
            columns=_columns(table),
        )
    return [
        Found(column=str(column), notes=() if named else (_taken(wanted, column),))
        for (wanted, named), column in zip(asked, columns, strict=True)
    ]


def _taken(wanted: Wanted, column: str | None) -> Message:
    return Message(
        "The {meaning:meaning} was taken from the column {column:quoted}.", meaning=wanted.meaning, column=column
    )


def _column(table: pd.DataFrame, path: Path, wanted: Wanted, named: str | None) -> str | None:
    if named is not None:
        return named_column(table, path, named)
    if wanted.meaning != "id":
        return recognised(table, wanted.usual)
    usual = [name for name in (recognised(table, (one,)) for one in wanted.usual) if name is not None]
    return next((name for name in usual if table[name].is_unique), usual[0] if usual else None)


def named_column(table: pd.DataFrame, path: Path, name: str) -> str:
    """Return the column if the table has it."""
    if name not in table.columns:
        raise ColumnError(
            "{path} has no column {name:quoted}; it has {columns:list}.",
            path=path,
            name=name,
            columns=_columns(table),
        )
    return name


def recognised(table: pd.DataFrame, usual: tuple[str, ...]) -> str | None:
    """Return the column with the first of the usual names, in any case."""
    by_lower = {str(column).lower(): str(column) for column in reversed(list(table.columns))}
    return next((by_lower[name] for name in usual if name in by_lower), None)


def text_ids(column: pd.Series, path: Path) -> Ids:
    """Ids as text, without blanks around them; whole numbers with a decimal point lose it.

    Raises
    ------
    ColumnError
        If one is empty, or a number that is not whole.
    """
    text, notes = _whole(column, path) if pd.api.types.is_float_dtype(column.dtype) else (column.astype("string"), ())
    trimmed = text.str.strip()
    changed = int((trimmed != text).fillna(False).sum())
    if changed:
        blanks = Message(
            "Blanks around {number:count} ids of the column {column:quoted} were left out.",
            number=changed,
            column=column.name,
        )
        notes = (*notes, blanks)
    empty = (trimmed.isna() | (trimmed == "")).to_numpy(dtype=bool)
    if empty.any():
        raise ColumnError(
            "{path}: the id column {name:quoted} is empty in {rows} rows (first: row {row}); fill it.",
            path=path,
            name=column.name,
            rows=int(empty.sum()),
            row=int(np.argmax(empty)) + 1,
        )
    decimal = trimmed.str.fullmatch(r"[0-9]+\.0+").fillna(False)
    if len(trimmed) and decimal.all():
        trimmed = trimmed.str.replace(r"\.0+$", "", regex=True)
        notes = (*notes, _decimal_note(str(column.name), str(trimmed.iloc[0])))
    return Ids(text=trimmed.astype(str).rename(str(column.name)), notes=notes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ids:
    """Ids of the rows as text, and what was changed to make them so."""

    text: pd.Series
    notes: tuple[Message, ...] = ()


def _whole(column: pd.Series, path: Path) -> tuple[pd.Series, tuple[Message, ...]]:
    known = column.dropna()
    odd = known[(known % 1 != 0) | (known.abs() >= 2**53)]
    if len(odd):
        raise ColumnError(
            "{path}: the ids in {name:quoted} were read as decimal numbers (first: {value}), which loses leading "
            "zeros; store them as text.",
            path=path,
            name=column.name,
            value=odd.iloc[0],
        )
    text = column.astype("Int64").astype("string")
    return text, (_decimal_note(str(column.name), str(text.iloc[0])),)


def _decimal_note(name: str, first: str) -> Message:
    return Message(
        "The ids in {name:quoted} were decimal numbers and are read as whole ones (first: {first}); leading "
        "zeros that they "
        "may have had are lost.",
        name=name,
        first=first,
    )


def _columns(table: pd.DataFrame) -> list[str]:
    return [str(column) for column in table.columns if column != "geometry"]
