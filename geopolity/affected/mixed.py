"""Several footprints as one: at least one of them, all of them, or shares of shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np

from geopolity.affected.footprint import RINGS_DRAWN, Footprint, FootprintError, Grounded
from geopolity.geometry.zones import Mix, either, overlay, stronger, times, weaker


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Combined(Footprint):
    """Several footprints together."""

    parts: tuple[Footprint, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise FootprintError(
                "A {kind} of footprints has no parts; give at least one.",
                kind=type(self).__name__.lower(),
            )

    @property
    def mix(self) -> Mix:
        """Intensity where parts meet."""
        raise NotImplementedError

    def extent(self) -> gpd.GeoDataFrame | None:
        """What lies on the ground of the parts; parts on the units leave no trace."""
        drawn = [part.zones(RINGS_DRAWN) for part in self.parts if isinstance(part, Grounded)]
        if len(drawn) == len(self.parts) or (drawn and not isinstance(self, Union)):
            return overlay(drawn, self.mix).frame()
        frames = [frame for part in self.parts if (frame := part.extent()) is not None]
        return gpd.GeoDataFrame(_stack(frames), crs=4326) if frames else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Union(Combined):
    """At least one of the parts: independent chances (``probabilistic``) or the strongest (``max``)."""

    how: Literal["probabilistic", "max"] = "probabilistic"

    @property
    def mix(self) -> Mix:
        """1 - (1-a)(1-b), or the larger."""
        return either if self.how == "probabilistic" else stronger


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intersection(Combined):
    """Where all parts bite, as hard as the weakest."""

    @property
    def mix(self) -> Mix:
        """Return the smaller."""
        return weaker


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product(Combined):
    """All parts at once, as shares of shares: workers in fishing × within 50 km of the coast."""

    @property
    def mix(self) -> Mix:
        """A · b."""
        return times


def parts_of(footprint: Footprint) -> tuple[Footprint, ...]:
    """All simple footprints in a combined one, or the footprint itself."""
    if not isinstance(footprint, Combined):
        return (footprint,)
    return tuple(simple for part in footprint.parts for simple in parts_of(part))


def _stack(frames: list[gpd.GeoDataFrame]) -> dict[str, Any]:
    return {
        "intensity": np.concatenate([frame["intensity"] for frame in frames]),
        "geometry": [shape for frame in frames for shape in frame.geometry],
    }
