"""Read groups of people to profile: a TOML file that names columns, of the layer or of a table joined by id.

table = "acs.csv"            # beside this file; without it the columns are the layer's
id_column = "GEOID"
reference = "everywhere"     # what shares are compared with: everywhere, inside, affected or state

[[group]]
name = "Women"
count = ["women_18", "women_65"]    # one column or several, added up
margin = ["women_18_M", "women_65_M"]
base = "people"                     # the layer's residents, if none is given

[[group]]
name = "Commuters by bus"
share = "transit"            # per cent of the base
base = "employed"

[[median]]
name = "Household income"
edges = [0, 25000, 50000, 100000, inf]
counts = ["under_25", "25_to_50", "50_to_100", "above_100"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boundaries.errors import FileError
from boundaries.paths import existing_file
from boundaries.tables.columns import named_column, text_ids
from boundaries.tables.opening import read_table
from geopolity.affected.sampling import CONTROLLED, margins_of, values_of
from geopolity.arrays import FloatArray
from geopolity.polity.profile import Amounts, Brackets, Group, ProfileError

REPLICATES = 80
KEYS = {"table", "id_column", "reference", "group", "median"}
GROUP_KEYS = {"name", "count", "margin", "share", "base", "base_margin", "replicates", "base_replicates"}
MEDIAN_KEYS = {"name", "edges", "counts", "margins"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiled:
    """What a file asks for, on the units of a layer."""

    groups: tuple[Group, ...]
    medians: tuple[Brackets, ...]
    reference: str


def read_profile(file: Path, units: pd.DataFrame) -> Profiled:
    """Groups and medians that a file names.

    Parameters
    ----------
    units
        Of a layer, by ``unit_id``, with its own columns.

    Raises
    ------
    RequestError
        If the file, or a column that it names, is not there or no number.
    """
    said = _said(file)
    table = _Columns(file, _joined(said, file, units), np.asarray(units["population"].astype(float), np.float64))
    groups = tuple(table.group(one) for one in said.get("group", []))
    medians = tuple(table.brackets(one) for one in said.get("median", []))
    if not groups and not medians:
        raise ProfileError("{file} names no [[group]] and no [[median]]; add one.", file=file)
    return Profiled(groups=groups, medians=medians, reference=said.get("reference", "everywhere"))


def read_groups(file: Path, units: pd.DataFrame) -> Profiled:
    """Groups of a plain table: ids of units first, then a column of people for each group; ``X_M`` is the margin of X.

    Raises
    ------
    RequestError
        If it has one column alone, no id of it is a unit's, or a column is no number.
    """
    columns = [str(column) for column in read_table(existing_file(file)).frame.columns][1:]
    if not columns:
        raise ProfileError(
            "{file} has one column; give the ids of units first, then a column of people for each group.", file=file
        )
    return _of_columns(file, columns, _joined({"table": file.name}, file, units), units)


def own_groups(columns: Sequence[str], units: pd.DataFrame) -> Profiled:
    """Groups that are columns of the layer itself."""
    return _of_columns(Path("layer"), columns, units, units)


def _of_columns(file: Path, columns: Sequence[str], table: pd.DataFrame, units: pd.DataFrame) -> Profiled:
    read = _Columns(file, table, np.asarray(units["population"].astype(float), np.float64))
    margins = {column: f"{column}_M" for column in columns if f"{column}_M" in columns}
    named = [column for column in columns if column not in margins.values()]
    said = [
        {"name": column, "count": column} | ({"margin": margins[column]} if column in margins else {})
        for column in named
    ]
    return Profiled(groups=tuple(read.group(one) for one in said), medians=(), reference="everywhere")


def _said(file: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(existing_file(file).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError("{file} is not TOML ({reason}).", file=file, reason=str(error)) from error
    kinds = [(said, KEYS), *((one, GROUP_KEYS) for one in said.get("group", []))]
    for table, keys in [*kinds, *((one, MEDIAN_KEYS) for one in said.get("median", []))]:
        for key in sorted(set(table) - keys):
            raise ProfileError(
                "{file} has the unknown key {key:quoted}; the keys there are {keys:list}.",
                file=file,
                key=key,
                keys=sorted(keys),
            )
    return said


def _joined(said: Mapping[str, Any], file: Path, units: pd.DataFrame) -> pd.DataFrame:
    """The units' own columns, and those of the table by the units' ids."""
    if "table" not in said:
        return units
    path = existing_file(file.parent / said["table"])
    frame = read_table(path).frame
    column = named_column(frame, path, said.get("id_column", str(frame.columns[0])))
    rows = frame.assign(**{column: text_ids(frame[column], path).text.to_numpy()}).drop_duplicates(column)
    found = rows.set_index(column).reindex(units.index.astype(str))
    if found.isna().all(axis=None):
        raise ProfileError(
            "No id of {path} is a unit's; its ids look like {one:quoted}, the units' like {other:quoted}.",
            path=path,
            one=str(rows[column].iloc[0]),
            other=str(units.index[0]),
        )
    return found


class _Columns:
    """Columns of a table as counts."""

    def __init__(self, file: Path, table: pd.DataFrame, people: FloatArray) -> None:
        self.file, self.table = file, table
        self.people = Amounts(amounts=people, margins=np.zeros(len(people)))

    def group(self, said: Mapping[str, Any]) -> Group:
        """A group with its base."""
        name = str(said.get("name", said.get("count", said.get("share"))))
        base = self._base(said)
        if ("count" in said) == ("share" in said):
            raise ProfileError(
                "{file}: the group {name:quoted} needs either count or share; give one.", file=self.file, name=name
            )
        if "share" in said:
            part = self._numbers(said["share"]) / 100
            margin = self._margins(said["margin"]) / 100 if "margin" in said else np.full(len(part), np.nan)
            spread = np.hypot(base.amounts * margin, part * base.margins)
            return Group(name=name, count=Amounts(amounts=base.amounts * part, margins=spread), base=base)
        return Group(name=name, count=self._counted(said, "count", "margin", "replicates"), base=base)

    def brackets(self, said: Mapping[str, Any]) -> Brackets:
        """Brackets of something, from their edges and columns."""
        edges, columns = tuple(float(edge) for edge in said["edges"]), said["counts"]
        if len(edges) != len(columns) + 1 or list(edges) != sorted(set(edges)):
            raise ProfileError(
                "{file}: the median {name:quoted} has {edges} edges for {counts} brackets; give one more, ascending.",
                file=self.file,
                name=str(said["name"]),
                edges=len(edges),
                counts=len(columns),
            )
        margins = said.get("margins", [None] * len(columns))
        counts = tuple(
            Amounts(
                amounts=self._numbers(column),
                margins=np.full(len(self.table), np.nan) if margin is None else self._margins(margin),
            )
            for column, margin in zip(columns, margins, strict=True)
        )
        return Brackets(name=str(said["name"]), edges=edges, counts=counts)

    def _base(self, said: Mapping[str, Any]) -> Amounts:
        return self._counted(said, "base", "base_margin", "base_replicates") if "base" in said else self.people

    def _counted(self, said: Mapping[str, Any], count: str, margin: str, replicates: str) -> Amounts:
        """Columns added up, with their margins; without margins, the sampling error is not known."""
        columns, errors = _listed(said[count]), _listed(said.get(margin, []))
        if errors and len(errors) != len(columns):
            raise ProfileError(
                "{file}: {key} names {count} columns and {margin} {margins}; give a margin for each.",
                file=self.file,
                key=count,
                count=len(columns),
                margin=margin,
                margins=len(errors),
            )
        values = np.array([self._numbers(column) for column in columns])
        spread = np.array([self._margins(column) for column in errors]) if errors else np.full_like(values, np.nan)
        return Amounts(
            amounts=values.sum(axis=0),
            margins=_together(values, spread),
            replicates=self._replicates(said[replicates]) if replicates in said else None,
        )

    def _replicates(self, prefix: str) -> FloatArray:
        return np.array([self._numbers(f"{prefix}{number}") for number in range(1, REPLICATES + 1)])

    def _numbers(self, column: str) -> FloatArray:
        return values_of(self._read(column))

    def _margins(self, column: str) -> FloatArray:
        return margins_of(self._read(column))

    def _read(self, column: str) -> FloatArray:
        name = named_column(self.table, self.file, column)
        cells = self.table[name]
        text = cells.astype("string").str.replace(",", "", regex=False).str.strip().str.removeprefix("±")
        text = text.mask(text == "*****", str(CONTROLLED))
        numbers = pd.to_numeric(text, errors="coerce")
        if numbers.isna().all():
            raise ProfileError("{file}: the column {column:quoted} holds no number.", file=self.file, column=column)
        return np.asarray(numbers.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan), np.float64)


def _together(values: FloatArray, margins: FloatArray) -> FloatArray:
    """Margin of each unit's sum: squares add up, and of zero cells only the largest counts."""
    zero = values == 0
    nonzero = np.where(zero, 0.0, margins**2).sum(axis=0)
    found: FloatArray = np.sqrt(nonzero + np.where(zero, margins**2, 0.0).max(axis=0))
    return found


def _listed(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) else list(value)
