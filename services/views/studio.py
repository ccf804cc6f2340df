"""The studio's page: layers to choose from, a draft read from its form, and a result as picture and table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boundaries.gazetteer.search import the_place
from boundaries.gazetteer.us_postcodes import is_postcode, postcode
from geopolity.layers.layer import Layer
from maps.locale.texts import Said
from maps.pages.studio import StudioLayer, StudioResult, StudioView
from maps.reports.figures import described_scene
from maps.scenes.svg import svg
from services.derivation.derive import Derived
from services.derivation.draft import tried
from services.derivation.layers import ready_names
from services.derivation.open_layers import warm_layer
from services.derivation.requests.spec import DerivationSpec, SpecError, read_spec
from services.records import Json, as_json, of_row
from services.storage.polities import versions
from services.storage.store import Store
from services.views.live_panel import figures

SHOWN_UNITS = 15
NO_PEOPLE = frozenset({"name", "population", "geometry", "parent", "parent_name", "state_name"})
LEAST_DAYS, MOST_DAYS = 14, 365
FEWEST = 3
"""Corners of an area."""


def studio_view(
    home: Path, *, form: Mapping[str, Any] | None = None, result: StudioResult | None = None, error: Said | None = None
) -> StudioView:
    """Return what the page is made of."""
    layers = tuple(_layer(name, home) for name in ready_names(home))
    return StudioView(layers=layers, form=form or {}, error=error, result=result)


def draft_result(spec: DerivationSpec, store: Store) -> StudioResult:
    """Derive what is asked for with little effort: its figures, picture and table."""
    return _result(tried(spec, store, drawing=True))


def from_form(form: Mapping[str, Any]) -> DerivationSpec:
    """Read what is asked for from the fields of the form.

    Raises
    ------
    SpecError
        If a field says nothing that can be understood.
    """
    said = {
        "footprint": _footprint(form),
        "layer": form["layer"],
        "coverage": f"{_number(form, 'coverage') / 100:.4f}".rstrip("0"),
        "smallest": form["smallest"],
        "connector_km": _number(form, "connector_km") if form.get("connector_km") else None,
        "fill_holes": bool(form.get("fill_holes")),
        "question": form["question"],
    }
    return read_spec(said | ({"title": form["title"]} if form["title"] else {}))


def days_of(form: Mapping[str, Any]) -> int:
    """Read for how many days a proposal is to be open to objections.

    Raises
    ------
    SpecError
        If it is no whole number from 14 to 365.
    """
    text = str(form["days"]).strip()
    if not text.isdecimal() or not LEAST_DAYS <= int(text) <= MOST_DAYS:
        raise SpecError(
            "The days are {given:quoted}; give a number from {least} to {most}.",
            given=text[:20],
            least=LEAST_DAYS,
            most=MOST_DAYS,
        )
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFound:
    """A postcode or place as a person would write it, and its middle in degrees."""

    title: str
    lon: float
    lat: float


def named_place(name: str) -> PlaceFound:
    """Find the middle of a postcode or place."""
    spot = postcode(name) if is_postcode(name) else the_place(name)
    return of_row(PlaceFound, spot)


def version_units(polity_id: str, version: int, store: Store) -> list[str]:
    """List the units of a version, to compare with."""
    with store.reading() as session:
        return [str(unit) for unit in versions.members(session, versions.find(session, polity_id, version)).index]


def read_shapes(text: str) -> list[list[list[float]]]:
    """Read shapes from lines of ``latitude, longitude``; an empty line ends a shape, a name is its middle."""
    shapes: list[list[list[float]]] = [[]]
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        if not said:
            shapes.append([])
            continue
        parts = [part for part in re.split(r"[,;\s]+", said) if part]
        try:
            latitude, longitude = (float(part) for part in parts)
        except ValueError:
            spot = named_place(said)
            latitude, longitude = spot.lat, spot.lon
        shapes[-1].append([longitude, latitude])
    return [shape for shape in shapes if shape]


def _footprint(form: Mapping[str, Any]) -> Json:
    kind = form["kind"]
    if kind == "units":
        return _units(form)
    shapes = read_shapes(str(form["shapes"]))
    if not shapes:
        raise SpecError("Nothing is drawn yet; give corners as latitude, longitude, one a line.")
    intensity = _number(form, "intensity") if form.get("intensity") else 1.0
    if kind in {"area", "upload"}:
        few = [shape for shape in shapes if len(shape) < FEWEST]
        if few:
            raise SpecError(
                "An area of {number:count} corners has no inside; give at least {least}.",
                number=len(few[0]),
                least=FEWEST,
            )
        return {"kind": "area", "polygons": [[shape] for shape in shapes], "intensity": intensity}
    reach = {"distance_km": _number(form, "distance_km"), "decay": form["decay"], "intensity": intensity}
    if kind == "corridor":
        return {"kind": "corridor", "lines": shapes} | reach
    return {"kind": "radius", "points": [point for shape in shapes for point in shape]} | reach


def _units(form: Mapping[str, Any]) -> Json:
    match form["units_how"]:
        case "everyone":
            return {"kind": "everyone"}
        case "attribute":
            return {"kind": "attribute", "count": str(form["column"])}
    ids = [unit for unit in re.split(r"[,;\s]+", str(form["units"])) if unit]
    return {"kind": "units", "units": ids}


def _number(form: Mapping[str, Any], name: str) -> float:
    text = str(form[name]).strip().replace(",", ".")
    try:
        return float(text)
    except ValueError as error:
        raise SpecError(
            "{field:field} is {given:quoted}; give a number.",
            field=name.replace("_", " "),
            given=text[:20],
        ) from error


def _layer(name: str, home: Path) -> StudioLayer:
    opened = warm_layer(name, home)
    return StudioLayer(
        name=name, title=opened.title, vintage=opened.vintage, digest=opened.digest, columns=_columns(opened)
    )


def _columns(layer: Layer) -> tuple[str, ...]:
    """Columns that count people: numbers, whole or not, never above the residents by much."""
    people = layer.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    found = []
    for column in layer.units.columns:
        if column in NO_PEOPLE or not pd.api.types.is_numeric_dtype(layer.units[column]):
            continue
        counts = layer.units[column].fillna(0.0).to_numpy(dtype=np.float64)
        if counts.min(initial=0) >= 0 and (counts <= people * 1.001 + 1).mean() > 0.99 and counts.max(initial=0) > 1:
            found.append(str(column))
    return tuple(found)


def _result(derived: Derived) -> StudioResult:
    made = derived.derivation
    top = made.units.sort_values("affected", ascending=False, kind="stable").head(SHOWN_UNITS)
    return StudioResult(
        figures=as_json(figures(derived)),
        picture=svg(described_scene(made, width=640.0, heights=(0.5, 1.0)), name="result"),
        units=tuple(
            (str(row["name"]), float(row["affected"]), bool(row["inside"]))
            for row in top.to_dict("records")
            if row["affected"] > 0
        ),
        notes=tuple(flag.sentence for flag in made.affected.flags),
    )
