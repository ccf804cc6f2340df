"""Read separated values: the separator, the header below its titles, and every row as wide as the header.

A row too long or too short is refused with its line, never filled up or shifted. Set aside, and said, are title lines
above the header, a second header, lines of notes, blank lines, and a separator that ends every row.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from boundaries.errors import FileError
from boundaries.tables.columns import CELLS, COORDINATES, IDS, LABELS, LATITUDES, LONGITUDES, PEOPLE
from boundaries.tables.encoding import encoding_of
from boundaries.tables.table import Table
from geopolity.messages import Message

SEPARATORS = (",", ";", "\t", "|")
LOOKED_AT = 400
"""Lines from which the shape of a table is inferred."""
BLOCK_BYTES = 1 << 24
LARGEST_BYTES = 100_000_000
KNOWN = frozenset([*IDS, *PEOPLE, *LABELS, *COORDINATES, *CELLS])
"""Usual names of columns that mean something."""
SAID = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How a file of separated values is laid out.

    Attributes
    ----------
    header
        Names of the columns, without one that only a last separator makes.
    skipped
        Lines before the first row: blank ones, titles and the header itself.
    titles
        Those of them that say something and are not the header.
    ends_in_separator
        Whether every row has one cell more than the header, and it is empty.
    """

    separator: str
    header: tuple[str, ...]
    skipped: int
    titles: tuple[str, ...]
    ends_in_separator: bool


def read_delimited(
    path: Path, *, encoding: str | None = None, named: Sequence[str] = (), usual: Collection[str] = KNOWN
) -> Table:
    """Rows of a table; every cell is text, so that leading zeros of ids survive.

    Of a table above ``LARGEST_BYTES`` only the named columns and those with a usual name are kept in memory, their
    coordinates as numbers, and each distinct count once.
    """
    known = encoding_of(path, encoding)
    with path.open(encoding=known.name, newline="") as file:
        shape = _shape(file, path)
    lean = path.stat().st_size > LARGEST_BYTES
    kept = meant(shape.header, named, usual) if lean else list(shape.header)
    try:
        rows, frame = _read(path, known.name, shape, kept, _lean(kept, named) if lean else {})
    except _NotNumbersError:
        rows, frame = _read(path, known.name, shape, kept, {})
    frame, second = _without_second_header(frame)
    notes = (*known.notes, *_titles_note(shape, path), *second, *rows.notes(), *kept_note(kept, shape.header, path))
    return Table(frame=frame, path=path, encoding=known.name, separator=shape.separator, notes=notes)


class _NotNumbersError(Exception):
    """A column of coordinates holds something else; as text, a sentence can be said on it."""


def _lean(kept: Sequence[str], named: Sequence[str]) -> dict[str, pa.DataType]:
    """Types of the columns of a very large table that take less memory than their text."""
    numbers = {*LONGITUDES, *LATITUDES}
    types: dict[str, pa.DataType] = {name: pa.float64() for name in kept if name.lower() in numbers}
    counted = (name for name in kept if name.lower() in PEOPLE or name in named)
    return dict.fromkeys(counted, pa.dictionary(pa.int32(), pa.string())) | types


def _read(
    path: Path, encoding: str, shape: _Shape, kept: list[str], types: dict[str, pa.DataType]
) -> tuple[_Rows, pd.DataFrame]:
    rows = _Rows(path=path, separator=shape.separator)
    return rows, _parsed(path, encoding, shape, rows, kept, types)


def _shape(file: Any, path: Path) -> _Shape:
    lines = _first_lines(file)
    separator = _separator(lines)
    rows = list(csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator)) if lines else []
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise FileError("{path} holds no table; save it again.", path=path)
    place = _header_place(rows)
    header = [name.strip() for name in rows[place]]
    below = [row for row in rows[place + 1 :] if any(cell.strip() for cell in row)]
    trailing = bool(below) and all(
        len(row) == len(header) + 1 and not row[-1].strip() for row in below[: LOOKED_AT // 2]
    )
    titles = tuple(
        " ".join(cell for cell in row if cell.strip()) for row in rows[:place] if any(c.strip() for c in row)
    )
    return _Shape(
        separator=separator,
        header=tuple(_named(header, path)),
        skipped=_lines_of(lines, separator, place + 1),
        titles=titles,
        ends_in_separator=trailing,
    )


def _first_lines(file: Any) -> list[str]:
    lines: list[str] = []
    for line in file:
        lines.append(line)
        if len(lines) >= LOOKED_AT:
            break
    return lines


def _separator(lines: list[str]) -> str:
    """The separator under which most lines have the same number of cells, several of them."""
    best, most = ",", (0, 0)
    for separator in SEPARATORS:
        widths = Counter(_width(line, separator) for line in lines if line.strip())
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if wide and max(wide) > most:
            best, most = separator, max(wide)
    return best


def _width(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 1


def _header_place(rows: list[list[str]]) -> int:
    """Place of the header: the first row as wide as most (but for a last separator) whose cells all have names."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    common = max(widths, key=lambda width: (widths[width], width))
    for place, row in enumerate(rows[:LOOKED_AT]):
        named = sum(bool(cell.strip()) for cell in row)
        if len(row) in (common, common - 1) and named >= max(len(row) - 1, 2):
            return place
    return next(place for place, row in enumerate(rows) if any(cell.strip() for cell in row))


def _lines_of(lines: list[str], separator: str, rows: int) -> int:
    """How many lines the first rows take: a quoted cell may hold several."""
    reader = csv.reader(iter(lines), delimiter=separator)
    for _ in range(rows):
        next(reader, None)
    return reader.line_num


def _named(header: list[str], path: Path) -> list[str]:
    """Names of the columns, each once; those without a name are numbered."""
    names = [name.lstrip("\ufeff") or f"unnamed_{place + 1}" for place, name in enumerate(header)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise FileError(
            "{path} has the column {name:quoted} twice; give every column a name of its own.", path=path, name=twice[0]
        )
    return names


def meant(header: Sequence[str], named: Sequence[str], usual: Collection[str] = KNOWN) -> list[str]:
    """Columns of a very large file that mean something: named or with a usual name; all where there is none."""
    kept = [name for name in header if name.lower() in usual or any(fnmatch(name, one) for one in named)]
    return kept or list(header)


def kept_note(kept: Sequence[str], header: Sequence[str], path: Path) -> tuple[Message, ...]:
    """Sentence on columns that were not read."""
    if len(kept) == len(header):
        return ()
    said = "{file} is large; of its {number:count} columns {columns:list} were read."
    return (Message(said, file=path.name, number=len(header), columns=list(kept)),)


def _parsed(  # noqa: PLR0913, PLR0917 - a file, how it is laid out, and what is kept of it
    path: Path, encoding: str, shape: _Shape, rows: _Rows, kept: list[str], types: dict[str, pa.DataType]
) -> pd.DataFrame:
    names = [*shape.header, *([""] if shape.ends_in_separator else [])]
    try:
        table = pyarrow.csv.read_csv(
            path,
            pyarrow.csv.ReadOptions(
                column_names=names,
                skip_rows=shape.skipped,
                encoding=encoding,
                block_size=BLOCK_BYTES,
                use_threads=False,
            ),
            pyarrow.csv.ParseOptions(
                delimiter=shape.separator, newlines_in_values=True, invalid_row_handler=rows.set_aside
            ),
            pyarrow.csv.ConvertOptions(
                include_columns=[*kept, *names[len(shape.header) :]],
                column_types=dict.fromkeys(names, pa.string()) | types,
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return pd.DataFrame(columns=kept, dtype="str")
        reason = str(error).splitlines()[0][:200]
        if types and "conversion error" in reason:
            raise _NotNumbersError from error
        raise FileError(
            "{path} is not a table of separated values ({reason}); export it again as CSV.", path=path, reason=reason
        ) from error
    rows.check()
    if shape.ends_in_separator:
        _check_nothing_beyond(table, path)
        table = table.drop_columns([""])
    frame: pd.DataFrame = table.to_pandas(
        types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get, split_blocks=True, self_destruct=True
    )
    del table
    blank = np.logical_and.reduce([frame[name].isna().to_numpy(dtype=bool) for name in frame])
    frame = frame[~blank].reset_index(drop=True) if blank.any() else frame
    _check_quotes(frame, shape.separator, path)
    return frame.drop(columns=[n for n in frame if str(n).startswith("unnamed_") and frame[n].isna().all()])


def _check_nothing_beyond(table: pa.Table, path: Path) -> None:
    beyond = table.column("").to_pandas()
    there = beyond.notna().to_numpy()
    if there.any():
        raise FileError(
            "{path}: row {row} has more cells than the header has names ({cell:quoted} is beyond); correct it.",
            path=path,
            row=int(there.argmax()) + 1,
            cell=str(beyond[there].iloc[0]),
        )


def _check_quotes(frame: pd.DataFrame, separator: str, path: Path) -> None:
    """Refuse a cell that swallowed rows because a quotation mark was never closed."""
    least = max(len(frame.columns) - 1, 1)
    for name in frame.select_dtypes(include=["object", "string", "category"]).columns:
        long = frame[name].str.contains("\n", regex=False).fillna(False).to_numpy(dtype=bool)
        for row, cell in frame.loc[long, name].items():
            if any(line.count(separator) >= least for line in str(cell).splitlines()[1:]):
                raise FileError(
                    "{path}: a quotation mark in row {row}, column {name:quoted}, is closed only rows later; "
                    "correct it.",
                    path=path,
                    row=int(str(row)) + 1,
                    name=name,
                )


class _Rows:
    """Rows that are not as wide as the header: notes are set aside, the first of any other is kept to be refused."""

    def __init__(self, *, path: Path, separator: str) -> None:
        self.path, self.separator = path, separator
        self.asides: list[str] = []
        self.broken: list[Any] = []

    def set_aside(self, row: Any) -> str:
        """Decide on one row, called by the parser."""
        cells = next(csv.reader([row.text], delimiter=self.separator), [])
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) <= 1 and not _is_number("".join(filled)):
            self.asides.extend(filled)
        else:
            self.broken.append(row)
        return "skip"

    def check(self) -> None:
        """Refuse the first row that is neither a row nor a note."""
        if not self.broken:
            return
        row = self.broken[0]
        raise FileError(
            "{path}: {where} has {found} cells where the header has {wanted} ({text:quoted}); correct it, or put cells "
            "with a separator in them in quotes.",
            path=self.path,
            where=Message("line {number}", number=row.number) if row.number else Message("a row"),
            found=row.actual_columns,
            wanted=row.expected_columns,
            text=row.text[:60],
        )

    def notes(self) -> tuple[Message, ...]:
        """Sentence on the lines that were set aside."""
        if not self.asides:
            return ()
        note = Message(
            "{number:count} lines of {file} that are no rows were set aside ({texts:list}).",
            number=len(self.asides),
            file=self.path.name,
            texts=[repr(text[:40]) for text in self.asides[:SAID]],
        )
        return (note,)


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "").replace(",", "").isdigit()


def _titles_note(shape: _Shape, path: Path) -> tuple[Message, ...]:
    if not shape.titles:
        return ()
    note = Message(
        "{number:count} lines above the header of {file} were set aside ({texts:list}).",
        number=len(shape.titles),
        file=path.name,
        texts=[repr(title[:40]) for title in shape.titles[:SAID]],
    )
    return (note,)


def _without_second_header(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """Leave out a first row that explains the names of columns which hold numbers from then on."""
    if len(frame) < 3:
        return frame, ()
    first, rest = frame.iloc[0], frame.iloc[1:50]
    explains = [
        name
        for name in frame.columns
        if _is_wordy(first[name]) and rest[name].dropna().str.fullmatch(r"-?[\d.,]+").all() and rest[name].notna().any()
    ]
    full = first.notna().sum() >= 0.5 * len(frame.columns)
    if not explains or not full or any(str(first[name]).strip()[:1].isdigit() for name in frame.columns[:1]):
        return frame, ()
    texts = [repr(str(first[name])[:40]) for name in explains[:SAID]]
    note = Message("A second header below the first was set aside ({texts:list}).", texts=texts)
    return frame.iloc[1:].reset_index(drop=True), (note,)


def _is_wordy(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) > 2 and sum(letter.isalpha() for letter in cell) > len(cell) / 2
