"""Load of a cell: the expected number of seats each of its people is asked to fill, were all chances equal.

Equal chances (seats ÷ eligible in every polity) with one seat a person at most exist exactly if no load is above 1.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from geopolity.arrays import BoolArray, FloatArray
from geopolity.sortition.electorate import Electorate

NEAR = 1e-9
"""Loads this near to 1 are compared as fractions."""


def loads(electorate: Electorate) -> FloatArray:
    """Load of every cell: the sum of seats ÷ eligible over its polities; infinite where nobody is eligible."""
    with np.errstate(divide="ignore"):
        chance = electorate.seats / electorate.eligible
    load = np.zeros(len(electorate.cells))
    np.add.at(load, electorate.cell_of_listed, chance[electorate.cell_polities])
    return load


def overloaded(electorate: Electorate) -> BoolArray:
    """Which cells with people have a load above 1, exactly."""
    load = loads(electorate)
    above = load > 1
    for cell in np.flatnonzero(np.abs(load - 1) <= NEAR):
        above[cell] = _exact_load(electorate, int(cell)) > 1
    above &= electorate.cell_people > 0
    return above


def _exact_load(electorate: Electorate, cell: int) -> Fraction:
    polities = electorate.cell_polities[electorate.cell_start[cell] : electorate.cell_start[cell + 1]]
    return sum((Fraction(int(electorate.seats[j]), int(electorate.eligible[j])) for j in polities), Fraction(0))
