"""What the live map is fed with: the ground of a layer once and for ever, and what changes on it as short JSON."""

from __future__ import annotations

import json

import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.layers.layer import Layer
from maps.scenes.display import display_layer, united
from maps.webmaps.geojson import geojson, geojson_each

_LABELS = 80
_MANY, _COARSER = 8_000, 4.0
_FAR = 0.008
"""Share of the people who may live beyond each edge of the first view."""


def units_json(layer: Layer) -> str:
    """GeoJSON of a layer's drawn units; a feature's id is its place in the layer, its name and people are with it."""
    drawn = display_layer(layer)
    names = layer.units["name"].astype(str).tolist()
    people = layer.units["population"].tolist()
    shapes = geojson_each(_light(drawn.units, drawn.tolerance), drawn.digits)
    features = (
        f'{{"type":"Feature","id":{place},"properties":{{"u":{json.dumps(unit)},'
        f'"n":{json.dumps(name, ensure_ascii=False)},"p":{_number(count)}}},"geometry":{shape}}}'
        for place, (unit, name, count, shape) in enumerate(zip(layer.units.index, names, people, shapes, strict=True))
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def base_json(layer: Layer) -> str:
    """Land around a layer, outlines of its enclosing units, and their names with how large they are, in degrees."""
    drawn = display_layer(layer)
    around = ",".join(
        f'{{"type":"Feature","properties":{{}},"geometry":{shape}}}' for shape in geojson_each(drawn.around, 2)
    )
    labels = [[label.text, round(label.lon, 3), round(label.lat, 3), round(label.size, 2)] for label in drawn.labels]
    west, south, east, north = (round(edge, 3) for edge in _where_people_are(layer, drawn.units))
    return (
        f'{{"land":{{"type":"FeatureCollection","features":[{around}]}},"lines":{geojson(drawn.parents, drawn.digits)},'
        f'"labels":{json.dumps(labels[:_LABELS], ensure_ascii=False)},"extent":[{west},{south},{east},{north}]}}'
    )


def outline_json(layer: Layer, inside: NDArray[np.bool_]) -> str:
    """GeoJSON of the outline of some units, as they are drawn; ``null`` of none."""
    drawn = display_layer(layer)
    return geojson(united(drawn.units[inside]), drawn.digits) if inside.any() else "null"


def shape_json(layer: Layer, shape: shapely.Geometry | None) -> str:
    """GeoJSON of a footprint, no finer than the layer is drawn; ``null`` of none."""
    if shape is None or shapely.is_empty(shape):
        return "null"
    drawn = display_layer(layer)
    return geojson(drawn.window(shapely.simplify(shape, drawn.tolerance / 2)), drawn.digits)


def _light(units: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    """Units of a very large layer with less detail, borders still shared: a browser holds them all at once."""
    if len(units) <= _MANY:
        return units
    return np.asarray(shapely.coverage_simplify(units, tolerance * _COARSER), dtype=object)


def _where_people_are(layer: Layer, units: NDArray[np.object_]) -> tuple[float, float, float, float]:
    """Box around the units where all but a hundredth of the people live, the farthest left out on every side."""
    bounds = shapely.bounds(units)
    people = layer.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
    edges = []
    for column, share in ((0, _FAR), (1, _FAR), (2, 1 - _FAR), (3, 1 - _FAR)):
        order = np.argsort(bounds[:, column], kind="stable")
        before = np.cumsum(people[order])
        edges.append(float(bounds[order[np.searchsorted(before, share * before[-1])], column]) if before[-1] else 0.0)
    return edges[0], edges[1], edges[2], edges[3]


def _number(count: float) -> str:
    return "null" if np.isnan(count) else f"{count:.0f}"
