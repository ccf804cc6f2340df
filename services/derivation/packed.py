"""A set of units as text: one bit each in id order (``geopolity.arrays.packed``), in base64."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from geopolity import arrays
from geopolity.arrays import BoolArray


@dataclass(frozen=True, slots=True)
class PackedUnits:
    """A set of units: how many it has, and their bits."""

    units: int
    inside: str


def packed(inside: BoolArray) -> PackedUnits:
    """A set as text."""
    return PackedUnits(int(np.count_nonzero(inside)), base64.b64encode(arrays.packed(inside)).decode())
