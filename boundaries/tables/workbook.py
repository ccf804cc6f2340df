"""Read a sheet of a workbook: Excel, old and new, and OpenDocument (calamine)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from boundaries.errors import FileError
from boundaries.tables.table import Table
from geopolity.messages import Message

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
LOOKED_AT = 40
SAID = 3


def read_workbook(path: Path, *, sheet: str | None = None) -> Table:
    """Rows of one sheet: the named one, or the only one that holds anything."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only where there is a workbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = {
                name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names if sheet in (None, name)
            }
            names = book.sheet_names
    except (CalamineError, OSError, ValueError) as error:
        raise FileError(
            "{path} cannot be read as a workbook ({reason}); save it again as .xlsx or CSV.",
            path=path,
            reason=str(error).splitlines()[0][:200],
        ) from error
    name, rows = _only(sheets, names, sheet, path)
    return _table(rows, name, path)


def _only(sheets: dict[str, Any], names: list[str], asked: str | None, path: Path) -> tuple[str, list[list[Any]]]:
    if asked is not None and asked not in sheets:
        raise FileError("{path} has no sheet {name:quoted}; it has {sheets:list}.", path=path, name=asked, sheets=names)
    filled = {name: rows for name, rows in sheets.items() if any(any(_is_there(cell) for cell in row) for row in rows)}
    if len(filled) > 1:
        raise FileError(
            "{path} holds the sheets {sheets:list}; name one with --layer-name (--sheet for the people's file).",
            path=path,
            sheets=list(filled),
        )
    if not filled:
        raise FileError("{path} holds no table; save it again.", path=path)
    return next(iter(filled.items()))


def _is_there(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _table(rows: list[list[Any]], sheet: str, path: Path) -> Table:
    width = max(len(row) for row in rows)
    place = _header_place(rows)
    header = [str(cell).strip() for cell in rows[place]] + [""] * (width - len(rows[place]))
    kept = [number for number, name in enumerate(header) if name]
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        raise FileError(
            "{path} has the column {name:quoted} twice; give every column a name of its own.", path=path, name=twice
        )
    below = [[_text(cell) for cell in row] + [None] * (width - len(row)) for row in rows[place + 1 :]]
    _check_beyond(below, header, path, place)
    frame = pd.DataFrame([[row[k] for k in kept] for row in below], columns=[header[k] for k in kept], dtype="str")
    titles = [
        str(next(cell for cell in row if _is_there(cell)))[:40] for row in rows[:place] if any(map(_is_there, row))
    ]
    notes = [Message("The sheet {sheet:quoted} of {file} was read.", sheet=sheet, file=path.name)]
    if titles:
        texts = [repr(title) for title in titles[:SAID]]
        notes.append(
            Message(
                "{number:count} lines above the header of {file} were set aside ({texts:list}).",
                number=len(titles),
                file=path.name,
                texts=texts,
            )
        )
    return Table(frame=frame.dropna(how="all", ignore_index=True), path=path, sheet=sheet, notes=tuple(notes))


def _check_beyond(below: list[list[str | None]], header: list[str], path: Path, place: int) -> None:
    bare = [number for number, name in enumerate(header) if not name]
    for number, row in enumerate(below):
        beyond = next((row[k] for k in bare if row[k] is not None), None)
        if beyond is not None:
            raise FileError(
                "{path}: row {row} holds {cell:quoted} in a column without a name; name the column or clear it.",
                path=path,
                row=place + number + 2,
                cell=beyond,
            )


def _header_place(rows: list[list[Any]]) -> int:
    """First row as full as most."""
    filled = [sum(map(_is_there, row)) for row in rows[:LOOKED_AT]]
    common = max(set(filled), key=lambda count: (filled.count(count) if count > 1 else 0, count))
    return next((place for place, count in enumerate(filled) if count >= max(common, 1)), 0)


def _text(cell: Any) -> str | None:
    """A cell as text: whole numbers without a decimal point, so that ids stay ids."""
    if not _is_there(cell):
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell).strip()
