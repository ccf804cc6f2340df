"""Read what a polity has to keep to: ids and pairs of units, in text, in an issue's table, or in a file beside it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from boundaries.errors import FileError
from boundaries.issue_tables import text, yes_or_no
from boundaries.paths import existing_file
from geopolity.polity.conditions import Conditions, ConditionsError

HEADS = {"unit_id", "id", "from", "geoid", "unit"}
"""What a first row may begin with that names columns and no unit."""
WHOLE = {"at_most_units": int, "at_most_area_km2": (int, float), "at_most_population": (int, float)}


def read_ids(said: str) -> tuple[str, ...]:
    """Ids of units, as ``ID,ID`` or as the first column of a CSV or text file."""
    if is_file(said):
        return read_column(said)
    return tuple(part for part in (part.strip() for part in said.split(",")) if part)


def is_file(said: str) -> bool:
    """Whether what is said in place of units is the name of a file that lists them."""
    return not {",", ";"} & set(said) and Path(said).suffix.lower() in {".csv", ".txt"}


def read_column(file: str | Path) -> tuple[str, ...]:
    """Units as the first column of a CSV or text file lists them."""
    return tuple(row[0] for row in _rows(Path(file)))


def read_pairs(file: str | Path) -> tuple[tuple[str, str], ...]:
    """Pairs of units: the first two columns of a CSV file."""
    found = []
    for row in _rows(Path(file)):
        if len(row) < 2 or not row[1]:
            raise FileError(
                "{file} has the row {row:quoted}, which is no pair; give two ids, in columns from and to.",
                file=file,
                row=",".join(row),
            )
        found.append((row[0], row[1]))
    return tuple(found)


def conditions_from_table(table: Mapping[str, Any], path: Path) -> Conditions:
    """Conditions of an issue from plain values; a text in place of a list of ids or pairs names a file beside it."""
    return Conditions(
        must=_ids(table.get("must", ()), "must", path),
        must_not=_ids(table.get("must_not", ()), "must_not", path),
        keep_together=text(table, "keep_together", path, "") or None,
        cut=_pairs(table.get("cut", ()), "cut", path),
        link=_pairs(table.get("link", ()), "link", path),
        exclude_empty=yes_or_no(table.get("exclude_empty", False), "exclude_empty", path),
        **{key: _most(table.get(key), key, path) for key in WHOLE},
    )


def _ids(value: Any, key: str, path: Path) -> tuple[str, ...]:
    if isinstance(value, str):
        return read_ids(str(path.parent / value) if Path(value).suffix else value)
    if not _is_list_of(value, lambda one: isinstance(one, str)):
        raise ConditionsError("{path}: {key} is no list of unit ids in quotes; correct it.", path=path, key=key)
    return tuple(value)


def _pairs(value: Any, key: str, path: Path) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str):
        return read_pairs(path.parent / value)
    if not _is_list_of(value, lambda pair: _is_list_of(pair, lambda one: isinstance(one, str)) and len(pair) == 2):
        raise ConditionsError(
            '{path}: {key} is no list of pairs such as [["06075", "06041"]]; correct it.', path=path, key=key
        )
    return tuple((one, other) for one, other in value)


def _is_list_of(value: Any, holds: Callable[[Any], bool]) -> bool:
    return isinstance(value, list | tuple) and all(map(holds, value))


def _most(value: Any, key: str, path: Path) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, WHOLE[key])):  # type: ignore[arg-type]
        raise ConditionsError("{path}: {key} {value:quoted} is no number; correct it.", path=path, key=key, value=value)
    return value


def _rows(path: Path) -> list[list[str]]:
    try:
        with existing_file(path).open(encoding="utf-8-sig", newline="") as lines:
            found = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError("{path} cannot be read as CSV ({reason}).", path=path, reason=str(error)) from error
    found = [row for row in found if row and row[0]]
    return found[1:] if found and found[0][0].lower() in HEADS else found
