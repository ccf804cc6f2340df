"""Several polities of one layer on one picture: how many a place belongs to, and the outline of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geopolity.errors import RequestError
from geopolity.findings import is_root
from geopolity.prose import exact, plural, unit_words
from maps.display import display_layer
from maps.palette import LAND, OKABE_ITO
from maps.polity_scene import Outline, Subject, ground_scene, what_must_show
from maps.svg import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopolity.derivation import Derivation
    from maps.scene import Scene

_COUNTS = (LAND, "#dcdad3", "#c3c0b7", "#a5a298", "#86837a", "#67645d")
"""Fill by number of polities, an ordinal ramp in grey that leaves the hues to the outlines; the last for more."""


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
    layer = derivations[0].layer
    drawn = display_layer(layer)
    inside = np.array([derivation.units["inside"].to_numpy(dtype=np.bool_) for derivation in derivations])
    counts = inside.sum(axis=0)
    named = [index for index, derivation in enumerate(derivations) if not is_root(derivation)][: len(OKABE_ITO)]
    outlines = tuple(
        Outline(
            kind="overlap",
            geometry=shapely.coverage_union_all(drawn.units[inside[index]]),
            colour=colour,
            words=derivations[index].issue.title,
        )
        for index, colour in zip(named, OKABE_ITO, strict=False)
    )
    people = layer.units["population"].to_numpy(dtype=np.float64)
    held = counts > 0
    shown, weight = what_must_show(drawn.units[held], people[held], None)
    subject = Subject(
        drawn=drawn,
        fills=np.array(_COUNTS)[np.minimum(counts, len(_COUNTS) - 1)],
        outlines=outlines,
        shown=shown,
        weight=weight,
    )
    title = (
        f"{plural(len(derivations), 'polity', 'polities')} overlap: a place belongs to {_range(counts[held])} of them"
    )
    return ground_scene(subject, title=title, description=_said(derivations), width=width, heights=(0.5, 1.0))


def same_layer(derivations: Sequence[Derivation]) -> None:
    """Refuse derivations on different layers."""
    digests = {derivation.layer.digest: derivation.layer.name for derivation in derivations}
    if len(digests) != 1:
        raise LayersDifferError(
            f"A picture of several polities needs them on one layer, but these stand on {len(digests)} "
            f"({', '.join(sorted(digests.values()))}); draw them apart, or carry them to one base layer first."
        )


def _range(counts: np.ndarray) -> str:
    low, high = int(counts.min()), int(counts.max())
    return str(low) if low == high else f"{low} to {high}"


def _said(derivations: Sequence[Derivation]) -> str:
    many = unit_words(derivations[0].layer.name)[1]
    return "; ".join(f"{one.issue.title}: {exact(one.certificate.units)} {many}" for one in derivations)
