"""Vertices that lie in one place are one vertex: borders are matched by number, not by coordinates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import CRS

from geopolity.arrays import FloatArray, IntArray

GRAIN = 1e-8
"""Vertices closer than this, in degrees (1 mm) or relative to a kilometre for projected layers, are one."""


def numbered(xy: FloatArray, crs: CRS) -> tuple[IntArray, FloatArray]:
    """Give each distinct place a number; returns each vertex's number and each number's place."""
    grain = GRAIN if crs.is_geographic else 1e5 * GRAIN
    across, _ = pd.factorize(np.round(xy[:, 0] / grain))
    up, distinct = pd.factorize(np.round(xy[:, 1] / grain))
    vertex, _ = pd.factorize(across.astype(np.int64) * len(distinct) + up)
    place = np.empty((int(vertex.max()) + 1, 2))
    place[vertex] = xy
    return vertex.astype(np.int64), place
