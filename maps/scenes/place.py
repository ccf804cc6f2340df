"""Where a unit lies among the polities around it: a small picture for a citizen's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.caching import SingleFlightCache
from geopolity.layers.layer import Layer
from maps.scenes.display import DisplayLayer, display_layer, united
from maps.scenes.overview import Region, hues
from maps.scenes.palette import INK, LAND
from maps.scenes.polity import Outline, Subject, ground_scene, what_must_show
from maps.scenes.svg import svg

_RING = 0.018
"""Radius of the ring around the place, as a share of what is shown."""
_LEAST_DEGREES = 3.0
_kept: SingleFlightCache[str, DisplayLayer] = SingleFlightCache(1)


def place_map(layer: Layer, here: NDArray[np.int64], around: Sequence[Region], *, title: str, width: float) -> str:
    """SVG of the units at positions ``here`` with a ring around them, and of the polities that are not the whole layer.

    At most six polities are outlined, in the colours of ``hues``.
    """
    drawn, base = display_layer(layer), _base(layer)
    units = drawn.units[here]
    colours = hues(around)
    outlines = tuple(
        Outline(kind="overlap", geometry=united(drawn.units[one.inside]), colour=colour, words=one.words)
        for one, colour in zip(around, colours, strict=True)
        if colour
    )
    shown = np.concatenate([units, np.array([outline.geometry for outline in outlines], dtype=object)])
    west, south, east, north = shapely.total_bounds(shown)
    reach = max(east - west, north - south, _LEAST_DEGREES)
    place = Outline(kind="polity", geometry=_ring(units, _RING * reach), colour=INK)
    room = shapely.buffer(shapely.union_all(units).centroid, reach * 0.3 if not outlines else _RING * reach)
    must, weight = what_must_show(np.append(shown, room), np.ones(len(shown) + 1), None)
    subject = Subject(
        drawn=base, fills=np.full(len(base.units), LAND), outlines=(*outlines, place), shown=must, weight=weight
    )
    names = "; ".join(outline.words for outline in outlines)
    scene = ground_scene(subject, title=title, description=names or title, width=width, heights=(0.6, 1.1))
    return svg(scene, name="place")


def _ring(units: NDArray[np.object_], radius: float) -> shapely.Geometry:
    """Circle on the map, in degrees, around the middle of the units; they themselves if they are larger."""
    whole = shapely.union_all(units)
    middle = whole.centroid
    stretch = 1 / max(np.cos(np.radians(middle.y)), 0.2)
    turn = np.linspace(0, 2 * np.pi, 33)[:-1]
    ring = np.column_stack([middle.x + radius * stretch * np.cos(turn), middle.y + radius * np.sin(turn)])
    circle = shapely.Polygon(ring)
    return whole if shapely.contains(whole, circle) else circle


def _base(layer: Layer) -> DisplayLayer:
    """Ground without the hairlines of its units, where the layer names the enclosing ones."""
    drawn = display_layer(layer)
    if "parent" not in layer.units.columns:
        return drawn
    return _kept.get(layer.digest, lambda: replace(drawn, units=_parents(layer, drawn)))


def _parents(layer: Layer, drawn: DisplayLayer) -> NDArray[np.object_]:
    codes, names = layer.units["parent"].astype("string").fillna("").factorize()
    return np.array([united(drawn.units[codes == code]) for code in range(len(names))], dtype=object)
