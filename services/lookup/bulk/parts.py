"""Parts on disk: each is whole or is done again, and a run that was killed goes on with those that are missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from boundaries.tables.formulas import defused
from services.lookup.bulk.batch import PAIRS, UNITS_AND_CELLS, resolve
from services.lookup.bulk.source import BulkFileError, Source
from services.lookup.index import LookupIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How rows came out.

    Attributes
    ----------
    outside
        Rows in no unit.
    counts
        Rows in each polity.
    """

    rows: int = 0
    outside: int = 0
    rejected: int = 0
    counts: dict[str, int]

    def __add__(self, other: Tally) -> Tally:
        names = sorted(self.counts.keys() | other.counts.keys())
        return Tally(
            rows=self.rows + other.rows,
            outside=self.outside + other.outside,
            rejected=self.rejected + other.rejected,
            counts={name: self.counts.get(name, 0) + other.counts.get(name, 0) for name in names},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to resolve, on which layer, and where to.

    Attributes
    ----------
    layer
        Digest of the layer whose units the rows lie in.
    generation
        Name of the index's state: parts of another state are not taken over.
    """

    source: Source
    out: Path
    layer: str
    generation: str
    wants_pairs: bool = False

    @property
    def folder(self) -> Path:
        """Folder of the parts, beside the output."""
        return self.out.with_name(f".{self.out.name}.parts")

    @property
    def rejects(self) -> Path:
        """File of the rows that were rejected, with the reason."""
        return self.out.with_suffix(".rejects.csv")

    @property
    def pairs(self) -> Path:
        """File of ``row, polity_id``."""
        return self.out.with_suffix(".pairs.parquet")

    def part(self, number: int, kind: str) -> Path:
        """File of one part."""
        return self.folder / f"{number:06}.{kind}"


def prepare(job: Job) -> None:
    """Make the folder of parts, or take over that of an earlier run of the same job."""
    if job.out.suffix.lower() != ".parquet":
        raise BulkFileError(
            "{file} does not end in .parquet; the answer is a Parquet file.",
            file=job.out,
        )
    stat, mark = job.source.path.stat(), job.folder / "job.json"
    state = [
        str(job.source.path.absolute()),
        stat.st_size,
        stat.st_mtime_ns,
        job.layer,
        job.generation,
        job.wants_pairs,
    ]
    if mark.exists() and json.loads(mark.read_text(encoding="utf-8")) == state:
        return
    shutil.rmtree(job.folder, ignore_errors=True)
    try:
        job.folder.mkdir(parents=True)
        mark.write_text(json.dumps(state), encoding="utf-8")
    except OSError as error:
        raise BulkFileError(
            "{out} cannot be written ({reason}); choose another --out.",
            out=job.out,
            reason=error.strerror,
        ) from error


def tallies(job: Job, index: LookupIndex) -> Iterator[Tally]:
    """Resolve every part that is not done yet, in order; yields the tally of each."""
    for number, batches in job.source.parts():
        yield done(job, number) or resolve_part(job, number, index, batches)


def done(job: Job, number: int) -> Tally | None:
    """Tally of a part that is done; ``None`` for one that is not."""
    mark = job.part(number, "json")
    return Tally(**json.loads(mark.read_text(encoding="utf-8"))) if mark.exists() else None


def resolve_part(job: Job, number: int, index: LookupIndex, batches: Iterator[pa.RecordBatch] | None = None) -> Tally:
    """Resolve one part and write it. Its tally is written last, and says that the part is whole."""
    if index.generation != job.generation:
        raise BulkFileError("The polities changed while the file was being resolved; start again.")
    tally, rejects = Tally(counts={}), []
    lookup, members = index.lookups[job.layer], index.memberships[job.layer]
    with (
        pq.ParquetWriter(job.part(number, "parquet"), UNITS_AND_CELLS, compression="zstd") as units,
        pq.ParquetWriter(job.part(number, "pairs"), PAIRS, compression="zstd") as pairs,
    ):
        for batch in batches if batches is not None else job.source.batches(number):
            answer = resolve(batch, lookup, members)
            units.write_table(answer.table)
            if job.wants_pairs:
                pairs.write_table(answer.pairs(tally.rows))
            rejects.append(answer.reasons.set_axis(answer.reasons.index + tally.rows))
            outside = int(np.count_nonzero(answer.units == -1))
            rejected = len(answer.reasons)
            tally += Tally(rows=batch.num_rows, outside=outside, rejected=rejected, counts=answer.counts)
    defused(pd.concat(rejects).rename_axis("row").rename("reason").to_frame()).to_csv(job.part(number, "rejects"))
    mark = job.part(number, "json")
    mark.with_suffix(".draft").write_text(json.dumps(asdict(tally)), encoding="utf-8")
    mark.with_suffix(".draft").replace(mark)
    return tally


def join(job: Job) -> Tally:
    """Join the parts into the output, its pairs and its rejects, and remove them; returns the sum of the tallies."""
    counted = [done(job, number) for number in range(len(list(job.folder.glob("*.json"))) - 1)]
    whole = [tally for tally in counted if tally is not None]
    first = np.concatenate([[0], np.cumsum([tally.rows for tally in whole])]).astype(int)
    _join(job.out, UNITS_AND_CELLS, (pq.ParquetFile(job.part(k, "parquet")) for k in range(len(whole))))
    if job.wants_pairs:
        parts = (pq.ParquetFile(job.part(k, "pairs")) for k in range(len(whole)))
        _join(job.pairs, PAIRS, parts, lambda table, number: _shift(table, int(first[number])))
    total = reduce(Tally.__add__, whole, Tally(counts={}))
    if total.rejected:
        _join_rejects(job, first)
    shutil.rmtree(job.folder)
    return total


def _join(
    out: Path,
    schema: pa.Schema,
    files: Iterator[pq.ParquetFile],
    change: Callable[[pa.Table, int], pa.Table] = lambda table, _part: table,
) -> None:
    draft = out.with_name(f".{out.name}.partial")
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for number, file in enumerate(files):
            for group in range(file.num_row_groups):
                writer.write_table(change(file.read_row_group(group).cast(schema), number))
            file.close()
    draft.replace(out)


def _shift(pairs: pa.Table, first: int) -> pa.Table:
    return pairs.set_column(0, "row", pa.array(pairs["row"].to_numpy() + first))


def _join_rejects(job: Job, first: Any) -> None:
    with job.rejects.open("w", encoding="utf-8", newline="\n") as out:
        out.write("row,reason\n")
        for number, start in enumerate(first[:-1]):
            part = pd.read_csv(job.part(number, "rejects"))
            part.assign(row=part["row"] + start).to_csv(out, index=False, header=False, lineterminator="\n")
