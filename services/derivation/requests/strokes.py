"""A stroke over the map of a layer: the neighbours between whom it cuts the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from geopolity.layers.crossed import crossed
from services.derivation.open_layers import warm_layer
from services.derivation.requests.named_units import NamedUnits, written_pairs
from services.derivation.requests.spec import Position, SpecError
from services.derivation.terrain_cache import terrain_of

MOST_CROSSED = 2_000


class Stroke(BaseModel):
    """A line over the map of a layer: longitudes and latitudes."""

    model_config = ConfigDict(extra="forbid")
    layer: str = Field(max_length=100)
    line: list[Position] = Field(min_length=2, max_length=5_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Pairs of neighbours in the order in which a stroke meets their borders, and each as a line of the form."""

    pairs: list[list[str]]
    lines: list[str]


def crossed_pairs(stroke: Stroke, home: Path) -> Crossed:
    """Neighbouring units whose shared border a line crosses, as the form lists them.

    Raises
    ------
    SpecError
        If it crosses very many.
    """
    layer = warm_layer(stroke.layer, home)
    found = crossed(np.array(stroke.line), layer, terrain_of(layer, home).contiguity)
    if len(found) > MOST_CROSSED:
        raise SpecError(
            "The stroke crosses {number:count} borders, more than {most:count}; draw a shorter one.",
            number=len(found),
            most=MOST_CROSSED,
            field="cut",
        )
    ids = layer.units.index.to_numpy()
    pairs = tuple((str(ids[one]), str(ids[other])) for one, other in found)
    return Crossed(pairs=[list(pair) for pair in pairs], lines=written_pairs(pairs, NamedUnits(layer)).splitlines())
