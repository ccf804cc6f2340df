"""The roll of a polity: who is at home in it, streamed, never materialised as people times polities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from geopolity.layers.crosswalk import main_target
from services.storage.layers.crosswalks import shares
from services.storage.polities.versions import members
from services.storage.tables import CitizenRow, ConsentRow, LayerRow, PolityRow, UnitRow

BATCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Homes of a layer that belong to one version of a polity.

    Attributes
    ----------
    units
        Unit ids inside; where the polity was derived on another layer, those that lie in it by their largest share.
    parents
        Enclosing units that stand for small ones: those with more than half of their people inside.
    """

    units: frozenset[str]
    parents: frozenset[str]

    def hold(self, home: str | None, *, is_parent: bool) -> bool:
        """Whether a home is inside."""
        return home in (self.parents if is_parent else self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollEntry:
    """A person on a roll."""

    citizen_id: str
    home: str
    is_citizen: bool
    stratum: str


def homes_in(session: Session, polity: PolityRow, layer: LayerRow) -> Homes:
    """Homes of a layer inside a polity."""
    inside = set(members(session, polity).index)
    if polity.layer != layer.digest:
        targets = main_target(shares(session, layer.digest, polity.layer))
        inside = {unit for unit, (target, _) in targets.items() if target in inside}
    columns = (UnitRow.unit_id, UnitRow.parent, UnitRow.population)
    rows = session.execute(select(*columns).where(UnitRow.layer == layer.digest)).all()
    people = pd.DataFrame([tuple(row) for row in rows], columns=["unit", "parent", "population"])
    people["held"] = people["population"].where(people["unit"].isin(inside), 0.0)
    totals = people.groupby("parent")[["population", "held"]].sum()
    most = totals.index[totals["held"] > totals["population"] / 2]
    return Homes(units=frozenset(inside), parents=frozenset(map(str, most)))


def roll(session: Session, polity: PolityRow, layer: LayerRow, moment: str) -> Iterator[RollEntry]:
    """Everybody at home in a polity at a moment, in order of registration, citizens and residents."""
    homes = homes_in(session, polity, layer)
    consents = exists().where(
        ConsentRow.citizen == CitizenRow.key,
        ConsentRow.given_at <= moment,
        ConsentRow.expires_at > moment,
        ConsentRow.withdrawn_at.is_(None) | (ConsentRow.withdrawn_at > moment),
    )
    columns = (CitizenRow.citizen_id, CitizenRow.home, CitizenRow.home_is_parent, CitizenRow.stratum, consents)
    here = select(*columns).where(CitizenRow.layer == layer.digest, CitizenRow.registered_at <= moment)
    here = here.where(CitizenRow.home.is_not(None)).order_by(CitizenRow.key)
    for citizen_id, home, is_parent, stratum, is_citizen in session.execute(here.execution_options(yield_per=BATCH)):
        if home is not None and homes.hold(home, is_parent=is_parent):
            yield RollEntry(citizen_id=citizen_id, home=home, is_citizen=bool(is_citizen), stratum=stratum)
