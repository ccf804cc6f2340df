"""Read a table of any format: rows of text, workbooks, Parquet, and the attributes of files of features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from boundaries.tables.opening import ATTRIBUTES, check_said, check_some_rows, read_table
from boundaries.tables.table import Table
from boundaries.vectors.readers import read_attributes


def read_any_table(
    path: Path, *, encoding: str | None = None, sheet: str | None = None, named: Sequence[str] = ()
) -> Table:
    """Rows of a table, or of a file of features without their shapes; see ``boundaries.tables.opening.read_table``."""
    suffix = path.suffix.lower()
    if suffix not in ATTRIBUTES:
        return read_table(path, encoding=encoding, sheet=sheet, named=named)
    check_said(path, suffix, encoding, sheet)
    return check_some_rows(Table(frame=read_attributes(path), path=path))
