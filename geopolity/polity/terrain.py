"""What every derivation on a layer shares, surveyed once and handed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geopolity.arrays import BoolArray, FloatArray
from geopolity.layers.contiguity import Contiguity, contiguity
from geopolity.layers.ground import unit_areas_m2
from geopolity.layers.layer import Layer


@dataclass(frozen=True, kw_only=True, eq=False)
class Terrain:
    """Contiguity of a layer, the areas of its units in m², and their ids.

    Takes seconds on a layer of some thousand units, so who derives more than once keeps it:

    >>> terrain = survey(layer)                                                     # doctest: +SKIP
    >>> smallest = derive_polity(issue, layer, terrain=terrain)                     # doctest: +SKIP
    """

    contiguity: Contiguity
    areas_m2: FloatArray
    ids: np.ndarray[tuple[int], np.dtype[np.object_]]

    @cached_property
    def edges(self) -> pd.DataFrame:
        """Edges by the ids of their ends: ``from, to, kind``."""
        graph = self.contiguity
        return pd.DataFrame(
            {"from": self.ids[graph.edges[:, 0]], "to": self.ids[graph.edges[:, 1]], "kind": graph.kind}
        )

    def km2(self, inside: BoolArray) -> float:
        """Area of some of the units in km²."""
        return float(self.areas_m2[inside].sum()) / 1e6


def survey(layer: Layer) -> Terrain:
    """Contiguity and areas of a layer."""
    return Terrain(contiguity=contiguity(layer), areas_m2=unit_areas_m2(layer), ids=layer.units.index.to_numpy())
