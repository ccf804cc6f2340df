"""Try an issue out: from what an analyst drew or typed to a region with its figures, in a fraction of a second.

Nothing is kept until a draft is published: then it is derived once more with full effort, written as a folder, and
proposed to the public.
"""

from __future__ import annotations

import base64
import json
import re
import time
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import shapely

from boundaries.footprints import footprint_from_table
from geopolity.baselines import baselines
from geopolity.derivation import Derivation, derive_polity, terrain
from geopolity.errors import RequestError
from geopolity.identifiers import IssueName
from geopolity.issue import Issue
from geopolity.layer import Layer
from geopolity.region import Effort
from maps.classes import quantiles
from maps.live import outline_json, shape_json
from maps.polity_scene import footprint_extent
from services.derivation_folder import write_folder
from services.layer_cache import warm
from services.settings import Settings
from services.usecases.curve import LEVELS, curve_of
from services.usecases.derive import draw
from services.usecases.layers import Columns, layer_names, open_layer
from services.usecases.moments import now
from services.usecases.polities import propose_polity

SOURCE = Path("this drawing")
"""How a footprint that comes from no file is called in sentences."""
KEPT_LAYERS = 3
DAYS_OPEN = 30
KEPT_FOOTPRINTS = 8
_layers: dict[str, Layer] = {}
_footprints: dict[tuple[str, str], str] = {}
_lock = Lock()


class DraftError(RequestError):
    """A draft cannot be derived or published as it stands."""

    code = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue as an analyst works on it.

    Attributes
    ----------
    footprint
        Keys as in the ``[footprint]`` table of an issue; no files.
    coverage
        Share to cover, as decimal text.
    """

    footprint: dict[str, Any]
    layer: str = "us-counties"
    coverage: str = "0.9"
    smallest: str = "area"
    connector_km: float | None = None
    fill_holes: bool = False
    title: str = ""
    question: str = ""
    name: str = ""

    def issue(self) -> Issue:
        """Return the issue that the draft describes."""
        _no_files(self.footprint)
        try:
            coverage = Decimal(self.coverage)
        except InvalidOperation as error:
            raise DraftError(f"Coverage {self.coverage[:20]!r} is no number; give a share such as 0.9.") from error
        return Issue(
            name=IssueName(self.name or "draft"),
            title=self.title or "Draft",
            question=self.question,
            footprint=footprint_from_table(self.footprint, SOURCE),
            layer=self.layer,  # type: ignore[arg-type]
            coverage=coverage,
            smallest=self.smallest,  # type: ignore[arg-type]
            connector_km=self.connector_km,
            fill_holes=self.fill_holes,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """A draft that was derived."""

    draft: Draft
    derivation: Derivation
    seconds: float
    curve: list[dict[str, float]] = field(default_factory=list)


def draft_layer(name: str, settings: Settings) -> Layer:
    """Open a layer that is known by name, ready to be derived on and drawn; the latest few stay in memory.

    Raises
    ------
    DraftError
        If no layer has the name.
    """
    with _lock:
        if name not in _layers:
            if name not in layer_names(settings):
                raise DraftError(f"There is no layer {name[:60]!r}; there are {', '.join(layer_names(settings))}.")
            layer = open_layer([name], Columns(), settings)
            warm(layer, settings, drawing=True)
            _layers[name] = layer
            for oldest in list(_layers)[:-KEPT_LAYERS]:
                _layers.pop(oldest)
        return _layers[name]


def try_draft(draft: Draft, settings: Settings, *, effort: Effort = "interactive") -> Tried:
    """Derive a draft; nothing is written."""
    layer = draft_layer(draft.layer, settings)
    issue = draft.issue()
    start = time.perf_counter()
    derivation = derive_polity(issue, layer, effort=effort)
    return Tried(draft=draft, derivation=derivation, seconds=time.perf_counter() - start)


def draft_curve(draft: Draft, settings: Settings) -> list[dict[str, float]]:
    """Say what each share of coverage costs, ascending."""
    table = curve_of(try_draft(draft, settings).derivation, LEVELS).table
    return [
        {
            "target": float(row["coverage_target"]),
            "coverage": float(row["coverage"]),
            "units": int(row["units"]),
            "area_km2": float(row["area_km2"]),
            "population": float(row["population"]),
            "knee": bool(row["knee"]),
        }
        for row in table.to_dict("records")
    ]


def publish_draft(draft: Draft, settings: Settings, *, by: str, days: int = DAYS_OPEN) -> dict[str, Any]:
    """Derive a draft with full effort, write its folder, and propose it as the next version of its polity.

    Raises
    ------
    DraftError
        If it has no title, or a name that makes no address.
    """
    if not draft.title.strip():
        raise DraftError("The draft has no title; say in a few words what the issue is about.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", draft.name):
        raise DraftError(
            f"{draft.name[:60]!r} cannot be part of an address; use small letters, digits and single hyphens."
        )
    tried = try_draft(draft, settings, effort="standard")
    moment = re.sub(r"[^0-9]", "", now())
    folder = settings.out / "studio" / f"{draft.name}-{moment}-{tried.derivation.certificate.digest[:8]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    write_folder(folder, tried.derivation, draw(tried.derivation, baselines(tried.derivation)))
    return propose_polity(str(folder), settings, by=by, days=days)


def tried_json(tried: Tried) -> str:
    """Say a derived draft to the live map: figures, units that matter, outline and footprint, as one JSON object."""
    made = tried.derivation
    units, layer = made.units, made.layer
    inside = units["inside"].to_numpy(dtype=np.bool_)
    affected = units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    classes = quantiles(units["affected"].where(units["population"].notna()).to_numpy(dtype=np.float64))
    touched = np.flatnonzero((affected > 0) | inside)
    said = {
        "figures": figures(tried),
        "classes": {"breaks": list(classes.breaks), "lowest": classes.lowest, "colours": list(classes.colours)},
        "units": touched.tolist(),
        "class_of": classes.members[touched].tolist(),
        "affected": np.round(affected[touched], 1).tolist(),
        "low": np.round(units["affected_low"].fillna(0.0).to_numpy(dtype=float)[touched], 1).tolist(),
        "high": np.round(units["affected_high"].fillna(0.0).to_numpy(dtype=float)[touched], 1).tolist(),
        "area_km2": np.round(terrain(layer).areas_m2[touched] / 1e6, 1).tolist(),
        "inside": base64.b64encode(np.packbits(inside[touched]).tobytes()).decode(),
        "notes": [flag.sentence for flag in made.affected.flags],
    }
    text = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    drawn = f'"outline":{outline_json(layer, inside)},"footprint":{_footprint_json(made)}'
    return f"{text[:-1]},{drawn}}}"


def _footprint_json(made: Derivation) -> str:
    """Footprint as it is drawn; the latest few are kept, since a slider asks for the same again and again."""
    key = (made.issue.footprint.digest, made.layer.digest)
    drawn = _footprints.get(key)
    if drawn is None:
        drawn = _footprints[key] = shape_json(made.layer, footprint_extent(made))
        for oldest in list(_footprints)[:-KEPT_FOOTPRINTS]:
            _footprints.pop(oldest, None)
    return drawn


def figures(tried: Tried) -> dict[str, Any]:
    """Figures of the live panel: people, shares 0..1, km², seconds."""
    made = tried.derivation
    certificate, people = made.certificate, made.affected
    return {
        "affected": round(made.affected_total, 1),
        "affected_low": round(people.low, 1),
        "affected_high": round(people.high, 1),
        "coverage": certificate.coverage,
        "affected_inside": round(made.affected_inside, 1),
        "population": round(made.population, 1),
        "precision": made.affected_inside / made.population if made.population else 0.0,
        "area_km2": made.area_km2,
        "units": int(made.units["inside"].sum()),
        "gap": certificate.gap,
        "is_proven": certificate.optimal,
        "seconds": round(tried.seconds, 3),
        "digest": certificate.digest,
        "crs": str(made.layer.units.crs.to_string()),
        "layer_notes": list(made.layer.notes),
    }


def footprint_parts(shapes: list[shapely.Geometry]) -> dict[str, Any]:
    """Footprint table of shapes that were read from a file: areas, lines or points, whichever there are most of."""
    parts = shapely.get_parts(np.array(shapes, dtype=object))
    kinds = shapely.get_type_id(parts)
    areas, lines, points = (parts[np.isin(kinds, wanted)] for wanted in ([3], [1, 2], [0]))
    if len(areas):
        return {"kind": "area", "polygons": [_rings(polygon) for polygon in areas]}
    if len(lines):
        return {"kind": "corridor", "lines": [_pairs(line) for line in lines]}
    return {"kind": "radius", "points": [_pairs(point)[0] for point in points]}


def _rings(polygon: shapely.Polygon) -> list[list[list[float]]]:
    return [_pairs(ring) for ring in (polygon.exterior, *polygon.interiors)]


def _pairs(shape: shapely.Geometry) -> list[list[float]]:
    pairs: list[list[float]] = np.round(shapely.get_coordinates(shape), 6).tolist()
    return pairs


def _no_files(table: Any) -> None:
    """Refuse footprints that name files of this machine."""
    if not isinstance(table, dict):
        return
    if "file" in table or table.get("kind") == "raster":
        raise DraftError("A drawing names no files; upload the file, and its shapes become the drawing.")
    for part in table.get("parts") or ():
        _no_files(part)
