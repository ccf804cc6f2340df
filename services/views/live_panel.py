"""The studio's live panel: what a map and its figures need of a region that was just derived, as one JSON object."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import packed
from geopolity.caching import SingleFlightCache
from geopolity.polity.derivation import Derivation
from maps.locale.texts import texts
from maps.reports.closeness import how_close, how_small_plainly, is_proven
from maps.reports.counted import counted_figures
from maps.reports.method import kept_to
from maps.scenes.classes import quantiles
from maps.scenes.polity import footprint_extent
from maps.webmaps.live import outline_json, shape_json
from services.derivation.derive import Derived
from services.derivation.draft import tried
from services.derivation.extent import Extent, extent_of
from services.derivation.requests.spec import DerivationSpec
from services.derivation.terrain_cache import warm_display
from services.jobs.searches import searched
from services.records import as_json
from services.storage.store import Store

KEPT_FOOTPRINTS = 8
_footprints: SingleFlightCache[tuple[str, str], str] = SingleFlightCache(KEPT_FOOTPRINTS)


def draft_panel(spec: DerivationSpec, store: Store, language: str) -> str:
    """Derive what is asked for with little effort, for the live map."""
    return panel_json(tried(spec, store, drawing=True), language)


def searched_panel(job_id: str, of: str | None, store: Store, language: str) -> str:
    """What a search of a draft found, for the live map."""
    found = searched(job_id, store, of=of)
    warm_display(found.derivation.layer, store.home)
    return panel_json(found, language)


def panel_json(derived: Derived, language: str) -> str:
    """A derived draft for the live map: figures, units that matter, outline and footprint, as one JSON object."""
    made = derived.derivation
    units, layer = made.units, made.layer
    inside = units["inside"].to_numpy(dtype=np.bool_)
    affected = units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    classes = quantiles(units["affected"].where(units["population"].notna()).to_numpy(dtype=np.float64))
    touched = np.flatnonzero((affected > 0) | inside)
    t = texts(language)
    shown = as_json(replace(figures(derived), layer_notes=[t.say(note) for note in made.layer.notes]))
    said = {
        "figures": shown,
        "lines": as_json(counted_figures(shown, made, t)),
        "classes": {"breaks": list(classes.breaks), "lowest": classes.lowest, "colours": list(classes.colours)},
        "units": touched.tolist(),
        "class_of": classes.members[touched].tolist(),
        "affected": np.round(affected[touched], 1).tolist(),
        "low": np.round(units["affected_low"].fillna(0.0).to_numpy(dtype=float)[touched], 1).tolist(),
        "high": np.round(units["affected_high"].fillna(0.0).to_numpy(dtype=float)[touched], 1).tolist(),
        "area_km2": np.round(made.terrain.areas_m2[touched] / 1e6, 1).tolist(),
        "inside": base64.b64encode(packed(inside[touched])).decode(),
        "proof": how_small_plainly(made, t),
        "closeness": how_close(made, t),
        "conditions": list(kept_to(made, t)),
        "notes": [t.say(flag.sentence) for flag in made.affected.flags],
    }
    text = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    drawn = f'"outline":{outline_json(layer, inside)},"footprint":{_footprint_json(made)}'
    return f"{text[:-1]},{drawn}}}"


def _footprint_json(made: Derivation) -> str:
    """Footprint as it is drawn; the latest few are kept, since a slider asks for the same again and again."""
    key = (made.issue.footprint.digest, made.layer.digest)
    return _footprints.get(key, lambda: shape_json(made.layer, footprint_extent(made)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFigures:
    """Figures of the live panel: people, shares 0..1, km², seconds."""

    affected: float
    affected_low: float
    affected_high: float
    coverage: float
    affected_inside: float
    population: float
    precision: float
    area_km2: float
    units: int
    gap: float
    is_proven: bool
    extent: Extent
    seconds: float
    digest: str
    crs: str
    layer_notes: list[str]


def figures(derived: Derived) -> PanelFigures:
    """Figures of a draft, the notes of its layer in English."""
    made = derived.derivation
    certificate, people = made.certificate, made.affected
    return PanelFigures(
        affected=round(made.affected_total, 1),
        affected_low=round(people.low, 1),
        affected_high=round(people.high, 1),
        coverage=certificate.coverage,
        affected_inside=round(made.affected_inside, 1),
        population=round(made.population, 1),
        precision=made.affected_inside / made.population if made.population else 0.0,
        area_km2=made.area_km2,
        units=int(made.units["inside"].sum()),
        gap=certificate.gap,
        is_proven=is_proven(made),
        extent=extent_of(
            made.layer, made.terrain.contiguity, made.units["inside"].to_numpy(dtype=np.bool_), made.units["affected"]
        ),
        seconds=round(derived.seconds, 3),
        digest=certificate.digest,
        crs=str(made.layer.units.crs.to_string()),
        layer_notes=[str(note) for note in made.layer.notes],
    )
