"""What chance of a seat the shares give people, and how far that is from equal."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import FloatArray, IntegerArray
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.shares import UNIT


def deviations(electorate: Electorate, shares: IntegerArray) -> FloatArray:
    """Difference of each edge's chance (share ÷ people of the pool) from seats ÷ eligible; 0 where nobody is."""
    pool = np.repeat(np.arange(len(electorate.pools)), np.diff(electorate.edge_start))
    people, polity = electorate.pool_people[pool], electorate.edge_polity
    chance = shares / UNIT / np.maximum(people, 1)
    equal = electorate.seats[polity] / np.maximum(electorate.eligible[polity], 1)
    return np.where(people > 0, chance - equal, 0.0)
