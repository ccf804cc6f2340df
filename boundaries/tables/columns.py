"""Find the columns of a table that mean something: named by a person, or recognised and said aloud."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from boundaries.errors import ColumnError
from geopolity.messages import Message

IDS = (
    *("unit_id", "geoid", "geoid20", "geoid10", "geo_id", "nuts_id", "code_insee", "insee", "codgeo"),
    *("cd_mun", "com", "code", "iso_a3", "h3", "h3_index", "id", "fips"),
)
PEOPLE = (
    *("population", "pop", "totpop", "pop2020", "pop20", "pop100", "popestimate2019", "pop_est", "pop_2020"),
    *("b01001_001e", "p1_001n", "p0010001", "pmun"),
)
LABELS = ("name", "namelsad", "nom", "nm_mun", "name_latn", "commune", "label", "ntaname")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A column to find: what it means, its usual names, and the flag that names it."""

    meaning: str
    usual: tuple[str, ...]
    flag: str


ID = Wanted(meaning="id", usual=IDS, flag="--id-column")
POPULATION = Wanted(meaning="population", usual=PEOPLE, flag="--population-column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A column, and what to say about how it was found."""

    column: str
    notes: tuple[Message, ...] = ()


def find(table: pd.DataFrame, path: Path, wanted: Wanted, named: str | None) -> Found:
    """Return the named column, or one with a usual name."""
    if named is not None:
        return Found(column=named_column(table, path, named))
    column = recognised(table, wanted.usual)
    if column is None:
        raise ColumnError(
            "{path} has no column recognised as {meaning:meaning}; name one with {flag}, out of {columns:list}.",
            path=path,
            meaning=wanted.meaning,
            flag=wanted.flag,
            columns=_columns(table),
        )
    return Found(
        column=column,
        notes=(
            Message(
                "The {meaning:meaning} was taken from the column {column:quoted}.",
                meaning=wanted.meaning,
                column=column,
            ),
        ),
    )


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


def text_ids(column: pd.Series, path: Path) -> pd.Series:
    """Ids as text: present, unique, and never read as decimal numbers."""
    if column.isna().any():
        raise ColumnError(
            "{path}: the id column {name:quoted} is empty in {rows} rows; fill it.",
            path=path,
            name=column.name,
            rows=int(column.isna().sum()),
        )
    if pd.api.types.is_float_dtype(column.dtype):
        raise ColumnError(
            "{path}: the ids in {name:quoted} were read as decimal numbers (first: {value}), which loses leading "
            "zeros; store them as text.",
            path=path,
            name=column.name,
            value=column.iloc[0],
        )
    ids = column.astype(str)
    if ids.duplicated().any():
        twice = ids[ids.duplicated()].iloc[0]
        raise ColumnError(
            "{path}: the id {value:quoted} in {name:quoted} occurs more than once; name a unique column.",
            path=path,
            value=twice,
            name=column.name,
        )
    return ids


def _columns(table: pd.DataFrame) -> list[str]:
    return [str(column) for column in table.columns if column != "geometry"][:20]
