"""Register people, keep their acts of consent, move and erase them. Nothing here enters the public log."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from geopolity.assembly import citizenship
from geopolity.assembly.citizenship import LEAST_HOME, Consent, ConsentRefused, Standing
from geopolity.errors import RequestError
from geopolity.layers.crosswalk import main_target
from services.storage.layers.crosswalks import link, shares
from services.storage.people import notices
from services.storage.tables import (
    CitizenRow,
    ConcernRow,
    ConcernSupportRow,
    ConsentRow,
    ExcuseRequestRow,
    LayerRow,
    LinkedCitizenRow,
    LinkedSeatRow,
    PetitionAuthorRow,
    SeatRow,
    UnitRow,
)


class UnknownCitizenError(RequestError):
    """Nobody is registered under that id, or they were erased."""

    code = "unknown-citizen"


class HomeError(RequestError):
    """A home is no unit of the layer, or too small to hide in and without an enclosing one."""

    code = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person to register.

    Attributes
    ----------
    unit_id
        Unit of the base layer where they live.
    stratum
        Answers by which the lot may be balanced, such as ``{"sex": "f", "age": "30-44"}``.
    """

    unit_id: str
    is_of_age: bool = True
    is_synthetic: bool = False
    stratum: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a person is at home: a unit, or the parent of one that is too small."""

    home: str
    is_parent: bool


def home_in(session: Session, layer: LayerRow, unit_id: str) -> Home:
    """Return the home for a unit: itself, or its parent where it has fewer than 500 people.

    Raises
    ------
    HomeError
        If the layer has no such unit, or the unit is too small and has no parent.
    """
    row = session.get(UnitRow, (layer.digest, unit_id))
    if row is None:
        raise HomeError(
            "Layer {layer} has no unit {unit:quoted}; ids are text with their leading zeros.",
            layer=layer.name,
            unit=unit_id,
        )
    return home_of(layer, row.unit_id, row.population, row.parent)


def register(
    session: Session, layer: LayerRow, newcomers: Sequence[Newcomer], *, now: str, ids: Sequence[str] | None = None
) -> list[str]:
    """Register people; returns their new ids, in order: random ones, unless some are given."""
    homes = {unit: home_in(session, layer, unit) for unit in sorted({newcomer.unit_id for newcomer in newcomers})}
    _check_census(session, layer, Counter(homes[newcomer.unit_id] for newcomer in newcomers))
    ids = [secrets.token_hex(16) for _ in newcomers] if ids is None else list(ids)
    rows = [
        {
            "citizen_id": citizen_id,
            "layer": layer.digest,
            "home": homes[newcomer.unit_id].home,
            "home_is_parent": homes[newcomer.unit_id].is_parent,
            "stratum": canonical_stratum(newcomer.stratum),
            "is_of_age": newcomer.is_of_age,
            "is_synthetic": newcomer.is_synthetic,
            "registered_at": now,
        }
        for citizen_id, newcomer in zip(ids, newcomers, strict=True)
    ]
    if rows:
        session.execute(insert(CitizenRow), rows)
    return ids


def _check_census(session: Session, layer: LayerRow, new: Mapping[Home, int]) -> None:
    """Refuse to register more people at a home than the census counts there: the others would be invented.

    Raises
    ------
    HomeError
        If there would be.
    """
    key, unit = (CitizenRow.home, CitizenRow.home_is_parent), UnitRow.layer == layer.digest
    here = (CitizenRow.layer == layer.digest, CitizenRow.home.in_({it.home for it in new}))
    counts = session.execute(select(*key, func.count()).where(*here).group_by(*key))
    known = {Home(home=str(home), is_parent=is_parent): people for home, is_parent, people in counts}
    for home, people in new.items():
        place = UnitRow.parent == home.home if home.is_parent else UnitRow.unit_id == home.home
        most = session.scalar(select(func.sum(UnitRow.population)).where(unit, place))
        if most is not None and known.get(home, 0) + people > most:
            raise HomeError(
                "{layer} counts {most:people} people at {home}, and {people:count} would be registered there. If more "
                "live there by now, open a newer vintage of the layer.",
                layer=layer.name,
                most=most,
                home=home.home,
                people=known.get(home, 0) + people,
            )


def known_among(session: Session, ids: Sequence[str]) -> set[str]:
    """Those of some ids that somebody was registered under."""
    parts = (ids[start : start + 10_000] for start in range(0, len(ids), 10_000))
    return {
        it
        for part in parts
        for it in session.scalars(select(CitizenRow.citizen_id).where(CitizenRow.citizen_id.in_(part)))
    }


def canonical_stratum(stratum: Mapping[str, str]) -> str:
    """Write answers with sorted keys, so that equal strata are equal text."""
    return json.dumps(dict(stratum), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def find_citizen(session: Session, citizen_id: str) -> CitizenRow:
    """Return a registered person.

    Raises
    ------
    UnknownCitizenError
        If nobody has the id, or they were erased.
    """
    row = session.scalar(select(CitizenRow).where(CitizenRow.citizen_id == citizen_id))
    if row is None or row.erased_at is not None:
        raise UnknownCitizenError(
            "Citizen {citizen} was erased; `geopolity citizen register` gives a new id."
            if row
            else "Citizen {citizen} is not registered; `geopolity citizen register` gives a new id.",
            citizen=citizen_id,
        )
    return row


def consents(session: Session, row: CitizenRow) -> list[Consent]:
    """Every act of consent of a person, in order."""
    query = select(ConsentRow).where(ConsentRow.citizen == row.key).order_by(ConsentRow.given_at, ConsentRow.key)
    return [
        Consent(given_at=act.given_at, expires_at=act.expires_at, withdrawn_at=act.withdrawn_at)
        for act in session.scalars(query)
    ]


def standing(session: Session, row: CitizenRow, moment: str) -> Standing:
    """Whether a person is a citizen at a moment, and what follows."""
    return citizenship.standing(consents(session, row), moment)


def give_consent(session: Session, row: CitizenRow, *, now: str) -> Consent:
    """Record one act of consent; it holds for a year."""
    act = citizenship.consent(now, is_of_age=row.is_of_age)
    session.add(ConsentRow(citizen=row.key, given_at=act.given_at, expires_at=act.expires_at))
    session.flush()
    return act


def give_all_consent(session: Session, citizen_ids: Sequence[str], *, now: str) -> None:
    """Record an act of consent for each of many people who are of age."""
    expires = citizenship.one_year_after(now)
    for start in range(0, len(citizen_ids), 10_000):
        part = citizen_ids[start : start + 10_000]
        query = select(CitizenRow.key).where(CitizenRow.citizen_id.in_(part), CitizenRow.is_of_age)
        rows = [{"citizen": key, "given_at": now, "expires_at": expires} for key in session.scalars(query)]
        if rows:
            session.execute(insert(ConsentRow), rows)


def withdraw_consent(session: Session, row: CitizenRow, *, now: str) -> Sequence[ConsentRow]:
    """End every act of consent that holds, and return them.

    Raises
    ------
    ConsentRefused
        If none does.
    """
    held = select(ConsentRow).where(
        ConsentRow.citizen == row.key, ConsentRow.withdrawn_at.is_(None), ConsentRow.expires_at > now
    )
    acts = session.scalars(held).all()
    if not acts:
        raise ConsentRefused(
            "Citizen {citizen} has given no consent that holds; there is nothing to withdraw.",
            citizen=row.citizen_id,
        )
    for act in acts:
        act.withdrawn_at = now
    return acts


def move(session: Session, row: CitizenRow, layer: LayerRow, unit_id: str) -> None:
    """Give a person another home."""
    home = home_in(session, layer, unit_id)
    if (row.layer, row.home, row.home_is_parent) != (layer.digest, home.home, home.is_parent):
        _check_census(session, layer, Counter([home]))
    row.layer, row.home, row.home_is_parent, row.mapped_share = layer.digest, home.home, home.is_parent, None


def erase(session: Session, row: CitizenRow, *, now: str) -> None:
    """Forget where a person lives, who they are like and what they told the clerk; the bare id stays for past draws."""
    if any(act.holds(now) for act in consents(session, row)):
        withdraw_consent(session, row, now=now)
    pseudonyms = select(SeatRow.pseudonym).where(SeatRow.citizen == row.key)
    session.execute(delete(ExcuseRequestRow).where(ExcuseRequestRow.pseudonym.in_(pseudonyms)))
    session.execute(delete(LinkedSeatRow).where(LinkedSeatRow.pseudonym.in_(pseudonyms)))
    notices.forget_person(session, row)
    session.execute(delete(LinkedCitizenRow).where(LinkedCitizenRow.citizen == row.key))
    session.execute(delete(ConcernSupportRow).where(ConcernSupportRow.citizen == row.key))
    session.execute(delete(PetitionAuthorRow).where(PetitionAuthorRow.citizen == row.key))
    session.execute(update(ConcernRow).where(ConcernRow.raised_by == row.key).values(raised_by=None))
    row.home, row.stratum, row.mapped_share, row.erased_at = None, "{}", None, now


def carry_homes(session: Session, old: LayerRow, new: LayerRow) -> pd.DataFrame:
    """Carry all homes from one vintage of a layer to another, each to the unit that holds most of its ground.

    Returns
    -------
    DataFrame
        One row per former home, indexed by it: ``target_unit``, ``share``, ``citizens``; a home that meets no unit of
        the new vintage has no target and stays where it was.
    """
    link(session, old, new)
    targets = main_target(shares(session, old.digest, new.digest))
    parents = set(session.scalars(select(UnitRow.parent).where(UnitRow.layer == new.digest).distinct()))
    at_home = (CitizenRow.layer == old.digest) & CitizenRow.home.is_not(None)
    key = (CitizenRow.home, CitizenRow.home_is_parent)
    rows = []
    for home, is_parent, people in session.execute(select(*key, func.count()).where(at_home).group_by(*key)).all():
        place, share = None, 0.0
        if is_parent and home in parents:
            place, share = Home(home=str(home), is_parent=True), 1.0
        elif not is_parent and home in targets:
            target, share = targets[str(home)]
            place = home_in(session, new, target)
        rows.append((home, place.home if place else None, share, people))
        if place is not None:
            session.execute(
                update(CitizenRow)
                .where(at_home, CitizenRow.home == home, CitizenRow.home_is_parent == is_parent)
                .values(layer=new.digest, home=place.home, home_is_parent=place.is_parent, mapped_share=share)
            )
    table = pd.DataFrame(rows, columns=["home", "target_unit", "share", "citizens"])
    return table.set_index("home").sort_index()


def for_review(session: Session, least_share: float) -> list[CitizenRow]:
    """People whose home was carried to a unit that holds less than a share of the former one."""
    query = select(CitizenRow).where(CitizenRow.mapped_share < least_share, CitizenRow.erased_at.is_(None))
    return list(session.scalars(query.order_by(CitizenRow.key)))


def home_of(layer: LayerRow, unit_id: str, population: float | None, parent: str | None) -> Home:
    """Return the home for a unit with that many people and that parent; see ``home_in``."""
    if population is not None and population >= LEAST_HOME:
        return Home(home=unit_id, is_parent=False)
    if parent is None:
        raise HomeError(
            "Unit {unit} of {layer} has an unknown number of people and no enclosing unit; a home needs {least}. Open "
            "the layer with --parent-column."
            if population is None
            else "Unit {unit} of {layer} has {people:people} people and no enclosing unit; a home needs {least}. Open "
            "the layer with --parent-column.",
            unit=unit_id,
            layer=layer.name,
            people=population,
            least=LEAST_HOME,
        )
    return Home(home=parent, is_parent=True)
