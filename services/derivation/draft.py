"""Derive at once, with little effort, and keep nothing: the region, its figures, and its curve, as JSON records."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from services.derivation.curve import LEVELS, Level, curve_of
from services.derivation.derive import Derived, derive
from services.derivation.packed import PackedUnits, packed
from services.derivation.requests.request import request_of_spec
from services.derivation.requests.spec import DerivationSpec
from services.derivation.summary import Summary, warnings_of
from services.derivation.terrain_cache import warm_display
from services.records import Json, as_json
from services.storage.store import Store


def tried(spec: DerivationSpec, store: Store, *, drawing: bool = False) -> Derived:
    """A draft, its layer made ready to be drawn where asked."""
    made = derive(replace(request_of_spec(spec, store), effort="interactive"), store.home)
    if drawing:
        warm_display(made.derivation.layer, store.home)
    return made


def checked(spec: DerivationSpec, store: Store) -> None:
    """Open what is asked for, so that what is wrong is said now and not when its turn comes."""
    request_of_spec(spec, store)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLayer:
    """Name and digest of a layer: what the bits of a region are about."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFigures:
    """Figures of a draft, with the range of the affected and the seconds that it took."""

    summary: Summary
    affected_low: float
    affected_high: float
    seconds: float

    def as_json(self) -> Json:
        """All figures in one object."""
        more = {"affected_low": self.affected_low, "affected_high": self.affected_high, "seconds": self.seconds}
        return self.summary.as_json() | more


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedUnits:
    """Places of the units that are touched in the layer's id order, and the people affected in each."""

    units: list[int]
    people: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Region as bits in the layer's id order, affected people of the units that are touched, and the figures."""

    layer: DraftLayer
    figures: DraftFigures
    region: PackedUnits
    affected: TouchedUnits
    notes: list[str]

    def as_json(self) -> Json:
        """As the interface answers."""
        return {field.name: as_json(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCurve:
    """What each share of coverage costs, and which are out of reach."""

    levels: list[Level]
    out_of_reach: list[str]


def draft_record(spec: DerivationSpec, store: Store) -> Draft:
    """Derive with little effort; nothing is kept."""
    made = tried(spec, store)
    derivation, people = made.derivation, made.derivation.affected
    affected = derivation.units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    touched = np.flatnonzero(affected > 0)
    return Draft(
        layer=DraftLayer(name=str(derivation.layer.name), digest=derivation.layer.digest),
        figures=DraftFigures(
            summary=made.summary, affected_low=people.low, affected_high=people.high, seconds=round(made.seconds, 3)
        ),
        region=packed(derivation.units["inside"].to_numpy()),
        affected=TouchedUnits(units=touched.tolist(), people=np.round(affected[touched], 1).tolist()),
        notes=[str(note) for note in (*warnings_of(derivation), *(flag.sentence for flag in people.flags))],
    )


def curve_record(spec: DerivationSpec, store: Store) -> DraftCurve:
    """Derive with little effort, and price each share of coverage."""
    made = tried(spec, store)
    if made.derivation.issue.affects_everyone:
        return DraftCurve(levels=[], out_of_reach=[])
    found = curve_of(made.derivation, LEVELS)
    return DraftCurve(levels=found.levels, out_of_reach=[str(level) for level in found.out_of_reach])
