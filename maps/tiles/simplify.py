"""How much every vertex of an arc matters: the tolerance at which Douglas and Peucker's rule would drop it.

Computed once, it gives the simplification for every zoom by a comparison (D. H. Douglas and T. K. Peucker,
*Cartographica* 10, 1973). Ends of arcs always stay, so neighbours stay joined.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geopolity.compiling import njit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@njit(cache=True, nogil=True)
def significance(xy: FloatArray, first: IntArray) -> FloatArray:
    """Tolerance at which each vertex is dropped, in units of ``xy``; infinite for the ends of arcs.

    Parameters
    ----------
    xy
        (m, 2) vertices of all arcs.
    first
        (a + 1,) where each arc begins.
    """
    found = np.zeros(len(xy))
    stack = np.empty((len(xy) + 1, 2), np.int64)
    limit = np.empty(len(xy) + 1)
    for arc in range(len(first) - 1):
        begin, end = first[arc], first[arc + 1] - 1
        found[begin], found[end] = np.inf, np.inf
        top = 0
        stack[0, 0], stack[0, 1], limit[0] = begin, end, np.inf
        while top >= 0:
            low, high, most = stack[top, 0], stack[top, 1], limit[top]
            top -= 1
            if high - low < 2:
                continue
            farthest, apart = low + 1, -1.0
            dx, dy = xy[high, 0] - xy[low, 0], xy[high, 1] - xy[low, 1]
            length = dx * dx + dy * dy
            for k in range(low + 1, high):
                px, py = xy[k, 0] - xy[low, 0], xy[k, 1] - xy[low, 1]
                share = 0.0 if length == 0.0 else min(max((px * dx + py * dy) / length, 0.0), 1.0)
                a, b = px - share * dx, py - share * dy
                distance = a * a + b * b
                if distance > apart:
                    farthest, apart = k, distance
            found[farthest] = min(np.sqrt(apart), most)
            stack[top + 1, 0], stack[top + 1, 1], limit[top + 1] = low, farthest, found[farthest]
            stack[top + 2, 0], stack[top + 2, 1], limit[top + 2] = farthest, high, found[farthest]
            top += 2
    return found
