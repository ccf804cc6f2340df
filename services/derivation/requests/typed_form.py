"""A request as it is typed into a form: shapes as lines of corners or places, units, numbers, conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boundaries.gazetteer.search import the_place
from boundaries.gazetteer.us_postcodes import is_postcode, postcode
from services.derivation.open_layers import warm_layer
from services.derivation.requests.spec import DerivationSpec, SpecError, read_spec
from services.derivation.requests.typed_conditions import TypedConditions, number_in, typed_conditions
from services.records import Json, of_row

LEAST_DAYS, MOST_DAYS = 14, 365
FEWEST = 3
"""Corners of an area."""


def from_form(form: Mapping[str, Any], home: Path) -> DerivationSpec:
    """Read what is asked for from the fields of the form.

    Raises
    ------
    SpecError
        If a field says nothing that can be understood; where it is one, its fact ``field`` says which.
    """
    said = conditions_from(form, home).asked | {
        "footprint": _footprint(form),
        "layer": form["layer"],
        "coverage": f"{_number(form, 'coverage') / 100:.4f}".rstrip("0"),
        "smallest": form["smallest"],
        "connector_km": _number(form, "connector_km") if form.get("connector_km") else None,
        "fill_holes": bool(form.get("fill_holes")),
        "question": form["question"],
    }
    return read_spec(said | ({"title": form["title"]} if form["title"] else {}))


def conditions_from(form: Mapping[str, Any], home: Path) -> TypedConditions:
    """Read what a polity has to keep to from the fields of the form."""
    return typed_conditions(form, lambda: warm_layer(str(form["layer"]), home))


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
    if kind == "upload" and (form.get("weight_column") or str(form.get("upload_kind", "")).startswith("file")):
        return _file(form)
    shapes = read_shapes(str(form["shapes"]))
    if not shapes:
        raise SpecError("Nothing is drawn yet; give corners as latitude, longitude, one a line.", field="shapes")
    intensity = _number(form, "intensity") if form.get("intensity") else 1.0
    if (form.get("upload_kind", "area") if kind == "upload" else kind) == "area":
        few = [shape for shape in shapes if len(shape) < FEWEST]
        if few:
            raise SpecError(
                "An area of {number:count} corners has no inside; give at least {least}.",
                number=len(few[0]),
                least=FEWEST,
                field="shapes",
            )
        return {"kind": "area", "polygons": [[shape] for shape in shapes], "intensity": intensity}
    reach = {"distance_km": _number(form, "distance_km"), "decay": form["decay"], "intensity": intensity}
    if "corridor" in {kind, form.get("upload_kind") if kind == "upload" else None}:
        return {"kind": "corridor", "lines": shapes} | reach
    return {"kind": "radius", "points": [point for shape in shapes for point in shape]} | reach


def _file(form: Mapping[str, Any]) -> Json:
    """A file as it is: its cells, or a column of it, say how hard the issue bites."""
    named = {"weight_column": "weight_column", "crs": "upload_crs", "layer_name": "upload_layer"}
    said = {key: str(form[name]) for key, name in (named | {"encoding": "upload_encoding"}).items() if form.get(name)}
    ends = [_number(form, name) if form.get(name) else None for name in ("value_low", "value_high")]
    low, high = (end if end is not None else usual for end, usual in zip(ends, (0.0, 1.0), strict=True))
    if ends != [None, None]:
        if low >= high:
            raise SpecError(
                "The value that means nobody, {low:number}, is not below the one that means everybody, {high:number}.",
                low=low,
                high=high,
                field="value_high",
            )
        said["levels"] = [[low, 0.0], [high, 1.0]]  # type: ignore[assignment]
    if form.get("upload_kind") == "file-around":
        said |= {"distance_km": _number(form, "distance_km"), "decay": str(form["decay"])}  # type: ignore[dict-item]
    if form.get("band"):
        said["band"] = round(_number(form, "band"))  # type: ignore[assignment]
    return {"kind": "upload", "upload": str(form.get("upload", ""))} | said


def _units(form: Mapping[str, Any]) -> Json:
    match form["units_how"]:
        case "everyone":
            return {"kind": "everyone"}
        case "attribute":
            return {"kind": "attribute", "count": str(form["column"])}
    ids = [unit for unit in re.split(r"[,;\s]+", str(form["units"])) if unit]
    return {"kind": "units", "units": ids}


def _number(form: Mapping[str, Any], name: str) -> float:
    return number_in(str(form[name]).strip(), name)
