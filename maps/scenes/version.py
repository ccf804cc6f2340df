"""The picture of a published version: people affected in each unit, the footprint if it is known, the outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.layers.layer import Layer
from maps.scenes.classes import Classes, quantiles
from maps.scenes.display import display_layer, united
from maps.scenes.palette import LAND
from maps.scenes.polity import Outline, Subject, ground_scene, what_must_show
from maps.scenes.svg import svg


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Version:
    """What is drawn of a version, unit by unit in the layer's order.

    Attributes
    ----------
    affected
        People; NaN where no count is known.
    footprint
        In degrees; ``None`` where it has no place of its own, or is not known here.
    bridges
        Units inside only to connect; ``None`` where that is not known here.
    """

    affected: NDArray[np.float64]
    inside: NDArray[np.bool_]
    footprint: shapely.Geometry | None = None
    bridges: NDArray[np.bool_] | None = None

    @property
    def classes(self) -> Classes:
        """Classes of affected people."""
        return quantiles(self.affected)

    @property
    def fills(self) -> NDArray[np.str_]:
        """Fill of every unit."""
        classes = self.classes
        return np.array([*classes.colours, "missing", LAND])[classes.members]


def polity_picture(layer: Layer, version: Version, *, title: str, description: str, width: float = 640.0) -> str:
    """SVG of a version."""
    drawn = display_layer(layer)
    polity = Outline(kind="polity", geometry=united(drawn.units[version.inside]))
    footprint = None
    if version.footprint is not None:
        footprint = drawn.window(shapely.simplify(version.footprint, drawn.tolerance))
    bite = () if footprint is None else (Outline(kind="footprint", geometry=footprint),)
    people = layer.units["population"].to_numpy(dtype=np.float64)[version.inside]
    shown, weight = what_must_show(drawn.units[version.inside], people, footprint)
    between = (
        (Outline(kind="bridge", geometry=united(drawn.units[version.bridges])),)
        if version.bridges is not None and version.bridges.any()
        else ()
    )
    outlines = (*bite, polity, *between)
    subject = Subject(drawn=drawn, fills=version.fills, outlines=outlines, shown=shown, weight=weight)
    return svg(ground_scene(subject, title=title, description=description, width=width, heights=(0.5, 1.0)), name="map")
