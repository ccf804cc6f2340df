"""A static picture as values: panels of shapes and texts in points on paper, drawn later as SVG or PNG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.scenes.longitudes import Geometries

Rings = list[NDArray[np.float64]]
Hatch = Literal["", "footprint", "missing", "left", "bridge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Rings or lines sharing one style; overlapping rings cut holes (even–odd)."""

    rings: Rings
    closed: bool = True
    fill: str = "none"
    fill_opacity: float = 1.0
    hatch: Hatch = ""
    stroke: str = "none"
    width: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words at a point; ``halo`` puts a light casing behind them."""

    x: float
    y: float
    words: str
    size: float = 7.0
    anchor: Literal["start", "middle", "end"] = "start"
    colour: str = "#1b1f24"
    bold: bool = False
    halo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A rectangle that clips what is drawn in it; coordinates are the picture's."""

    x: float
    y: float
    width: float
    height: float
    background: str
    shapes: tuple[Shape, ...]
    texts: tuple[Text, ...] = ()
    framed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A whole picture, with the title and description that stand in for it."""

    width: float
    height: float
    title: str
    description: str
    panels: tuple[Panel, ...]


def rings_of(geometries: Geometries) -> Rings:
    """Rings of polygons, or the vertices of lines, one array each."""
    parts = shapely.get_parts(shapely.get_parts(geometries))
    kinds = shapely.get_type_id(parts)
    lines = np.concatenate([shapely.get_rings(parts[kinds == 3]), parts[(kinds == 1) | (kinds == 2)]])
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    starts = np.searchsorted(owner, np.arange(1, len(lines)))
    return np.split(coordinates, starts) if len(lines) else []
