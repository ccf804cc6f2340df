"""Read a table of text, a workbook or a Parquet file, and say in one sentence why not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from boundaries.errors import FileError
from boundaries.tables.delimited import KNOWN, read_delimited
from boundaries.tables.table import Table
from boundaries.tables.workbook import WORKBOOKS, read_workbook

DELIMITED = {".csv", ".tsv", ".txt"}
PARQUET = {".parquet", ".geoparquet"}
ATTRIBUTES = {".dbf", ".gpkg", ".shp", ".geojson", ".json", ".fgb"}
"""Files of features whose attributes may be a table (``boundaries.opening``)."""


def read_table(
    path: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    named: Sequence[str] = (),
    usual: Collection[str] = KNOWN,
) -> Table:
    """Rows of a table.

    Parameters
    ----------
    encoding
        Of text; ``None`` lets the bytes tell.
    sheet
        Of a workbook with several.
    named, usual
        Columns that are asked for, and names (lower case) of those that mean something; of a very large text only
        they are read.

    Raises
    ------
    FileError
        If it is no table, holds no row, or an option says something about it that it does not have.
    """
    suffix = path.suffix.lower()
    check_said(path, suffix, encoding, sheet)
    if suffix in WORKBOOKS:
        table = read_workbook(path, sheet=sheet)
    elif suffix in PARQUET:
        table = Table(frame=_parquet(path), path=path)
    elif suffix in DELIMITED:
        table = read_delimited(path, encoding=encoding, named=named, usual=usual)
    else:
        raise FileError(
            "{path} has the suffix {suffix:quoted}, which is not one of {known:list}; save the table as CSV.",
            path=path,
            suffix=path.suffix,
            known=sorted(DELIMITED | PARQUET | WORKBOOKS | ATTRIBUTES),
        )
    return check_some_rows(table)


def check_some_rows(table: Table) -> Table:
    """The table, which is refused if it holds a header alone."""
    if table.frame.empty:
        raise FileError("{path} holds a header and no rows; export it again with its rows.", path=table.path)
    return table


def check_said(path: Path, suffix: str, encoding: str | None, sheet: str | None) -> None:
    """Refuse words about a table that this kind of file does not have."""
    if encoding is not None and suffix not in DELIMITED:
        raise FileError("{path} says its own encoding; leave --encoding out.", path=path)
    if sheet is not None and suffix not in WORKBOOKS:
        raise FileError(
            "{path} is no workbook with sheets; leave the sheet's name ({sheet}) out.", path=path, sheet=sheet
        )


def _parquet(path: Path) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise FileError(
            "{path} cannot be read as Parquet ({reason}); export it again.",
            path=path,
            reason=str(error).splitlines()[0][:200],
        ) from error
    frame = frame.reset_index() if frame.index.name else frame
    return frame.set_axis([str(name) for name in frame.columns], axis=1)
