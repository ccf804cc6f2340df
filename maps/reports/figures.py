"""Static figures as SVG: the map of a polity, the coverage–size curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from maps.locale.texts import Texts, texts
from maps.reports.findings import findings
from maps.scenes.curve import PLAIN, Paper, curve_scene
from maps.scenes.polity import polity_scene
from maps.scenes.scene import Scene
from maps.scenes.svg import svg

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

EN = texts("en")
SIZES = {"area": "area_km2", "population": "population", "units": "units"}
"""Column of a curve's table by what was minimised."""


def polity(
    derivation: Derivation, t: Texts = EN, *, width: float = 360.0, heights: tuple[float, float] = (0.45, 1.25)
) -> str:
    """Map of a polity in an equal-area projection, with its text alternative.

    ``width`` in points; ``heights`` are the least and greatest height as multiples of it.
    """
    return svg(described_scene(derivation, t, width=width, heights=heights), name="polity-map")


def described_scene(derivation: Derivation, t: Texts = EN, *, width: float, heights: tuple[float, float]) -> Scene:
    """Scene of a polity, with its findings in words for who does not see it."""
    said = findings(derivation, t)
    return polity_scene(derivation, title=said.title, description=said.headline, width=width, heights=heights)


def curve(table: pd.DataFrame, *, chosen: float = 0.9, smallest: str = "area", paper: Paper = PLAIN) -> str:
    """Curve of size against coverage.

    ``table`` has the column ``coverage_target`` (0..1) and the size that was minimised: ``area_km2``,
    ``population`` or ``units``; ``knee`` (bool), where it is there, marks points with a ring.
    """
    points = pd.DataFrame({"coverage": table["coverage_target"], "size": table[SIZES[smallest]]}).astype(float)
    points = points.assign(knee=table["knee"].astype(bool) if "knee" in table else False)
    scene = curve_scene(points, unit=paper.t.term("cost", smallest), chosen=chosen, paper=paper)
    return svg(scene, name="coverage-curve")
