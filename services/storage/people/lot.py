"""Who is in the lot, from the store: of age, with active consent, not sitting, not cooling down, not deferred."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from geopolity.arrays import BoolArray
from geopolity.assembly.burden import Ledger, Service
from geopolity.assembly.eligibility import Circumstances
from geopolity.polity.membership import cell_name
from geopolity.sortition.pools import People, stratum_path
from services.clock import end_of
from services.storage.people.rolls import homes_in
from services.storage.polities.versions import valid_at
from services.storage.tables import CitizenRow, ConsentRow, CredentialRow, DeferralRow, LayerRow, PolityRow, SeatRow


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class InTheLot:
    """Everybody who can be drawn at a moment.

    Attributes
    ----------
    citizens
        Keys of the citizens, in order.
    people
        Their cells and strata.
    cells
        Id and polities of each membership cell, neighbours near each other.
    homes
        Cell of each home ``(layer digest, home, home_is_parent)``.
    """

    citizens: list[int]
    people: People
    cells: list[tuple[str, tuple[str, ...]]]
    homes: dict[tuple[str, str, bool], int]


NOT_SERVED = ("default", "given back")
"""Reasons for which a seat ended that are no service done: whoever defaults stays in the lot."""


def active_polities(session: Session, moment: str, named: Sequence[str] = ()) -> list[PolityRow]:
    """Versions of polities that are active at a moment, all or those named, by id."""
    query = select(PolityRow).where(valid_at(moment)).order_by(PolityRow.issue)
    return list(session.scalars(query.where(PolityRow.issue.in_(named)) if named else query))


def in_the_lot(  # noqa: PLR0913 - who may be drawn depends on all of these
    session: Session,
    polities: Sequence[PolityRow],
    moment: str,
    *,
    levels: Sequence[str],
    rehearsal: bool,
    seated_on: str = "",
) -> InTheLot:
    """Everybody in the lot for some polities, with membership cells made of just these.

    Parameters
    ----------
    levels
        Answers that strata are made of, coarsest first.
    rehearsal
        Fill all seats anew: who sits is drawn again, and synthetic people take part.
    seated_on
        Day of the seating: only consents that run beyond it count, so that nobody is drawn who lapses meanwhile.
    """
    table = _registered(session, moment, rehearsal=rehearsal)
    table = table[_circumstances(session, table, moment, rehearsal=rehearsal).in_the_lot]
    if seated_on:
        runs_on = select(ConsentRow.citizen).where(_holds(moment), ConsentRow.expires_at > end_of(seated_on))
        table = table[table["key"].isin(session.scalars(runs_on).all())]
    homes = table[["layer", "home", "home_is_parent"]].drop_duplicates()
    signatures = _signatures(session, polities, homes)
    lived = zip(table["layer"], table["home"], table["home_is_parent"], strict=True)
    table = table.assign(place=pd.Series([signatures[home] for home in lived], index=table.index, dtype=object))
    table = table[table["place"].map(len) > 0]
    cells = sorted({*table["place"]})
    place = {signature: number for number, signature in enumerate(cells)}
    texts = {text: stratum_path(json.loads(text), levels) for text in table["stratum"].unique()}
    strata = sorted(set(texts.values())) or [""]
    number = {path: position for position, path in enumerate(strata)}
    return InTheLot(
        citizens=table["key"].tolist(),
        people=People(
            cell=np.array([place[signature] for signature in table["place"]], np.int64),
            stratum=np.array([number[texts[text]] for text in table["stratum"]], np.int64),
            strata=strata,
        ),
        cells=[(cell_name(signature), signature) for signature in cells],
        homes={home: place[signature] for home, signature in signatures.items() if signature in place},
    )


def basis(session: Session, polities: Sequence[PolityRow], levels: Sequence[str]) -> str:
    """What a roll rests on: it changes when people, consents, seats or polities do."""
    counts = [
        session.execute(select(func.count(), func.max(table.key))).one()
        for table in (CitizenRow, ConsentRow, CredentialRow, SeatRow)
    ]
    gone = session.scalar(select(func.count()).where(CitizenRow.erased_at.is_not(None)))
    withdrawn = session.scalar(select(func.count()).where(ConsentRow.withdrawn_at.is_not(None)))
    ended = session.scalar(select(func.count()).where(SeatRow.ended_at.is_not(None)))
    versions = [f"{row.issue}:{row.version}" for row in polities]
    parts = [*(f"{count}/{last}" for count, last in counts), gone, withdrawn, ended, *versions, *levels]
    return " ".join(map(str, parts))


def ledgers(session: Session) -> dict[int, Ledger]:
    """Ledger of service of everybody who ever sat or deferred, by citizen key."""
    services: dict[int, list[Service]] = defaultdict(list)
    columns = (SeatRow.citizen, SeatRow.polity, SeatRow.starts, SeatRow.ended_at)
    for citizen, polity, starts, ended in session.execute(
        select(*columns).where(SeatRow.ended_at.is_not(None), SeatRow.reason.not_in(NOT_SERVED))
    ):
        start, end = date.fromisoformat(starts), date.fromisoformat(str(ended)[:10])
        services[citizen].append(Service(polity_id=polity, start=start, end=end))
    until = {row.citizen: date.fromisoformat(row.until) for row in session.scalars(select(DeferralRow))}
    return {
        citizen: Ledger(
            services=tuple(services.get(citizen, ())),
            deferred_until=until.get(citizen),
            deferrals=int(citizen in until),
        )
        for citizen in {*services, *until}
    }


def circumstances_of(session: Session, row: CitizenRow, moment: str) -> tuple[Circumstances[bool], Ledger]:
    """What decides whether one person is in the lot, and their ledger."""
    ledger = ledgers(session).get(row.key, Ledger())
    seat = select(SeatRow.key).where(SeatRow.citizen == row.key, SeatRow.ended_at.is_(None))
    person = Circumstances(
        consents=session.scalar(select(ConsentRow.key).where(_holds(moment), ConsentRow.citizen == row.key))
        is not None,
        of_age=row.is_of_age,
        is_seated=session.scalar(seat) is not None,
        is_free=ledger.is_free(date.fromisoformat(moment[:10])),
    )
    return person, ledger


def _registered(session: Session, moment: str, *, rehearsal: bool) -> pd.DataFrame:
    """People with a home at a moment; made-up ones only in a rehearsal."""
    columns = (
        *(CitizenRow.key, CitizenRow.layer, CitizenRow.home, CitizenRow.home_is_parent),
        *(CitizenRow.stratum, CitizenRow.is_of_age),
    )
    query = select(*columns).where(
        CitizenRow.erased_at.is_(None), CitizenRow.home.is_not(None), CitizenRow.registered_at <= moment
    )
    if not rehearsal:
        query = query.where(CitizenRow.is_synthetic.is_(False))
    rows = session.execute(query.order_by(CitizenRow.key)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=[column.key for column in columns])


def _circumstances(session: Session, table: pd.DataFrame, moment: str, *, rehearsal: bool) -> Circumstances[BoolArray]:
    """What decides who of a table is in the lot; a rehearsal fills all seats anew, so that nobody sits."""
    day = date.fromisoformat(moment[:10])
    busy = {citizen for citizen, ledger in ledgers(session).items() if not ledger.is_free(day)}
    sit = [] if rehearsal else session.scalars(select(SeatRow.citizen).where(SeatRow.ended_at.is_(None))).all()
    consent = session.scalars(select(ConsentRow.citizen).where(_holds(moment))).all()
    key = table["key"]
    return Circumstances(
        consents=key.isin(consent).to_numpy(dtype=np.bool_),
        of_age=table["is_of_age"].to_numpy(dtype=np.bool_),
        is_seated=key.isin(sit).to_numpy(dtype=np.bool_),
        is_free=~key.isin(busy).to_numpy(dtype=np.bool_),
    )


def _holds(moment: str) -> ColumnElement[bool]:
    """``Consent.holds`` in SQL."""
    is_withdrawn = ConsentRow.withdrawn_at.is_not(None) & (ConsentRow.withdrawn_at <= moment)
    return (ConsentRow.given_at <= moment) & (ConsentRow.expires_at > moment) & ~is_withdrawn


def _signatures(
    session: Session, polities: Sequence[PolityRow], homes: pd.DataFrame
) -> dict[tuple[str, str, bool], tuple[str, ...]]:
    """Polities of every home, sorted."""
    found: dict[tuple[str, str, bool], list[str]] = {
        (str(layer), str(home), bool(parent)): [] for layer, home, parent in homes.itertuples(index=False)
    }
    for digest in sorted({layer for layer, _, _ in found}):
        layer = session.get_one(LayerRow, digest)
        here = [home for home in found if home[0] == digest]
        for polity in polities:
            inside = homes_in(session, polity, layer)
            for home in here:
                if inside.hold(home[1], is_parent=home[2]):
                    found[home].append(polity.issue)
    return {home: tuple(sorted(names)) for home, names in found.items()}
