"""One batch resolved: points or unit ids in, units, cells and polities out, all as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geopolity.arrays import NOWHERE
from geopolity.lookup.unit_index import RUBBISH
from geopolity.polity.membership import Memberships
from services.lookup.bulk.source import POINT
from services.lookup.index import LayerLookup

NO_NUMBER, NO_PLACE, NO_UNIT = "lon or lat is no number", "lon and lat are no place on Earth", "no unit has this id"
WORD = pa.dictionary(pa.int32(), pa.string())
UNITS_AND_CELLS = pa.schema([("unit_id", WORD), ("cell_id", WORD)])
PAIRS = pa.schema([("row", pa.int64()), ("polity_id", WORD)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Units of the rows of a batch.

    Attributes
    ----------
    units
        Position of each row's unit, -1 outside every unit, -2 for a row that was rejected.
    reasons
        Why rows were rejected, by their place in the batch.
    """

    units: np.ndarray
    reasons: pd.Series[str]
    lookup: LayerLookup
    members: Memberships

    @property
    def table(self) -> pa.Table:
        """``unit_id`` and ``cell_id`` of each row, null where there is none."""
        cells = self.members.cells_of(np.maximum(self.units, NOWHERE))
        names = pa.array([self.members.cell_id(cell) for cell in range(len(self.members.signatures))])
        return pa.table([_words(self.units, pa.array(self.lookup.ids)), _words(cells, names)], schema=UNITS_AND_CELLS)

    @property
    def counts(self) -> dict[str, int]:
        """People of each polity."""
        return {str(name): int(count) for name, count in self.members.counts(np.maximum(self.units, NOWHERE)).items()}

    def pairs(self, first_row: int) -> pa.Table:
        """``row`` and ``polity_id`` for every polity of every row, rows counted from ``first_row``."""
        incidence, polities = self.members.incidence, pa.array(self.members.polities, pa.string())
        inside = np.flatnonzero(self.units >= 0)
        cells = self.members.cells_of(self.units[inside])
        count = np.diff(incidence.indptr)[cells]
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        polity = incidence.indices[np.repeat(incidence.indptr[cells], count) + offset]
        return pa.table([np.repeat(inside, count) + first_row, _words(polity, polities)], schema=PAIRS)


def resolve(batch: pa.RecordBatch, lookup: LayerLookup, members: Memberships) -> Answer:
    """Resolve a batch with the columns ``lon`` and ``lat``, or ``unit_id``."""
    if set(POINT) <= set(batch.schema.names):
        lon, lat = (_degrees(batch.column(name)) for name in POINT)
        units = lookup.index.at_all(lon, lat)
        rejected = np.flatnonzero(units == RUBBISH)
        is_number = np.isfinite(lon[rejected]) & np.isfinite(lat[rejected])
        reasons = np.where(is_number, NO_PLACE, NO_NUMBER)
    else:
        ids = batch.column("unit_id").cast(pa.string())
        known = pc.index_in(ids, value_set=pa.array(lookup.ids)).fill_null(RUBBISH)
        units = known.to_numpy(zero_copy_only=False).astype(np.int32)
        rejected = np.flatnonzero(units == RUBBISH)
        reasons = np.full(len(rejected), NO_UNIT)
    return Answer(units=units, reasons=pd.Series(reasons, index=rejected, dtype=object), lookup=lookup, members=members)


def _degrees(column: pa.Array) -> np.ndarray:
    """Numbers of a column, not-a-number where it holds anything else."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return np.asarray(column.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False))
    numbers: Any = pd.to_numeric(column.to_pandas(), errors="coerce")
    return np.asarray(numbers, dtype=np.float64)


def _words(codes: np.ndarray, names: pa.Array) -> pa.DictionaryArray:
    known = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(known, names.cast(pa.string()))
