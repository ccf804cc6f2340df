"""A version in the store as the studio compares it with drafts: its units, and the same figures that a draft has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maps.locale.texts import texts
from maps.reports.closeness import closeness
from services.derivation.extent import Extent, extent_of
from services.derivation.terrain_cache import terrain_of
from services.polities.published import published
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import LayerRow
from services.views.base_map import ground, mask


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigures:
    """What the table of differences has of each result: people, km², the share of the affected that is covered."""

    units: int
    area_km2: float
    population: float
    affected_inside: float
    coverage: float
    extent: Extent


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedVersion:
    """A version of a polity: its layer, its units, its figures, and how close it is to the smallest."""

    title: str
    version: int
    layer: str
    units: list[str]
    figures: ComparedFigures
    closeness: str


def compared_version(polity_id: str, version: int, store: Store, language: str) -> ComparedVersion:
    """Return a version with its figures.

    Raises
    ------
    UnknownPolityError
        If there is no such version.
    """
    t = texts(language)
    with store.reading() as session:
        row = versions.find(session, polity_id, version)
        layer = ground(session, session.get_one(LayerRow, row.layer), store.home)
        affected, found = versions.members(session, row), published(session, row)
        counted = affected.reindex(layer.units.index).fillna(0.0)
        contiguity = terrain_of(layer, store.home).contiguity
        return ComparedVersion(
            title=row.title,
            version=row.version,
            layer=str(layer.name),
            units=[str(unit) for unit in affected.index],
            figures=ComparedFigures(
                units=row.units,
                area_km2=row.area_km2,
                population=row.population,
                affected_inside=row.affected * row.coverage,
                coverage=row.coverage,
                extent=extent_of(layer, contiguity, mask(layer, affected.index).astype(np.bool_), counted),
            ),
            closeness=closeness(row.gap, t.term("smaller", "area" if found is None else found.minimised), t),
        )
