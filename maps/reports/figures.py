"""Static figures as SVG: the map of a polity, the coverage–size curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from maps.reports.findings import findings
from maps.scenes.curve import curve_scene
from maps.scenes.polity import polity_scene
from maps.scenes.scene import Scene
from maps.scenes.svg import svg

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

SIZES = {"area": ("area_km2", "km²"), "population": ("population", "people"), "units": ("units", "units")}
"""Column of a curve's table and unit on the axis, by what was minimised."""


def polity(derivation: Derivation, *, width: float = 360.0, heights: tuple[float, float] = (0.45, 1.25)) -> str:
    """Map of a polity in an equal-area projection, with its text alternative.

    ``width`` in points; ``heights`` are the least and greatest height as multiples of it.
    """
    return svg(described_scene(derivation, width=width, heights=heights), name="polity-map")


def described_scene(derivation: Derivation, *, width: float, heights: tuple[float, float]) -> Scene:
    """Scene of a polity, with its findings in words for who does not see it."""
    said = findings(derivation)
    return polity_scene(derivation, title=said.title, description=said.headline, width=width, heights=heights)


def curve(
    table: pd.DataFrame,
    *,
    title: str = "",
    chosen: float = 0.9,
    smallest: str = "area",
    size_points: tuple[float, float] = (360.0, 110.0),
) -> str:
    """Curve of size against coverage.

    ``table`` has the column ``coverage_target`` (0..1) and the size that was minimised: ``area_km2``,
    ``population`` or ``units``; ``knee`` (bool), where it is there, marks points with a ring.
    """
    column, unit = SIZES[smallest]
    points = pd.DataFrame({"coverage": table["coverage_target"], "size": table[column]}).astype(float)
    points = points.assign(knee=table["knee"].astype(bool) if "knee" in table else False)
    scene = curve_scene(points, unit=unit, chosen=chosen, title=title, size_points=size_points)
    return svg(scene, name="coverage-curve")
