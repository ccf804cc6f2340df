"""Units that are inside only to connect: nobody or next to nobody in them is affected.

>>> units = pd.DataFrame({"population": [9.0, 900.0, 50.0], "affected": [9.0, 0.0, 50.0], "inside": True})
>>> bridges_of(units)
Bridges(units=1, people=900.0, affected=0.0, affected_inside=59.0)
>>> bridges_of(units).is_heavy
True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geopolity.exports import later
from geopolity.messages import Message

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")

BRIDGE_SHARE = 0.0005
"""A unit with a smaller share of its people affected is inside to connect others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridges:
    """How many units of a polity are bridges, and who lives there.

    Attributes
    ----------
    people, affected
        Residents of the bridges, and those of them who are affected.
    affected_inside
        Affected people of the whole polity.
    """

    units: int
    people: float
    affected: float
    affected_inside: float

    @property
    def is_heavy(self) -> bool:
        """Whether more people live in bridges than are affected in the polity."""
        return self.people > self.affected_inside

    @property
    def warning(self) -> Message | None:
        """What to look at before this is proposed; none where bridges are light."""
        if not self.is_heavy:
            return None
        return Message(
            "More people live in the bridges ({bridged:people}) than are affected inside ({affected:people}): most who "
            "would belong are there only to connect others. Try a rounder region, several pieces, or one polity for "
            "each cluster.",
            bridged=self.people,
            affected=self.affected_inside,
        )


def is_bridge(affected: pd.Series[float], population: pd.Series[float]) -> pd.Series[bool]:
    """Whether hardly anybody of each unit is affected, though people live there."""
    return (population > 0) & (affected < BRIDGE_SHARE * population)


def bridges_of(units: pd.DataFrame) -> Bridges:
    """The bridges of a polity, from a table with ``population, affected, inside``."""
    inside = units[units["inside"].astype(bool)]
    bridges = inside[is_bridge(inside["affected"], inside["population"])]
    return Bridges(
        units=len(bridges),
        people=float(bridges["population"].sum()),
        affected=float(bridges["affected"].sum()),
        affected_inside=float(inside["affected"].sum()),
    )
