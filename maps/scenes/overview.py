"""Several polities of one layer on one picture: how many a place belongs to, and the outline of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geopolity.errors import RequestError
from maps.locale.texts import texts
from maps.scenes.display import display_layer, united
from maps.scenes.palette import LAND, OKABE_ITO
from maps.scenes.polity import Outline, Subject, ground_scene, what_must_show
from maps.scenes.svg import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopolity.layers.layer import Layer
    from geopolity.polity.derivation import Derivation
    from maps.scenes.scene import Scene

EN = texts("en")
COUNTS = (LAND, "#dcdad3", "#c3c0b7", "#a5a298", "#86837a", "#67645d")
"""Fill by number of polities, an ordinal ramp in grey that leaves the hues to the outlines; the last for more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """A polity on a layer: its name, and which units it holds, in the layer's order."""

    words: str
    inside: NDArray[np.bool_]


class LayersDifferError(RequestError):
    """Pictures of several derivations need them to be on one layer."""

    code = "layers-differ"


def overview(derivations: Sequence[Derivation], *, width: float = 720.0) -> str:
    """SVG of the polities together; at most six are outlined and named, all are counted.

    Raises
    ------
    LayersDifferError
        If the derivations do not all stand on the same layer.
    """
    return svg(overview_scene(derivations, width=width), name="overview")


def overview_scene(derivations: Sequence[Derivation], *, width: float = 720.0) -> Scene:
    """Scene of the polities together, the units filled by how many hold them."""
    same_layer(derivations)
    regions = [
        Region(words=one.issue.title, inside=one.units["inside"].to_numpy(dtype=np.bool_)) for one in derivations
    ]
    counts = np.array([region.inside for region in regions]).sum(axis=0)
    number = EN.number_of(len(regions), "polity", "polities")
    title = f"{number} overlap: a place belongs to {_range(counts[counts > 0])} of them"
    return regions_scene(derivations[0].layer, regions, title=title, description=_sizes(derivations), width=width)


def regions_scene(layer: Layer, regions: Sequence[Region], *, title: str, description: str, width: float) -> Scene:
    """Scene of several regions of one layer, the units filled by how many hold them."""
    drawn = display_layer(layer)
    counts = np.array([region.inside for region in regions]).sum(axis=0)
    outlines = tuple(
        Outline(
            kind="overlap",
            geometry=united(drawn.units[region.inside]),
            colour=colour,
            words=region.words,
        )
        for region, colour in zip(regions, hues(regions), strict=True)
        if colour
    )
    people = layer.units["population"].to_numpy(dtype=np.float64)
    held = counts > 0
    shown, weight = what_must_show(drawn.units[held], people[held], None)
    subject = Subject(
        drawn=drawn,
        fills=np.array(COUNTS)[np.minimum(counts, len(COUNTS) - 1)],
        outlines=outlines,
        shown=shown,
        weight=weight,
    )
    return ground_scene(subject, title=title, description=description, width=width, heights=(0.5, 1.0))


def hues(regions: Sequence[Region]) -> list[str]:
    """Hue of each region's outline; empty for those that are the whole layer, or come after six others."""
    left = iter(OKABE_ITO)
    return ["" if region.inside.all() else next(left, "") for region in regions]


def same_layer(derivations: Sequence[Derivation]) -> None:
    """Refuse derivations on different layers."""
    digests = {derivation.layer.digest: derivation.layer.name for derivation in derivations}
    if len(digests) != 1:
        raise LayersDifferError(
            "A picture of several polities needs them on one layer, but these stand on {number:count} "
            "({layers:list}); draw them apart, or carry them to one base layer first.",
            number=len(digests),
            layers=sorted(digests.values()),
        )


def _range(counts: np.ndarray) -> str:
    low, high = int(counts.min()), int(counts.max())
    return str(low) if low == high else f"{low} to {high}"


def _sizes(derivations: Sequence[Derivation]) -> str:
    many = EN.units(derivations[0].layer.name, 2)
    return "; ".join(f"{one.issue.title}: {EN.whole(int(one.units['inside'].sum()))} {many}" for one in derivations)
