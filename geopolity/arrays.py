"""Arrays by what they hold, for annotations; what stands for *none* among positions; sets of positions as bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
NameArray = npt.NDArray[np.str_]
IntegerArray = npt.NDArray[np.integer]
"""Whole numbers of any width."""
GeometryArray = npt.NDArray[np.object_]
"""Shapely geometries."""

NOWHERE = -1
"""Stands for no unit among positions of units: a place outside them all."""
NOBODY = -1
"""Stands for no owner, no member, no group among positions counted from 0."""


def packed(members: npt.ArrayLike) -> bytes:
    """A set of positions as bits, the first position in the lowest bit of the first byte.

    >>> packed([True, False, False, False, False, False, False, False, True]).hex()
    '0101'
    """
    return np.packbits(np.asarray(members, dtype=np.bool_), bitorder="little").tobytes()
