"""How a region lies on the ground: in how many pieces, with how long a border, and who is inside only to connect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geopolity.arrays import BoolArray
from geopolity.caching import SingleFlightCache
from geopolity.layers.contiguity import Contiguity
from geopolity.layers.layer import Layer
from geopolity.polity.borders import Lengths, lengths
from geopolity.polity.bridges import bridges_of
from geopolity.region.graph import components, graph_of

_KEPT = 4
_lengths: SingleFlightCache[str, Lengths] = SingleFlightCache(_KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Pieces (units that touch are in one), length of the whole outline in km, and the bridges with their residents."""

    pieces: int
    border_km: float
    bridge_units: int
    bridge_population: int


def extent_of(layer: Layer, contiguity: Contiguity, inside: BoolArray, affected: pd.Series[float]) -> Extent:
    """Measure a region; ``affected`` has the people affected in each unit of the layer."""
    people = pd.DataFrame({"population": layer.units["population"], "affected": affected, "inside": inside})
    bridges = bridges_of(people)
    return Extent(
        pieces=pieces(contiguity.edges, inside),
        border_km=border_km(layer, contiguity, inside),
        bridge_units=bridges.units,
        bridge_population=round(bridges.people),
    )


def pieces(edges: np.ndarray, inside: BoolArray) -> int:
    """How many parts of a region do not touch each other."""
    return int(components(*graph_of(edges.astype(np.int64), len(inside)), inside)[1])


def border_km(layer: Layer, contiguity: Contiguity, inside: BoolArray) -> float:
    """Length of all of a region's outline, km; a layer's own borders are measured once."""
    measured = _lengths.get(layer.digest, lambda: lengths(layer, contiguity))
    ends = inside[contiguity.edges]
    return float(measured.outer_km[inside].sum() + measured.shared_km[ends[:, 0] != ends[:, 1]].sum())
