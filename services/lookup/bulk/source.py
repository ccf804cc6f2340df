"""A file of points or unit ids as parts, each a stream of batches, so that memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from geopolity.errors import RequestError

ROWS = 2**20
BLOCK_BYTES = 2**25
FIRST_LINE = 2
"""Lines count from 1, and the first is the header."""
POINT, UNIT = ("lon", "lat"), ("unit_id",)


class BulkFileError(RequestError):
    """A file to resolve cannot be read, or its output cannot be written."""

    code = "bulk-file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file with the columns ``lon`` and ``lat`` (degrees), or ``unit_id``.

    Attributes
    ----------
    columns
        Those of the file that are read.
    part_count
        Row groups of a Parquet file; ``None`` for CSV, whose blocks are known only as they are read.
    """

    path: Path
    columns: tuple[str, ...]
    part_count: int | None

    def parts(self) -> Iterator[tuple[int, Iterator[pa.RecordBatch] | None]]:
        """Parts in order; a Parquet part is opened by ``batches`` when it is wanted."""
        if self.part_count is not None:
            yield from ((number, None) for number in range(self.part_count))
        else:
            yield from ((number, iter([batch])) for number, batch in enumerate(_blocks(self)))

    def batches(self, part: int) -> Iterator[pa.RecordBatch]:
        """Batches of at most a million rows of one part of a Parquet file."""
        file = pq.ParquetFile(self.path, memory_map=True)
        yield from file.iter_batches(batch_size=ROWS, row_groups=[part], columns=list(self.columns))


def open_source(path: Path) -> Source:
    """Look at a file's format and columns.

    Raises
    ------
    BulkFileError
        If it is missing, neither CSV nor Parquet, or has neither pair of columns.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".parquet"} or not path.is_file():
        raise BulkFileError(
            "{path} is no CSV or Parquet file; give one with the columns lon and lat, or unit_id.",
            path=path,
        )
    try:
        names = pq.read_schema(path).names if suffix == ".parquet" else _header(path)
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
        raise BulkFileError(
            "{path} cannot be read ({reason}); write it again.",
            path=path,
            reason=str(error).splitlines()[0],
        ) from error
    columns = next((wanted for wanted in (POINT, UNIT) if set(wanted) <= set(names)), None)
    if columns is None:
        raise BulkFileError(
            "{path} has the columns {columns:list}; it needs lon and lat, or unit_id.",
            path=path,
            columns=names[:8],
        )
    count = pq.read_metadata(path).num_row_groups if suffix == ".parquet" else None
    return Source(path=path, columns=columns, part_count=count)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig") as file:
        return [name.strip().strip('"') for name in file.readline().split(",")]


def _blocks(source: Source) -> Iterator[pa.RecordBatch]:
    """Blocks of a CSV file, every cell as text; a line that is blank, too long or too short becomes a row of nulls.

    There is one row for each line below the header, in the order of the lines.
    """
    broken: list[int] = []

    def set_aside(row: pyarrow.csv.InvalidRow) -> str:
        broken.append(row.number)
        return "skip"

    text = pyarrow.csv.ConvertOptions(
        include_columns=list(source.columns),
        column_types=dict.fromkeys(source.columns, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )
    parsing = pyarrow.csv.ParseOptions(invalid_row_handler=set_aside, ignore_empty_lines=False)
    reading = pyarrow.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False)  # else lines have no numbers
    line = FIRST_LINE
    try:
        for batch in pyarrow.csv.open_csv(source.path, reading, parsing, text):
            whole = _with_gaps(batch, line, broken)
            line += whole.num_rows
            yield whole
    except pa.ArrowInvalid as error:
        raise BulkFileError(
            "{path} breaks the CSV format: {reason}.",
            path=source.path,
            reason=str(error).splitlines()[0],
        ) from error
    left = [number for number in broken if number >= line]
    if left:
        nothing = [pa.nulls(len(left), pa.string()) for _ in source.columns]
        yield pa.RecordBatch.from_arrays(nothing, names=list(source.columns))


def _with_gaps(batch: pa.RecordBatch, first: int, broken: list[int]) -> pa.RecordBatch:
    """Put rows of nulls where lines were set aside; ``first`` is the line of the batch's first row."""
    here: list[int] = []
    for number in sorted(broken):
        if first <= number <= first + batch.num_rows + len(here):
            here.append(number - first)
    if not here:
        return batch
    place = np.ones(batch.num_rows + len(here), dtype=bool)
    place[here] = False
    rows = np.where(place, np.cumsum(place) - 1, 0)
    return batch.take(pa.array(rows, mask=~place))
