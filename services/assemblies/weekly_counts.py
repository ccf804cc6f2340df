"""How many people are registered in each region, told once a week: a surge somewhere is seen before any draw.

Regions have ten thousand people at least, and a change of fewer than five is not told: units by the day would tell who
registered.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.publiclog.disclosure import changes_told, regions_of
from services.storage.layers.census import UnknownLayerError, find_layer, unit_table
from services.storage.publiclog import append, beginning_with
from services.storage.store import Store
from services.storage.tables import CitizenRow

KIND = "people counted"
AT_ONCE = 1_000
"""Regions in a line of the log."""


def tell_counts(store: Store, moment: str) -> int:
    """Tell the counts of a week, once; returns of how many regions."""
    week = "{}-W{:02d}".format(*date.fromisoformat(moment[:10]).isocalendar()[:2])
    with store.writing() as session:
        said = beginning_with(session, '{"facts":{"counts":', KIND)
        if any(facts["week"] >= week for facts in said):
            return 0
        try:
            layer = find_layer(session)
        except UnknownLayerError:
            return 0
        told: dict[str, int] = {}
        for facts in said:
            told |= facts["counts"] if facts["layer"] == layer.digest else {}
        new = list(changes_told(_counts(session, layer.digest), told).items())
        for start in range(0, max(1, len(new)), AT_ONCE):
            part = dict(new[start : start + AT_ONCE])
            append(session, KIND, {"counts": part, "layer": layer.digest, "week": week})
        return len(new)


def _counts(session: Session, layer: str) -> Counter[str]:
    """How many are registered in each region of a layer."""
    table = unit_table(session, layer)
    rows = zip(table.index, table["population"], table["parent"], strict=True)
    regions = regions_of({unit: (people, parent) for unit, people, parent in rows})
    home = (CitizenRow.home, CitizenRow.home_is_parent)
    query = select(*home, func.count()).where(CitizenRow.layer == layer, CitizenRow.erased_at.is_(None)).group_by(*home)
    found: Counter[str] = Counter(dict.fromkeys(regions.values(), 0))
    for place, is_parent, people in session.execute(query):
        found[regions.get(f"parent {place}" if is_parent else str(place), "")] += people
    return found
