"""The two unit tables of a derivation folder: that they say the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geopolity.messages import Message
from services.derivation.audit.evidence import VerificationFailed
from services.verifiers.check_bound import rows

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData


def tables_agree(folder: Path) -> Message:
    """Compare them cell by cell, a few rows at a time; a table made to fill the memory is refused unread."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this check needs it
    from pyarrow import types  # noqa: PLC0415

    path, written = folder / "units.parquet", rows(folder / "units.csv")
    texts = [field.name for field in pq.read_schema(path) if not types.is_primitive(field.type)]
    with pq.ParquetFile(path, read_dictionary=texts) as stored:
        _tables_are_as_long(stored.metadata, len(written), (folder / "units.csv").stat().st_size)
        for name in sorted({*stored.schema_arrow.names} ^ {*written[0]}):
            raise VerificationFailed("The column {column} is in one of units.csv and units.parquet alone.", column=name)
        first = 0
        for batch in stored.iter_batches(1024):
            for column, values in zip(batch.schema.names, batch.columns, strict=True):
                for row, value in zip(written[first : first + len(batch)], values, strict=True):
                    _cells_agree(row, column, value.as_py())
            first += len(batch)
    _rows_agree(len(written), first)
    return Message(
        "units.csv and units.parquet agree on {units} units, in all {columns} columns",
        units=len(written),
        columns=len(written[0]),
    )


def _tables_are_as_long(stored: FileMetaData, count: int, size: int) -> None:
    """Refuse a table that would take far more room than the other, before it is read."""
    groups = [stored.row_group(number) for number in range(stored.num_row_groups)]
    _rows_agree(count, sum(group.num_rows for group in groups))
    if sum(group.total_byte_size for group in groups) > 50 * size + 2**20:
        raise VerificationFailed("units.parquet holds far more than units.csv; derive it again.")


def _rows_agree(count: int, stored: int) -> None:
    if count != stored:
        raise VerificationFailed(
            "units.csv has {rows:count} rows, units.parquet {stored:count}; derive it again.", rows=count, stored=stored
        )


def _cells_agree(row: dict[str, str], column: str, other: object) -> None:
    if not _same(row[column], other):
        raise VerificationFailed(
            "Unit {unit} has {column} = {text} in units.csv and {other} in units.parquet; one of them was changed.",
            unit=row["unit_id"],
            column=column,
            text=row[column],
            other=other,
        )


def _same(text: str, value: object) -> bool:
    match value:
        case bool() | str():
            return str(value) == text
        case None:
            return not text
        case int():
            return int(text) == value
        case float():
            return float(text) == value
    return False
