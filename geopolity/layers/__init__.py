"""Census layers: their units, which of them touch, and what lies between one layer and another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from geopolity.layers.arcs import arcs_of
    from geopolity.layers.combined import CombineError
    from geopolity.layers.contiguity import Contiguity
    from geopolity.layers.crosswalk import main_target
    from geopolity.layers.ground import unit_areas_m2
    from geopolity.layers.holes import enclosed
    from geopolity.layers.layer import Layer, LayerError, dissolve
    from geopolity.layers.relations import Relation, Relations
    from geopolity.layers.topology import gaps, overlaps, topology_notes

__all__ = [
    "CombineError",
    "Contiguity",
    "Layer",
    "LayerError",
    "Relation",
    "Relations",
    "arcs_of",
    "dissolve",
    "enclosed",
    "gaps",
    "main_target",
    "overlaps",
    "topology_notes",
    "unit_areas_m2",
]

__getattr__ = lazily(
    __name__,
    {
        "CombineError": "combined",
        "Contiguity": "contiguity",
        "Layer": "layer",
        "LayerError": "layer",
        "Relation": "relations",
        "Relations": "relations",
        "arcs_of": "arcs",
        "dissolve": "layer",
        "enclosed": "holes",
        "gaps": "topology",
        "main_target": "crosswalk",
        "overlaps": "topology",
        "topology_notes": "topology",
        "unit_areas_m2": "ground",
    },
)
