"""Register people, take their yearly consent, say what they are, and forget them when asked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy.orm import Session

from boundaries.opening import read_any_table
from geopolity.assembly.credential import SignatureRefused
from geopolity.assembly.eligibility import why_not
from geopolity.errors import RequestError
from geopolity.layers.crosswalk import CERTAIN
from services.acting import hand
from services.clock import end_of, now
from services.publiclog.keys import office_secret
from services.storage.layers.census import find_layer
from services.storage.people import citizens, credentials
from services.storage.people.citizens import Newcomer
from services.storage.people.lot import circumstances_of
from services.storage.people.rolls import RollEntry, homes_in, roll
from services.storage.publiclog import PEOPLE_REGISTERED, note_registered
from services.storage.store import Store
from services.storage.tables import CitizenRow, LayerRow, PolityRow

FORM = ("unit_id", "of_age", "consent")
"""Columns of a register file that are not answers for the lot's strata."""
YES, NO = {"yes", "true", "1"}, {"no", "false", "0"}


class RegisterFileError(RequestError):
    """A file of people to register has no column of units."""

    code = "register-file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of a register file.

    Attributes
    ----------
    ids
        Ids by the row of the file, from 0.
    rejects
        Rows that were left out, with the reason in the column ``reason``.
    known
        How many of the rows were registered before, from the same file.
    """

    ids: dict[int, str]
    rejects: pd.DataFrame
    known: int = 0


RowNames = Callable[[int], str]
"""The id of whoever stands in a row of a file: the same each time that the file is handed in."""


def register_citizen(newcomer: Newcomer, store: Store, layer: str | None = None) -> str:
    """Register one person at a unit of the base layer; returns their id."""
    with store.writing() as session:
        if hand():
            note_registered(session, 1, now=now())
        return citizens.register(session, find_layer(session, layer), [newcomer], now=now())[0]


def register_file(
    path: Path, store: Store, layer: str | None = None, *, is_synthetic: bool = False, batch: str = ""
) -> Registered:
    """Register the people of a CSV or Parquet file, all that can be, in one transaction; the log counts them.

    Its columns are ``unit_id``, ``of_age`` and ``consent`` (yes or no; yes by default), and any number of answers for
    the lot's strata. The same file again registers nobody twice and finds the same ids, so that it can be repeated
    after a kill.

    Parameters
    ----------
    batch
        A name by which the rows of an equal file are other people.
    """
    table, names = read_register(path), row_names(path, store, batch)
    with store.writing() as session:
        return register_in(session, table, layer, is_synthetic=is_synthetic, names=names, said=PEOPLE_REGISTERED)


def row_names(path: Path, store: Store, batch: str = "") -> RowNames:
    """The ids of a file's rows; without this store's secret they are as random as any."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    key = hmac.digest(office_secret(store.home), b"register " + digest + batch.encode(), "sha256")
    return lambda row: hmac.digest(key, str(row).encode(), "sha256")[:16].hex()


def known_rows(session: Session, table: pd.DataFrame, names: RowNames) -> set[int]:
    """Rows whose people were registered from the same file before."""
    rows = {names(number): number for number in range(len(table))}
    return {rows[it] for it in citizens.known_among(session, list(rows))}


def read_register(path: Path) -> pd.DataFrame:
    """The people of a file, a row each.

    Raises
    ------
    RegisterFileError
        If it has no column of units.
    """
    table = tidy(read_any_table(path).frame)
    if "unit_id" not in table:
        raise RegisterFileError(
            "{path} has no column unit_id (it has {columns:list}); name the column with the unit of each person so.",
            path=path,
            columns=list(table.columns),
        )
    return table


def register_in(  # noqa: PLR0913 - what a file says, and what is said of it
    session: Session,
    table: pd.DataFrame,
    layer: str | None = None,
    *,
    is_synthetic: bool = False,
    names: RowNames | None = None,
    said: str = "",
) -> Registered:
    """Register the people of a table, in a transaction that is open.

    Parameters
    ----------
    names
        Ids of the rows; whoever has one already is not registered again.
    said
        Kind of the line of the log that counts those registered; none without it.
    """
    strata = [column for column in table.columns if column not in FORM]
    good: dict[int, Newcomer] = {}
    consenting: list[int] = []
    reasons: dict[int, str] = {}
    home = find_layer(session, layer)
    homes = _homes(session, home)
    for number, values in enumerate(table.to_dict("records")):
        row = {str(column): str(value) for column, value in values.items()}
        reason = homes.get(row["unit_id"], f"layer {home.name} has no unit {row['unit_id']!r}") or _not_a_word(row)
        if reason:
            reasons[number] = reason
            continue
        answers = {column: row[column] for column in strata if row[column]}
        good[number] = Newcomer(
            unit_id=row["unit_id"], is_of_age=_yes(row, "of_age"), is_synthetic=is_synthetic, stratum=answers
        )
        if _yes(row, "consent"):
            consenting.append(number)
    known = set() if names is None else known_rows(session, table, names)
    new = [number for number in good if number not in known]
    given = None if names is None else [names(number) for number in new]
    made = citizens.register(session, home, [good[number] for number in new], now=now(), ids=given)
    ids = dict(zip(new, made, strict=True)) | ({} if names is None else {number: names(number) for number in known})
    citizens.give_all_consent(session, [ids[number] for number in consenting if number not in known], now=now())
    if said and new:
        note_registered(session, len(new), now=now(), kind=said)
    rejects = table.iloc[list(reasons)].assign(reason=list(reasons.values()))
    return Registered(ids=dict(sorted(ids.items())), rejects=rejects.rename_axis("row"), known=len(known))


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Answers as text, without blanks around them, in the first spelling where only capitals differ; empty for none."""
    text: pd.DataFrame = table.astype("string").apply(lambda column: column.str.strip()).fillna("")
    for name in text.columns.difference(["unit_id"]):
        known = text[name].str.casefold()
        text[name] = text[name].groupby(known).transform("first")
    return pd.DataFrame(text.astype(object))


def give_consent(citizen_id: str, store: Store) -> str:
    """Record an act of consent; returns when it expires."""
    with store.writing() as session:
        return citizens.give_consent(session, citizens.find_citizen(session, citizen_id), now=now()).expires_at


def withdraw_consent(citizen_id: str, store: Store) -> None:
    """End the consent of a person without a key now; who holds one signs it (``consents.withdraw``).

    Raises
    ------
    SignatureRefused
        If they hold a key.
    """
    with store.writing() as session:
        row = citizens.find_citizen(session, citizen_id)
        if credentials.held(session, row) is not None:
            raise SignatureRefused("Citizen {citizen} holds a key, and withdraws by its signature.", citizen=citizen_id)
        citizens.withdraw_consent(session, row, now=now())


def move_citizen(citizen_id: str, unit_id: str, store: Store, layer: str | None = None) -> None:
    """Give a person another home."""
    with store.writing() as session:
        row = citizens.find_citizen(session, citizen_id)
        citizens.move(session, row, find_layer(session, layer), unit_id)


def erase_citizen(citizen_id: str, store: Store) -> None:
    """Forget a person; past draws still verify."""
    with store.writing() as session:
        citizens.erase(session, citizens.find_citizen(session, citizen_id), now=now())


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenHome:
    """Where somebody is at home: a unit of a layer, or the unit around it where it has too few people."""

    layer: str
    id: str | None
    is_enclosing_unit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenShown:
    """What a person is at a moment: standing, polities, entitlements, obligations; and the key they hold today."""

    id: str
    standing: str
    consent_expires_at: str | None
    key: str | None
    key_made_by: str | None
    home: CitizenHome
    not_in_the_lot: str | None
    polities: list[str]
    entitlements: list[str]
    obligations: dict[str, list[str]]
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedHome:
    """A home that was carried to another unit, and the share of the former one that lies in it."""

    id: str
    home: str | None
    share: float | None


def show_citizen(citizen_id: str, store: Store, date: str | None = None) -> CitizenShown:
    """What a person is at a moment: standing, polities, entitlements, obligations."""
    from services.lookup.index import open_lookup_index  # noqa: PLC0415 - registering needs no index

    moment = end_of(date) if date else now()
    with store.reading() as session:
        row = citizens.find_citizen(session, citizen_id)
        standing = citizens.standing(session, row, moment)
        reason = why_not(*circumstances_of(session, row, moment))
        mine = credentials.held(session, row)
        layer = session.get_one(LayerRow, row.layer)
        index = open_lookup_index(session, store.home, moment)
        inside = [
            polity.row.issue
            for group in index.polities.values()
            for polity in group.values()
            if _is_home_of(session, polity.row, layer, row)
        ]
    return CitizenShown(
        id=citizen_id,
        standing=standing.word,
        consent_expires_at=standing.expires_at,
        key=None if mine is None else mine.public_key,
        key_made_by=None if mine is None else mine.made_by,
        home=CitizenHome(layer=layer.name, id=row.home, is_enclosing_unit=row.home_is_parent),
        not_in_the_lot=None if reason is None else str(reason),
        polities=sorted(inside),
        entitlements=list(standing.entitlements),
        obligations={polity: list(standing.obligations) for polity in sorted(inside)},
        synthetic=row.is_synthetic,
    )


def carry_homes(layer: str, store: Store, *, to: str | None = None) -> pd.DataFrame:
    """Carry all homes of one kept layer to another, by default the base layer; see ``storage.citizens.carry_homes``."""
    with store.writing() as session:
        return citizens.carry_homes(session, find_layer(session, layer), find_layer(session, to))


def homes_to_review(store: Store) -> list[CarriedHome]:
    """People whose home was carried to a unit that holds less than 99 % of the former one."""
    with store.reading() as session:
        return [
            CarriedHome(id=row.citizen_id, home=row.home, share=row.mapped_share)
            for row in citizens.for_review(session, CERTAIN)
        ]


def polity_roll(polity_id: str, store: Store, date: str | None = None) -> Iterator[RollEntry]:
    """Everybody at home in a polity, streamed; the version is the one that was active at the moment."""
    from sqlalchemy import select  # noqa: PLC0415

    from services.storage.polities.versions import UnknownPolityError, valid_at  # noqa: PLC0415

    moment = end_of(date) if date else now()
    with store.reading() as session:
        row = session.scalar(select(PolityRow).where(PolityRow.issue == polity_id, valid_at(moment)))
        if row is None:
            raise UnknownPolityError(
                "No polity {polity:quoted} was active then; `geopolity polity list` prints all.",
                polity=polity_id,
            )
        layers = session.scalars(select(LayerRow).where(LayerRow.digest.in_(select(CitizenRow.layer).distinct())))
        for layer in layers.all():
            yield from roll(session, row, layer, moment)


def _is_home_of(session: Session, polity: PolityRow, layer: LayerRow, row: CitizenRow) -> bool:
    return homes_in(session, polity, layer).hold(row.home, is_parent=row.home_is_parent)


def _homes(session: Session, layer: LayerRow) -> dict[str, str]:
    """For each unit the reason why nobody can be registered there; empty where they can."""
    from services.storage.layers.census import unit_table  # noqa: PLC0415

    reasons = {}
    table = unit_table(session, layer.digest)
    for unit_id, population, parent in zip(table.index, table["population"], table["parent"], strict=True):
        try:
            citizens.home_of(layer, unit_id, population, parent)
            reasons[unit_id] = ""
        except citizens.HomeError as error:
            reasons[unit_id] = str(error)
    return reasons


def _not_a_word(row: Mapping[str, str]) -> str:
    for column in ("of_age", "consent"):
        if row.get(column, "yes").strip().lower() not in YES | NO:
            return f"{column} is {row[column]!r}; write yes or no"
    return ""


def _yes(row: Mapping[str, str], column: str) -> bool:
    return row.get(column, "yes").strip().lower() in YES
