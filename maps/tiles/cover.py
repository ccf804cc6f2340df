"""Which features reach into which tiles of a zoom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from maps.tiles.address import TileAddress
from maps.tiles.mvt import BUFFER, EXTENT
from maps.tiles.sketch import Sketch

IntArray = NDArray[np.int64]


def tile_cover(sketch: Sketch, zoom: int) -> Iterator[tuple[TileAddress, IntArray]]:
    """Tiles, and the features of which a ring's box reaches into each with its buffer; features ascending."""
    size = 2**zoom
    low = np.clip((sketch.box[:, :2] - BUFFER) // EXTENT, 0, None)
    high = np.clip((sketch.box[:, 2:] + BUFFER) // EXTENT, None, size - 1)
    wide = np.maximum(high - low + 1, 0)
    count = wide[:, 0] * wide[:, 1]
    ring = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(ring)) - np.repeat(np.cumsum(count) - count, count)
    x = low[ring, 0] + step % wide[ring, 0]
    y = low[ring, 1] + step // wide[ring, 0]
    feature = np.searchsorted(sketch.rings, ring, side="right") - 1
    pairs = np.unique((x * size + y) * len(sketch.rings) + feature)
    tile, feature = pairs // len(sketch.rings), pairs % len(sketch.rings)
    begin = np.flatnonzero(np.diff(tile, prepend=-1))
    for start, end in zip(begin.tolist(), np.append(begin, len(tile))[1:].tolist(), strict=True):
        yield TileAddress(zoom, *divmod(int(tile[start]), size)), feature[start:end]
