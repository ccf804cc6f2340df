"""Join a table of people to units by id: every row fits a unit, or is set aside with its people and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from boundaries.catalogue.entries import column, known
from boundaries.errors import ColumnError, FileError
from boundaries.how import Notation
from boundaries.opening import read_any_table
from boundaries.paths import existing_file
from boundaries.tables.columns import POPULATION, TABLE_ID, find_all, named_column, text_ids
from boundaries.tables.numbers import Counts, check_world, counts
from boundaries.tables.table import Table
from geopolity.layers.reading import SetAside
from geopolity.messages import Message

Repeated = Literal["refuse", "join"]
TOTALS = (
    r"(?i)\s*(?:(?:grand\s+|sub-?)?totals?e?s?|gesamt|insgesamt|ensemble|suma|summe|overall|all|all ages|both"
    r"|both sexes|persons|_t)\s*"
)
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFile:
    """A table of people, and what a person says about it; ``None`` is recognised.

    Attributes
    ----------
    usual_notation
        How the publisher writes numbers, where the column leaves it open.
    where
        Columns and the value that rows must have, for a table with several rows of a unit.
    repeated
        What becomes of several rows of one id: refused, or added up.
    """

    path: Path
    id: str | None = None
    population: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    notation: Notation | None = None
    usual_notation: Notation | None = None
    where: Sequence[tuple[str, str]] = ()
    repeated: Repeated = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """People of the units.

    Attributes
    ----------
    counts
        In the order of the units.
    set_aside
        Rows of the table that fit no unit.
    """

    counts: Counts
    columns: dict[str, str]
    set_aside: tuple[SetAside, ...]
    notes: tuple[Message, ...]
    table: Table


def join(ids: pd.Index, said: PeopleFile, units: Path) -> Joined:
    """People of each unit from a table; a unit without a row has none known.

    Raises
    ------
    RequestError
        If no row fits, an id has several rows, or a count is none.
    """
    source = existing_file(said.path)
    entry = known(source)
    named = [said.id, said.population, entry.id, entry.population, *(name for name, _ in said.where)]
    asked = [name for name in named if name is not None]
    table = read_any_table(source, encoding=said.encoding, sheet=said.sheet, named=asked)
    frame = chosen_rows(table.frame, said.where, source)
    there = [str(name) for name in frame.columns]
    key, counted = find_all(
        frame,
        source,
        [
            (TABLE_ID, said.id or column(there, entry.id)),
            (POPULATION, said.population or column(there, entry.population)),
        ],
    )
    usual = entry.notation or said.usual_notation
    people = counts(frame[counted.column], source, said.notation, separator=table.separator, usual=usual)
    frame = frame.assign(**{key.column: _ids_with_people(frame[key.column], people, source)})
    blank = frame[key.column].isna().to_numpy()
    read = text_ids(frame.loc[~blank, key.column], source)
    text, shortened = _short(read.text, entry.id_after)
    rows = pd.DataFrame(
        {"id": text.to_numpy(), "people": people.people.to_numpy()[~blank], "kept_back": people.suppressed[~blank]}
    )
    _check_some_fit(rows, ids, source, units)
    others = frame[~blank].drop(columns=[key.column, counted.column], errors="ignore")
    rows, joined_notes = _one_row_each(rows, others, said.repeated, source)
    fits = rows["id"].isin(ids).to_numpy()
    _check_zeros(rows.loc[~fits, "id"], ids[~ids.isin(rows["id"])], source, units)
    by_id = rows[fits].set_index("id").reindex(ids)
    values = pd.Series(by_id["people"].to_numpy(dtype=np.float64), index=ids, name="population")
    check_world(values, counted.column, source)
    aside = _set_aside(rows[~fits], source)
    return Joined(
        counts=Counts(
            people=values, suppressed=by_id["kept_back"].eq(True).to_numpy(dtype=bool), notation=people.notation
        ),
        columns={f"id in {source.name}": key.column, "population": counted.column},
        set_aside=tuple(part for part, _ in aside),
        notes=(
            *table.notes,
            *key.notes,
            *counted.notes,
            *read.notes,
            *shortened,
            *people.notes,
            *joined_notes,
            *_without_row(ids, rows, source),
            *_vintage_note(rows["id"], ids, source),
            *(note for _, note in aside),
        ),
        table=table,
    )


def chosen_rows(frame: pd.DataFrame, where: Sequence[tuple[str, str]], path: Path) -> pd.DataFrame:
    """Rows that have the values that were asked for."""
    for name, value in where:
        has = frame[named_column(frame, path, name)].astype("string").str.strip() == value
        if not has.any():
            raise ColumnError(
                "{path}: no row has {value:quoted} in {name:quoted}; there are {values:list}.",
                path=path,
                value=value,
                name=name,
                values=sorted(frame[name].dropna().astype(str).unique())[:20],
            )
        frame = frame[has.to_numpy(dtype=bool)].reset_index(drop=True)
    return frame


def _ids_with_people(ids: pd.Series, people: Counts, source: Path) -> pd.Series:
    """Ids, blank ones only where nobody is counted."""
    blank = (ids.isna() | (ids.astype("string").str.strip() == "")).to_numpy(dtype=bool)
    lost = blank & (np.nan_to_num(people.people.to_numpy()) > 0)
    if lost.any():
        raise ColumnError(
            "{path}: {rows} rows count {people:people} people and have no id in {name:quoted} (first: row {row}); give "
            "them one or leave them out.",
            path=source,
            rows=int(lost.sum()),
            people=float(people.people.to_numpy()[lost].sum()),
            name=ids.name,
            row=int(np.argmax(lost)) + 1,
        )
    return ids.mask(pd.Series(blank, index=ids.index))


REGIONS = r"09(?:1[1-9]0)"
"""Ids of the planning regions that took the place of Connecticut's counties in 2022."""
COUNTIES = r"090(?:0[1-9]|1[1-5])"


def _connecticut(rows: pd.Series, ids: pd.Index) -> Message | None:
    """What to say where one side has Connecticut's counties and the other the regions that replaced them."""
    table, units = (
        {name: bool(side.str.match(form).any()) for name, form in (("counties", COUNTIES), ("regions", REGIONS))}
        for side in (rows.astype("string"), ids.to_series().astype("string"))
    )
    if table["regions"] and units["counties"] and not units["regions"]:
        return Message(
            "the table has the nine planning regions of Connecticut (2022 and later), the units its eight counties; "
            "take units of 2022 or later, or people of 2021 or earlier"
        )
    if table["counties"] and units["regions"] and not table["regions"]:
        return Message(
            "the table has the eight counties of Connecticut (up to 2021), the units its nine planning regions; take "
            "units of 2021 or earlier, or people of 2022 or later"
        )
    return None


LONG_CODE = r"[0-9]{3}[0-9A-Z]{4}US[0-9A-Z]+"
"""Ids of the Census Bureau that say the level of the unit before the id itself: 0500000US01001."""


def _short(ids: pd.Series, after: str | None) -> tuple[pd.Series, tuple[Message, ...]]:
    """Ids without what stands before them in the tables of a publisher."""
    if after is not None:
        return ids.str.split(after).str[-1], ()
    if not len(ids) or not ids.str.fullmatch(LONG_CODE).all():
        return ids, ()
    note = Message(
        "Ids such as {long} are those of units such as {short}.", long=ids.iloc[0], short=ids.iloc[0].split("US")[1]
    )
    return ids.str.split("US").str[-1], (note,)


def _check_zeros(left: pd.Series, lacking: pd.Index, source: Path, units: Path) -> None:
    """Refuse ids that lost their leading zeros: the rows would be left out, and their units have nobody."""
    if left.empty or lacking.empty:
        return
    bare = lacking.to_series().str.lstrip("0")
    lost = left[left.isin(bare[bare != lacking])]
    if lost.empty:
        return
    raise FileError(
        "{number:count} ids of {source} (such as {id:quoted}) lost the leading zeros that they have in {path} (such as "
        "{other:quoted}), as spreadsheets do; store them as text with their zeros.",
        number=len(lost),
        source=source,
        id=lost.iloc[0],
        path=units,
        other=str(bare.index[bare == lost.iloc[0]][0]),
    )


def _check_some_fit(rows: pd.DataFrame, ids: pd.Index, source: Path, units: Path) -> None:
    if rows["id"].isin(ids).any():
        return
    vintage = _connecticut(rows["id"], ids)
    if vintage is not None:
        raise FileError("No id of {path} is in {source}: {vintage}.", path=units, source=source, vintage=vintage)
    raise FileError(
        "No id of {path} (such as {id:quoted}) is in {source} (such as {other:quoted}); name the id columns "
        "(--id-column, --table-id-column), and store ids as text with their leading zeros.",
        path=units,
        id=ids[0],
        source=source,
        other=rows["id"].iloc[0] if len(rows) else "none",
    )


def _one_row_each(
    rows: pd.DataFrame, others: pd.DataFrame, repeated: Repeated, source: Path
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    twice = rows["id"].duplicated(keep=False).to_numpy()
    if not twice.any():
        return rows, ()
    differing = [str(name) for name in others.columns if 1 < others[name].nunique() <= 200]
    with_total = next((name for name in differing if others[name].astype("string").str.fullmatch(TOTALS).any()), None)
    if repeated == "refuse" or with_total is not None:
        raise _several_rows(
            rows, others[[with_total] if with_total else differing], is_total=bool(with_total), path=source
        )
    summed = rows.groupby("id", sort=False, as_index=False).agg(
        people=("people", lambda part: part.sum(skipna=False)), kept_back=("kept_back", "any")
    )
    note = Message(
        "{rows:count} rows of {file} were added up to {ids:count} ids.",
        rows=len(rows),
        ids=len(summed),
        file=source.name,
    )
    return summed, (note,)


def _several_rows(rows: pd.DataFrame, differing: pd.DataFrame, *, is_total: bool, path: Path) -> ColumnError:
    """What to say of an id with several rows; they differ in some columns, one of which may hold totals."""
    first = rows.loc[rows["id"].duplicated(), "id"].iloc[0]
    names = [str(name) for name in differing.columns]
    way_out: Message = Message("add them up with --repeated join, or leave one of each")
    if names:
        words = differing[names[0]].dropna().astype("string")
        example = next(iter(words[words.str.fullmatch(TOTALS)]), next(iter(words), ""))
        choose = Message("choose rows with --where {name}={value}", name=names[0], value=example)
        way_out = choose if is_total else Message("{choose}, or add them up with --repeated join", choose=choose)
    return ColumnError(
        "{path}: the id {id:quoted} has {count} rows{how}; {way_out}.",
        path=path,
        id=first,
        count=int((rows["id"] == first).sum()),
        how=Message(", which differ in {names:list}", names=names) if names else "",
        way_out=way_out,
    )


def _vintage_note(rows: pd.Series, ids: pd.Index, source: Path) -> tuple[Message, ...]:
    vintage = _connecticut(rows, ids)
    return () if vintage is None else (Message("{source}: {vintage}.", source=source.name, vintage=vintage),)


def _without_row(ids: pd.Index, rows: pd.DataFrame, source: Path) -> tuple[Message, ...]:
    lacking = ids[~ids.isin(rows["id"])]
    if lacking.empty:
        return ()
    note = Message(
        "{number:count} units have no row in {source} ({units:list}); their population is missing.",
        number=len(lacking),
        source=source.name,
        units=_some(lacking.tolist()),
    )
    return (note,)


def _some(ids: Sequence[Any]) -> list[str]:
    """The first few of many."""
    return [*map(str, ids[:NAMED]), *(["…"] if len(ids) > NAMED else [])]


def _set_aside(rows: pd.DataFrame, source: Path) -> list[tuple[SetAside, Message]]:
    """Totals, and other rows that fit no unit."""
    total = (
        rows["id"].str.fullmatch(TOTALS).fillna(False).to_numpy(dtype=bool) if len(rows) else np.zeros(0, dtype=bool)
    )
    found = []
    for part, why in ((rows[total], "totals"), (rows[~total], "fit no unit")):
        if part.empty:
            continue
        people = float(part["people"].sum())
        note = Message(
            "{number:count} rows of {file} are totals ({ids:list}); the {people:people} people in them are left out."
            if why == "totals"
            else "{number:count} rows of {file} fit no unit ({ids:list}); the {people:people} people in them are left "
            "out.",
            number=len(part),
            file=source.name,
            ids=_some(part["id"].tolist()),
            people=people,
        )
        found.append(
            (SetAside(rows=len(part), why=f"{source.name}: {why}", people=0.0 if why == "totals" else people), note)
        )
    return found
