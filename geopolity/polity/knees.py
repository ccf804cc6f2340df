"""Knees of a coverage–size curve: the shares up to which more coverage is cheap, and beyond which it is not."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, FloatArray, IntArray

STEEPER = 2.0
"""A knee's further coverage costs at least so many times what its last did."""


def knees(share: FloatArray, cost: IntArray) -> BoolArray:
    """Mark the points after which a share of coverage costs at least twice what it cost before.

    Parameters
    ----------
    share, cost
        Points of the curve, ascending in share.

    Examples
    --------
    >>> knees(np.array([0.7, 0.8, 0.9, 1.0]), np.array([10, 12, 14, 30])).tolist()
    [False, False, True, False]
    """
    found = np.zeros(len(share), np.bool_)
    if len(share) > 2:
        slope = np.diff(cost) / np.diff(share)
        found[1:-1] = (slope[1:] > 0) & (slope[1:] >= STEEPER * slope[:-1])
    return found
