"""Units of a layer from rows of a file: identified, counted, named, mended, and every row accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.catalogue.entries import Entry
from boundaries.errors import ColumnError
from boundaries.how import Notation
from boundaries.joining import TOTALS, Joined, PeopleFile, Repeated, chosen_rows, join
from boundaries.tables.columns import ID, LABELS, POPULATION, find_all, named_column, recognised, text_ids
from boundaries.tables.numbers import Counts, check_world, counts
from boundaries.vectors.features import Features
from boundaries.vectors.repair import Repaired, repaired
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from geopolity.layers.reading import Reading, SetAside
from geopolity.layers.topology import Topology, topology
from geopolity.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a person says about a file of units; ``None`` is recognised by its usual name.

    Attributes
    ----------
    people
        Table with the population, joined by id as text.
    usual_notation
        How the publisher writes numbers, where the column leaves it open.
    where
        Columns and the value that rows must have, in a file with several rows of a unit.
    repeated
        What becomes of several rows of one id: refused, or joined to one unit.
    """

    id: str | None = None
    population: str | None = None
    name: str | None = None
    parent: str | None = None
    people: PeopleFile | None = None
    notation: Notation | None = None
    usual_notation: Notation | None = None
    where: Sequence[tuple[str, str]] = ()
    repeated: Repeated = "refuse"

    def counts(self, column: pd.Series, path: Path, separator: str | None) -> Counts:
        """Counts of a column of the units' file."""
        return counts(column, path, self.notation, separator=separator, usual=self.usual_notation)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Rows of the file that become units, their ids, and what was said about them so far."""

    table: pd.DataFrame
    shapes: gpd.GeoSeries
    ids: pd.Series
    counts: Counts
    joined: Joined | None
    columns: dict[str, str]
    set_aside: tuple[SetAside, ...]
    notes: tuple[Message, ...]


def layer_from(features: Features, path: Path, columns: Columns, entry: Entry) -> Layer:
    """Layer from features that were read, with what was guessed, set aside and repaired in its reading and notes."""
    rows = _rows(features, path, columns)
    mended = repaired(rows.shapes, path)
    units = _units(rows, mended, path, columns)
    layer = Layer(
        name=LayerName(path.stem),
        title=entry.title or path.stem,
        vintage=entry.vintage,
        source=entry.source or path.name,
        licence=entry.licence,
        units=units,
    )
    found = topology(layer)
    reading = _reading(features, rows, mended, found, layer)
    return layer.read_as(reading)


def _rows(features: Features, path: Path, columns: Columns) -> _Rows:
    frame = features.frame
    chosen = chosen_rows(frame, columns.where if columns.people is None else (), path)
    frame = chosen if len(chosen) < len(frame) else frame
    left_out = len(features.frame) - len(frame)
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    asked = [(ID, columns.id), *([] if columns.people else [(POPULATION, columns.population)])]
    found = find_all(table, path, asked)
    key = found[0].column
    table, shapes, totals = _without_totals(table, frame.geometry, key, columns)
    ids = text_ids(table[key], path)
    table, shapes, joined_notes = _one_row_each(
        table, shapes, ids.text, path, columns, None if columns.people else found[1].column
    )
    ids_text = table["unit_id"]
    if columns.people is None:
        read = columns.counts(table[found[1].column], path, features.separator)
        check_world(read.people, found[1].column, path)
        joined = None
        notes = (*found[1].notes, *read.notes)
        meaning = {"population": found[1].column}
    else:
        joined = join(pd.Index(ids_text), columns.people, path)
        read, notes, meaning = joined.counts, joined.notes, joined.columns
    aside = (*_bare(features, path, None if columns.people else found[1].column, columns), *totals)
    return _Rows(
        table=table,
        shapes=shapes,
        ids=ids_text,
        counts=read,
        joined=joined,
        columns={"id": key} | meaning,
        set_aside=(*(part for part, _ in aside), *(joined.set_aside if joined else ())),
        notes=(
            *features.notes,
            *found[0].notes,
            *ids.notes,
            *(_left_out(left_out, path)),
            *joined_notes,
            *notes,
            *(note for _, note in aside if note),
        ),
    )


def _left_out(rows: int, path: Path) -> tuple[Message, ...]:
    said = "{number:count} rows of {file} without the chosen values were left out."
    return (Message(said, number=rows, file=path.name),) if rows else ()


def _without_totals(
    table: pd.DataFrame, shapes: gpd.GeoSeries, key: str, columns: Columns
) -> tuple[pd.DataFrame, gpd.GeoSeries, list[tuple[SetAside, Message | None]]]:
    """Leave out rows whose id says that they are totals."""
    total = table[key].astype("string").str.fullmatch(TOTALS).fillna(False).to_numpy(dtype=bool)
    if not total.any() or total.all() or columns.where:
        return table, shapes, []
    note = Message(
        "{number:count} rows are totals ({text:quoted} in {column:quoted}) and were set aside.",
        number=int(total.sum()),
        text=str(table.loc[total, key].iloc[0]),
        column=key,
    )
    aside: list[tuple[SetAside, Message | None]] = [(SetAside(rows=int(total.sum()), why="totals"), note)]
    return table[~total].reset_index(drop=True), shapes[~total].reset_index(drop=True), aside


def _one_row_each(  # noqa: PLR0913, PLR0917 - rows, their shapes and ids, and what to do about them
    table: pd.DataFrame, shapes: gpd.GeoSeries, ids: pd.Series, path: Path, columns: Columns, counted: str | None
) -> tuple[pd.DataFrame, gpd.GeoSeries, tuple[Message, ...]]:
    """Rows by id, with the ids as ``unit_id``; several rows of one id joined where a person wants that."""
    table = table.assign(unit_id=ids.to_numpy()).reset_index(drop=True)
    if not ids.duplicated().any():
        return table, shapes, ()
    if columns.repeated == "refuse":
        _refuse_repeated(table, ids, path)
    order = pd.factorize(table["unit_id"])[0]
    together = (
        [shapely.union_all(shapes.to_numpy()[order == place]) for place in range(order.max() + 1)]
        if order.max() < 2_000
        else _dissolved(shapes, order)
    )
    first = table.drop_duplicates("unit_id").reset_index(drop=True)
    notes = [
        Message(
            "{rows:count} rows of {file} were joined to {units:count} units.",
            rows=len(table),
            file=path.name,
            units=len(first),
        )
    ]
    if counted is not None:
        first, note = _counted_once(table, first, counted, path, columns)
        notes.append(note)
    return first, gpd.GeoSeries(together, crs=shapes.crs), tuple(notes)


def _dissolved(shapes: gpd.GeoSeries, order: np.ndarray) -> list[Any]:
    return list(
        gpd.GeoDataFrame({"order": order}, geometry=shapes.to_numpy(), crs=shapes.crs).dissolve("order").geometry
    )


def _counted_once(
    table: pd.DataFrame, first: pd.DataFrame, counted: str, path: Path, columns: Columns
) -> tuple[pd.DataFrame, Message]:
    """Counts of joined rows: once where every row of an id repeats it, else added up."""
    values = columns.counts(table[counted], path, None).people
    by_id = values.groupby(table["unit_id"], sort=False)
    different = pd.DataFrame({"id": table["unit_id"], "people": values}).drop_duplicates()
    if not different["id"].duplicated().any():
        once = Message("Each row of an id repeats its count in {column:quoted}; it was taken once.", column=counted)
        return first, once
    added = Message("The counts of their rows in {column:quoted} were added up.", column=counted)
    return first.assign(**{counted: by_id.sum(min_count=1).to_numpy()}), added


def _refuse_repeated(table: pd.DataFrame, ids: pd.Series, path: Path) -> None:
    unique = [
        str(name) for name in table.columns if name != "unit_id" and table[name].is_unique and table[name].notna().all()
    ]
    twice = ids[ids.duplicated()]
    raise ColumnError(
        "{path}: the id {value:quoted} in {name:quoted} occurs more than once ({rows:count} rows share an id); "
        "{way_out}.",
        path=path,
        value=twice.iloc[0],
        name=ids.name,
        rows=int(ids.duplicated(keep=False).sum()),
        way_out=Message(
            "name a unique column ({names:list}) with --id-column, or join the rows of an id with --repeated join",
            names=unique[:6],
        )
        if unique
        else Message("name a unique column with --id-column, or join the rows of an id with --repeated join"),
    )


def _bare(
    features: Features, path: Path, counted: str | None, columns: Columns
) -> list[tuple[SetAside, Message | None]]:
    """Rows without a shape, with the people that they count."""
    bare = features.without_shape
    if bare.empty:
        return []
    people = 0.0
    if counted is not None and counted in bare.columns:
        people = float(np.nansum(columns.counts(bare[counted], path, features.separator).people))
    note = Message("The rows without a shape count {people:people} people, who are in no unit.", people=people)
    return [(SetAside(rows=len(bare), why="no geometry", people=people), note if people else None)]


def _units(rows: _Rows, mended: Repaired, path: Path, columns: Columns) -> gpd.GeoDataFrame:
    table = rows.table.set_axis(pd.Index(rows.ids, name="unit_id"))
    meaning: dict[str, Any] = {
        "name": _named(table, path, columns, rows.columns["id"]),
        "population": rows.counts.people.to_numpy(dtype=np.float64),
    }
    if columns.parent is not None:
        meaning["parent"] = table[named_column(table, path, columns.parent)].astype(str)
    rest = table.drop(columns=["unit_id", *meaning], errors="ignore")
    units = gpd.GeoDataFrame(rest.assign(**meaning), geometry=mended.shapes.to_numpy(), crs=mended.shapes.crs)
    return units.sort_index()


def _named(table: pd.DataFrame, path: Path, columns: Columns, fallback: str) -> pd.Series:
    """Names of the units; the id where none is known."""
    column = named_column(table, path, columns.name) if columns.name else recognised(table, LABELS) or fallback
    names = table[column]
    known = names.notna() & (names.astype("string").str.strip() != "").fillna(False)
    return names.astype("string").str.strip().where(known, pd.Series(table.index, index=table.index)).astype(str)


def _reading(features: Features, rows: _Rows, mended: Repaired, found: Topology, layer: Layer) -> Reading:
    encodings = {} if features.encoding is None else {"units": features.encoding}
    people = rows.joined.table if rows.joined else None
    if people is not None and people.encoding is not None:
        encodings[people.path.name] = people.encoding
    inferred = [note for note in (*features.notes, *(people.notes if people else ())) if "--encoding" in str(note)]
    return Reading(
        rows=features.rows,
        units=len(layer),
        people=float(layer.units["population"].sum()),
        missing=int(rows.counts.people.isna().sum()),
        suppressed=int(rows.counts.suppressed.sum()),
        set_aside=rows.set_aside,
        repaired=mended.mended,
        repaired_m2=mended.changed_m2,
        overlaps=found.overlaps,
        overlap_m2=found.overlap_m2,
        gaps=found.gaps,
        gap_m2=found.gap_m2,
        largest_gap=found.largest_gap,
        near_misses=found.near_misses,
        columns=rows.columns,
        encodings=encodings,
        notation=rows.counts.notation,
        vintage=layer.vintage,
        crs=layer.units.crs.to_string(),
        crs_from=features.crs_from,
        recognised=tuple(inferred),
        notes=(*rows.notes, *mended.notes, *found.notes),
    )
